"""Where our own requests may go."""

from ipaddress import ip_address

import pytest

from backoffice.core import egress
from backoffice.core.egress import PrivateAddress, is_public, refuse_private

PRIVATE = [
    "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "0.0.0.0",
    "100.64.0.1", "224.0.0.1", "255.255.255.255", "::1", "::", "fc00::1", "fe80::1", "ff02::1",
    "::ffff:127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2002:a00:1::",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_private(address):
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34"])
def test_public(address):
    assert is_public(ip_address(address))


def test_one_private_address_among_public_ones_is_enough():
    assert refuse_private("a.example", 443, ["93.184.216.34"]) == "93.184.216.34"
    with pytest.raises(PrivateAddress):
        refuse_private("a.example", 443, ["93.184.216.34", "10.0.0.1"])


@pytest.mark.parametrize("named", ["127.0.0.1", "127.0.0.1:8000"])
def test_the_settings_may_name_a_private_host(monkeypatch, settings, named):
    allowed = settings.model_copy(update={"private_hosts": (named,)})
    monkeypatch.setattr(egress, "get_settings", lambda: allowed)
    assert refuse_private("127.0.0.1", 8000, ["127.0.0.1"]) == "127.0.0.1"
    with pytest.raises(PrivateAddress):
        refuse_private("127.0.0.2", 8000, ["127.0.0.2"])


def test_another_port_of_a_named_host_is_private(monkeypatch, settings):
    allowed = settings.model_copy(update={"private_hosts": ("127.0.0.1:8000",)})
    monkeypatch.setattr(egress, "get_settings", lambda: allowed)
    with pytest.raises(PrivateAddress):
        refuse_private("127.0.0.1", 8001, ["127.0.0.1"])
