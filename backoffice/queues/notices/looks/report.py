"""The report itself: what the law wants it to hold, what came before it, how its notifier fares."""

from collections.abc import Iterator

from sqlalchemy.orm import Session

from backoffice.core import clock
from backoffice.core.case import Case
from backoffice.core.checks import Finding, Outcome
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.listing_checks.item import found
from backoffice.marketplace.notifier import Notifier, NotifierKind, accuracy_bonus
from backoffice.marketplace.sanction import standing
from backoffice.queues.notices.known import notices_on_targets
from backoffice.queues.notices.model import RIGHTS, Notice, NoticeKind, TargetKind

WORDS_MIN = 8  # a shorter explanation is hardly a substantiated one
UNFOUNDED_MIN = 3  # and half of all: from here on misuse is weighed
LAW, MISUSE = N_("DSA art. 16(2)"), N_("DSA art. 23(2)")


def complete(session: Session, case: Case, notice: Notice) -> list[Finding]:
    """Say of each thing that a notice must hold (DSA art. 16(2)) whether it does."""
    found_items = [_explanation(notice), _places(notice), _name(notice), _good_faith(notice)]
    return [*found_items, *_right(notice)]


def _item(part: str, label: str, outcome: Outcome, said: Text, *proof: Text) -> Finding:
    return found(outcome, said, proof, part=part, label=label, source=LAW)


def _explanation(notice: Notice) -> Finding:
    count = len(notice.explanation.split())
    said = text("The explanation has %(count)s words.", count=count)
    if count < WORDS_MIN:
        said = text("The explanation has only %(count)s words: it is hardly substantiated.",
                    count=count)  # fmt: skip
    outcome = Outcome.WARN if count < WORDS_MIN else Outcome.PASS
    return _item("explanation", N_("Explanation"), outcome, said)


def _places(notice: Notice) -> Finding:
    label = N_("Exact location")
    lost = [one.typed for one in notice.targets if one.kind == TargetKind.UNKNOWN]
    if not lost:
        said = text("Each thing reported was found here: %(count)s.", count=len(notice.targets))
        return _item("location", label, Outcome.PASS, said)
    said = text("Not found here: %(count)s of %(total)s.", count=len(lost),
                total=len(notice.targets))  # fmt: skip
    lines = [text("As typed: %(typed)s", typed=typed) for typed in lost]
    return _item("location", label, Outcome.FAIL, said, *lines)


def _name(notice: Notice) -> Finding:
    label = N_("Name and e-mail")
    if notice.name and notice.email:
        return _item("identity", label, Outcome.PASS, text("The notifier gave both."))
    if notice.kind == NoticeKind.CHILD_ABUSE:
        said = text("The notifier gave none: the law allows it for this.")
        return _item("identity", label, Outcome.PASS, said)
    return _item("identity", label, Outcome.FAIL, text("The notifier did not give both."))


def _good_faith(notice: Notice) -> Finding:
    said = text("Confirmed on %(day)s.", day=clock.day_of(notice.good_faith_at))
    return _item("good_faith", N_("Good faith"), Outcome.PASS, said)


def _right(notice: Notice) -> Iterator[Finding]:
    if notice.kind in RIGHTS and notice.right is None:
        said = text("The notice does not say which right is infringed.")
        yield _item("right", N_("Right invoked"), Outcome.FAIL, said)


def repeated(session: Session, case: Case, notice: Notice) -> Finding:
    """Look for earlier notices of the same notifier about the same things."""
    if notice.notifier_id is None:
        return found(Outcome.PASS, text("Nobody knows who reports: nothing to compare."))
    before = notices_on_targets(session, notice, by=notice.notifier_id)
    if not before:
        return found(Outcome.PASS, text("This notifier never reported any of this before."))
    said = text("The same notifier reported the same before: %(count)s.", count=len(before))
    return found(Outcome.WARN, said, [_line(one) for one in before])


def _line(case: Case) -> Text:
    day = clock.day_of(case.received_at)
    ended = text(ENDED.get(case.resolution or "", ENDED[""])).to_json()
    return text("%(reference)s of %(day)s: %(ended)s", reference=case.reference, day=day,
                ended=ended)  # fmt: skip


ENDED = {
    "": N_("not decided yet"),
    "upheld": N_("upheld"),
    "upheld_in_part": N_("upheld in part"),
    "dismissed": N_("dismissed"),
}


def record(session: Session, case: Case, notice: Notice) -> Finding:
    """Say how the notifier's earlier notices ended, and where misuse is to be weighed."""
    one = notice.notifier
    if one is None:
        return found(Outcome.PASS, text("The notifier gave no name: there is no record."))
    right, wrong = one.upheld_count, one.dismissed_count + one.unfounded_count
    is_plain = not _is_off(one) and (notice.is_proven or not one.is_privileged)
    if not right + wrong and is_plain:
        return found(Outcome.PASS, text("No notice of this notifier was decided yet."))
    counts = text(
        "Upheld %(upheld)s, dismissed %(dismissed)s, manifestly unfounded %(unfounded)s.",
        upheld=right, dismissed=one.dismissed_count, unfounded=one.unfounded_count,
    )  # fmt: skip
    if one.is_privileged and not notice.is_proven:
        said = text("The address is one whose notices go first, but whose it was is not shown.")
        return found(Outcome.WARN, said, [counts])
    if _is_off(one):
        said = text("The status of trusted flagger does not hold at present.")
        return found(Outcome.WARN, said, [counts])
    if one.unfounded_count >= UNFOUNDED_MIN and one.unfounded_count >= (right + wrong) / 2:
        said = text("Often manifestly unfounded: %(count)s of %(total)s.",
                    count=one.unfounded_count, total=right + wrong)  # fmt: skip
        return found(Outcome.FAIL, said, [counts, _misuse(session, one)], source=MISUSE)
    said = text("Right in %(count)s of %(total)s.", count=right, total=right + wrong)
    outcome = Outcome.WARN if accuracy_bonus(right, wrong) < 0 else Outcome.PASS
    return found(outcome, said, [counts])


def _is_off(notifier: Notifier) -> bool:
    return notifier.kind == NotifierKind.TRUSTED_FLAGGER and not notifier.is_privileged


def _misuse(session: Session, notifier: Notifier) -> Text:
    if standing(session, "notifier", notifier.id, clock.now()).warnings:
        return text("A suspension is due: the four factors are to be weighed.")
    return text("A suspension would be due, and no warning stands yet: warn first.")
