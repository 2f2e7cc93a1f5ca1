"""The sellers of what is reported: what stands against them, what brand owners allow them."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from backoffice.core import clock
from backoffice.core.case import Case
from backoffice.core.checks import Finding, Outcome
from backoffice.core.search import fold
from backoffice.core.text import N_, Text, text
from backoffice.marketplace.brand import ProtectedBrand
from backoffice.marketplace.listing_checks.brands import brands_in_force
from backoffice.marketplace.listing_checks.item import found
from backoffice.marketplace.sanction import Standing, said_of, standings
from backoffice.marketplace.seller import Seller
from backoffice.queues.notices.forms import sellers_of
from backoffice.queues.notices.known import brands_of
from backoffice.queues.notices.model import Notice


def standing(session: Session, case: Case, notice: Notice) -> Sequence[Finding]:
    """Say what stands against each seller, and which measure that suggests."""
    sellers = sellers_of(notice)
    if not sellers:
        return []
    known = standings(session, "seller", [one.id for one in sellers], clock.now())
    marked = [one for one in sellers if known[one.id].warnings or known[one.id].strikes]
    if not marked:
        return [found(Outcome.PASS, text("No warning and no strike stands against anybody here."))]
    lines = [_line(one, known[one.id]) for one in marked]
    if len(marked) == 1:
        return [found(Outcome.WARN, lines[0])]
    said = text("Sellers with warnings or strikes: %(count)s of %(total)s.", count=len(marked),
                total=len(sellers))  # fmt: skip
    return [found(Outcome.WARN, said, lines)]


def _line(seller: Seller, known: Standing) -> Text:
    return text("%(seller)s: %(standing)s", seller=seller.display_name,
                standing=said_of(known).to_json())  # fmt: skip


def authorised(session: Session, case: Case, notice: Notice) -> Sequence[Finding]:
    """Tell whether the owner of a protected brand allows one of the sellers to use it."""
    brands = list(_brands(session, notice))
    if not brands:
        return []
    allowed = [(seller, brand) for seller in sellers_of(notice) for brand in brands
               if seller.external_id in brand.authorised]  # fmt: skip
    names = ", ".join(sorted(brand.name for brand in brands))
    if not allowed:
        return [found(Outcome.PASS, text("No seller here is authorised for %(brand)s.",
                                         brand=names))]  # fmt: skip
    said = text("Authorised by the owner of %(brand)s: %(seller)s. These may be genuine goods.",
                brand=names, seller=allowed[0][0].display_name)  # fmt: skip
    lines = [text("%(seller)s may sell %(brand)s.", seller=seller.display_name, brand=brand.name)
             for seller, brand in allowed]  # fmt: skip
    return [found(Outcome.WARN, said, lines, source=N_("Protected brands"))]


def _brands(session: Session, notice: Notice) -> Iterator[ProtectedBrand]:
    """Yield the brands that the right, its sign, or a listing reported is about."""
    right = notice.right
    names = {fold(one) for one in brands_of(session, notice)}
    if right is not None:
        names.add(fold(right.sign))
    for brand in brands_in_force(session, clock.now()):
        is_number = right is not None and right.number and brand.number == right.number
        if is_number or fold(brand.name) in names - {""}:
            yield brand
