"""The signed address that answers come to."""

import pytest

from backoffice.core.reply_address import make_reply_address, read_reply_address

REFERENCE = "TIC-2026-000001"


def test_an_address_is_read_again_in_whichever_letters():
    address = make_reply_address(REFERENCE)
    assert address.startswith(f"support+{REFERENCE}.")
    assert address.endswith("@marjolaine.example")
    assert len(address.partition("@")[0]) <= 64
    for written in (address, address.lower(), address.upper()):
        assert read_reply_address(written) == (REFERENCE, True)


def test_a_signature_is_of_one_reference():
    other = make_reply_address("TIC-2026-000002").replace("000002", "000001")
    assert read_reply_address(other) == (REFERENCE, False)
    cut = make_reply_address(REFERENCE).replace("@", "x@")
    assert read_reply_address(cut) == (REFERENCE, False)
    assert read_reply_address(f"support+{REFERENCE}@marjolaine.example") == (REFERENCE, False)


@pytest.mark.parametrize(
    "address",
    ["support@marjolaine.example", "support+lettre@marjolaine.example", "", "@", "é@é",
     f"support+{REFERENCE}.a@autre.example", f"max+{REFERENCE}.a@marjolaine.example"],
)  # fmt: skip
def test_every_other_address_names_nothing(address):
    assert read_reply_address(address) is None
