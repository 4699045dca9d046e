"""The address of a server that generates, and whether what is sent there stays on this machine."""

from __future__ import annotations

import ipaddress
import re
import socket
from dataclasses import dataclass

from ragcite.errors import SettingsError

# Strict, so that what is checked here and what an HTTP library reads can never be two different hosts.
_FORM = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::(?P<port>[0-9]{1,5}))?"
    r"(?P<path>/[A-Za-z0-9._~/-]*)?",
    re.IGNORECASE,
)
EXAMPLE = "http://127.0.0.1:11434/v1"
PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class ServerAddress:
    """`url` ends without a slash, "/v1" where no path was given; `place` is host:port, for people.

    `local`: the host is this machine by its own number, or `localhost` where that resolves to nothing else.
    """

    url: str
    place: str
    local: bool

    @classmethod
    def read(cls, text: str) -> ServerAddress:
        """Raises `SettingsError` for what is no plain http or https address; a user or password is never repeated."""
        found = _FORM.fullmatch(text)
        if found is None:
            said = "it is not set" if not text else "it is no plain address" if "@" in text else f"'{text}' is none"
            raise _wrong(said)
        scheme, host = found["scheme"].lower(), found["host"].lower()
        port = int(found["port"] or PORTS[scheme])
        number = _number(host)
        if not 0 < port < 2**16 or (host.startswith("[") and number is None):
            raise _wrong(f"'{text}' is none")
        path = (found["path"] or "").rstrip("/") or "/v1"
        local = number.is_loopback if number is not None else host == "localhost" and _resolves_here(host, port)
        return cls(f"{scheme}://{host}:{port}{path}", f"{host}:{port}", local)


def _number(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def _resolves_here(host: str, port: int) -> bool:
    """Where the hosts file lacks localhost, a name server somewhere else says what it is."""
    try:
        found = {str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except OSError:
        return False
    return bool(found) and all(ipaddress.ip_address(address).is_loopback for address in found)


def _wrong(why: str) -> SettingsError:
    return SettingsError("the server's address", why, f"Set `server` as in {EXAMPLE}, without user or password.")
