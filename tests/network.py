"""Tests speak to this machine alone."""

import ipaddress
import socket


def refuse_outside_connections() -> None:
    """Let sockets of this process connect to loopback addresses and local sockets only."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def checked_connect(self: socket.socket, address: object) -> None:
        _check(address)
        connect(self, address)

    def checked_connect_ex(self: socket.socket, address: object) -> int:
        _check(address)
        return connect_ex(self, address)

    socket.socket.connect = checked_connect
    socket.socket.connect_ex = checked_connect_ex


def _check(address: object) -> None:
    if isinstance(address, tuple):
        host = address[0]
        if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
            raise PermissionError(f"a test tried to reach {host}")
