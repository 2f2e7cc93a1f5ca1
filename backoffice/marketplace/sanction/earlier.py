"""Earlier decisions against a seller: what may show repeated infringement (P2B art. 4(4)(c))."""

from collections.abc import Mapping, Sequence

from sqlalchemy import select, union
from sqlalchemy.orm import Session

from backoffice.core.case import Case
from backoffice.core.decision import Decision, DecisionState
from backoffice.marketplace.sanction.model import Sanction, SubjectKind

EARLIER_MAX, ROWS_MAX = 20, 1000
Earlier = Sequence[tuple[int, str]]  # numbers of decisions with the references of their cases


def earlier_against(session: Session, case: Case, sellers: Sequence[int]) -> Mapping[int, Earlier]:
    """Return the newest decisions against each seller that stand: on cases of its own with
    reasons, or by a measure on it.
    """
    stands = (Decision.state == DecisionState.EXECUTED, Case.id != case.id)
    of_case = select(Decision.id, Case.reference, Case.seller_id.label("seller_id"))
    of_measure = select(Decision.id, Case.reference, Sanction.subject_id.label("seller_id"))
    rows = union(
        of_case.join(Case, Case.id == Decision.case_id)
        .where(Case.seller_id.in_(sellers), Decision.reasons.any(), *stands),
        of_measure.join(Case, Case.id == Decision.case_id)
        .join(Sanction, Sanction.decision_id == Decision.id)
        .where(Sanction.subject_kind == SubjectKind.SELLER, Sanction.subject_id.in_(sellers))
        .where(Sanction.lifted_at.is_(None), *stands),
    ).subquery()  # fmt: skip
    found: dict[int, list[tuple[int, str]]] = {one: [] for one in sellers}
    newest = select(rows).order_by(rows.c.id.desc()).limit(ROWS_MAX)
    for number, reference, seller_id in session.execute(newest):
        if len(found[seller_id]) < EARLIER_MAX:
            found[seller_id].append((number, reference))
    return found
