"""Where another homeserver answers, from its name.

https://spec.matrix.org/v1.17/server-server-api/#resolving-server-names
"""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import dns.asyncresolver
import dns.exception

from appservice.matrix.ssrf import literal

_PORT = 8448
_NAME = re.compile(
    r"(?P<host>[A-Za-z0-9.-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::(?P<port>[0-9]{1,5}))?"
)
_SERVICES = ("_matrix-fed._tcp", "_matrix._tcp")
_DNS_SECONDS = 5.0

Delegation = Callable[[str], Awaitable[str | None]]
"""From a host to what its /.well-known/matrix/server says."""
Service = Callable[[str], Awaitable[tuple[str, int] | None]]
"""From a host to the host and port of its SRV record."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where to connect, and what it must answer to."""

    host: str
    port: int
    name: str
    """Whom the certificate must be for."""
    header: str
    """What `Host` says."""


def split_name(server: str) -> tuple[str, int | None] | None:
    """Host and port of a server name; None for what is none."""
    found = _NAME.fullmatch(server)
    if found is None or int(found["port"] or 1) not in range(1, 65536):
        return None
    return found["host"], int(found["port"]) if found["port"] else None


async def place_of(server: str, delegation: Delegation, service: Service) -> Endpoint | None:
    """None for what is no server name."""
    named = split_name(server)
    if named is None:
        return None
    if not _says_all(*named):
        told = await delegation(named[0])
        named = split_name(told or "") or named
    host, port = named
    if _says_all(host, port):
        return Endpoint(host, port or _PORT, host, f"{host}:{port}" if port else host)
    found = await service(host)
    return Endpoint(*(found or (host, _PORT)), host, host)


def _says_all(host: str, port: int | None) -> bool:
    """Nobody else needs to be asked."""
    return port is not None or literal(host) is not None


async def service_of(host: str) -> tuple[str, int] | None:
    """By DNS; the record that comes first."""
    for service in _SERVICES:
        try:
            answer = await dns.asyncresolver.resolve(
                f"{service}.{host}", "SRV", lifetime=_DNS_SECONDS
            )
        except (dns.exception.DNSException, OSError):
            continue
        first = min(answer, key=lambda record: (record.priority, -record.weight))
        target = first.target.to_text(omit_final_dot=True)
        if target not in {"", "."}:
            return target, int(first.port)
    return None
