"""Days and months that no calendar of ours has: told or not found, never a failure."""

import pytest

from tests.factories.seller import make_seller
from tests.factories.staff import make_staff, sign_in

ADDRESSES = [
    f"/billing/{path}{value}"
    for path, values in {
        "commissions?month=": ("9999-12", "0001-01", "2026-13", "x"),
        "accounts/517?first=": ("9999-12-31", "0001-01-01"),
        "accounts/517?first=2026-01-01&last=": ("9999-12-31", "0001-01-01"),
        "accounts/517?least=": ("-1", "x", "9" * 30),
        "accounts/4671/sellers?on=": ("9999-12-31", "0001-01-01", "x"),
        "sellers/{seller}/statement?month=": ("9999-12", "0001-01", "x"),
        "invoices?month=": ("9999-12", "0001-01"),
        "months/": ("9999-12", "0001-01"),
        "exports/dac7/": ("0", "99999"),
    }.items()
    for value in values
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_it_is_answered(client, session, address):
    sign_in(client, session, make_staff(session, role="finance"))
    seller = make_seller(session).external_id
    assert client.get(address.format(seller=seller)).status_code in (200, 404)
