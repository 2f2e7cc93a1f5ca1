"""Where our own requests may go: public addresses, and private ones that the settings name."""

import ipaddress

from config.settings import get_settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# These carry an IPv4 address inside, so a public-looking one may lead to our own network.
_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")


class PrivateAddress(Exception):  # noqa: N818 (an answer: we do not go there)
    """A name leads to an address that is not on the public internet."""


def refuse_private(host: str, port: int, found: list[str]) -> str:
    """Return the first address found for a host, the one to connect to.

    Raises PrivateAddress when any of them is private, unless `private_hosts` names the host
    (`host` or `host:port`).
    """
    if not {host, f"{host}:{port}"} & set(get_settings().private_hosts):
        for one in found:
            if not is_public(ipaddress.ip_address(one)):
                raise PrivateAddress(f"{host} is at a private address")
    return found[0]


def is_public(address: Address) -> bool:
    """Tell whether an address, and one it carries inside, is on the public internet."""
    if isinstance(address, ipaddress.IPv6Address):
        teredo = address.teredo[1] if address.teredo else None
        inner = address.ipv4_mapped or address.sixtofour or teredo
        if inner is None and address in _TRANSLATED:
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None and not is_public(inner):
            return False
        if address.ipv4_mapped:
            return True
    return address.is_global and not address.is_multicast
