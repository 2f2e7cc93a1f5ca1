"""What a decision on a notice will do is said before it is done, and nothing of it stays."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from backoffice.core.claim import claim
from backoffice.core.clock import day_of, now
from backoffice.desk.preview import preview
from backoffice.marketplace.sanction import Basis, Sanction, warn
from tests.factories.notice import make_notice, make_online, upholding
from tests.factories.seller import make_seller
from tests.factories.staff import make_staff
from tests.factories.user_text import make_review


@pytest.fixture
def actor(session, app):
    """A moderator, in the application that words the e-mails."""
    with app.app_context():
        yield make_staff(session, role="moderator").actor


def foreseen(session, received, actor, data, action="uphold"):
    claim(session, received.case, actor)
    session.flush()
    found = preview(session, received.case.reference, action, actor=actor, data=data,
                    version=received.case.version)  # fmt: skip
    return [line.msgid % {**line.values, "why": ""} for line in found.effects], found


def test_every_effect_has_its_line(session, actor):
    seller = make_seller(session)
    first, second = make_online(session, seller), make_online(session, seller)
    review = make_review(session, seller)
    received = make_notice(session, first, second, review)
    data = upholding(session, received, "suspend_listings", "none", "remove_review")
    lines, found = foreseen(
        session, received, actor, {**data, f"s{seller.id}-measure": "warn_seller"}
    )
    titles = [one.title for one in received.notice.targets]
    assert lines == [
        f"Listings suspended: 1 ({titles[0]})",
        f"Reviews removed: 1 ({titles[2]})",
        f"{seller.display_name} is warned",
        f"No action: {titles[1]}",
        "On the notifier’s record: one more upheld",
    ]
    assert len([one for one in found.mails if not one.is_document]) == 2
    assert session.scalar(select(func.count()).select_from(Sanction)) == 0
    assert (first.status, review.status) == ("live", "shown")


def test_all_listings_of_a_gtin_are_counted(session, actor):
    seller = make_seller(session)
    listing = make_online(session, seller)
    make_online(session, seller, gtin=listing.gtin.lstrip("0"))
    received = make_notice(session, listing)
    data = upholding(session, received, "withdraw_listings")
    lines, _ = foreseen(session, received, actor, data)
    assert lines[0].startswith("Listings withdrawn for good: 2 (")


def test_a_suspension_waits_for_a_second_person_and_says_until_when(session, actor):
    listing = make_online(session)
    seller, own = listing.seller, f"s{listing.seller.id}"
    warn(session, seller, Basis(now() - timedelta(days=40)))
    received = make_notice(session, listing)
    until = now() + timedelta(days=10)
    factors = {f"{own}-{name}": "Pesé." for name in ("number", "share", "gravity", "intention")}
    data = upholding(session, received, "suspend_listing", **factors)
    data |= {f"{own}-measure": "suspend_seller", f"{own}-until": day_of(until)}
    lines, _ = foreseen(session, received, actor, data)
    assert lines[0].startswith("It waits for a second person.")
    assert f"{seller.display_name} is suspended until {day_of(until)}" in lines
    session.refresh(received.case)
    assert (received.case.state, seller.status) == ("open", "active")


@pytest.mark.parametrize(
    ("said", "ended"), [({}, "dismissed"), ({"unfounded": "y"}, "manifestly unfounded")]
)
def test_a_dismissal_leaves_all_and_counts_on_the_record(session, actor, said, ended):
    received = make_notice(session)
    data = {"facts": "La photo montre un autre produit.", **said}
    lines, _ = foreseen(session, received, actor, data, "dismiss")
    assert lines == [
        f"No action: {received.notice.targets[0].title}",
        f"On the notifier’s record: one more {ended}",
    ]
