"""A homeserver somewhere else, as far as OpenID and discovery go: on this machine, under names of its own."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from socket import AF_INET, AddressFamily
from typing import Any

from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from appservice.matrix.openid import USERINFO


@dataclass
class Elsewhere(AbstractResolver):
    """Answers for every name, on every port; a test says what."""

    folder: Path
    certified: tuple[str, ...] = ("remote.test", "matrix.remote.test")
    addresses: dict[str, str] = field(default_factory=dict)
    """Where names lead, if not to us."""
    delegation: web.Response | Any = None
    """What /.well-known/matrix/server answers; None for 404."""
    userinfo: Any = field(default_factory=lambda: {"sub": "@alice:remote.test"})
    status: int = 200
    seen: list[tuple[str, str]] = field(default_factory=list)
    """Host and path of each request."""
    tokens: list[str] = field(default_factory=list)
    _port: int = 0

    async def resolve(
        self, host: str, port: int = 0, family: AddressFamily = AF_INET
    ) -> list[ResolveResult]:
        address = self.addresses.get(host, "127.0.0.1")
        return [
            ResolveResult(
                hostname=host, host=address, port=self._port, family=AF_INET, proto=0, flags=0
            )
        ]

    async def close(self) -> None:
        pass

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[ssl.SSLContext]:
        """What trusts it."""
        certificate, key = _certificate(self.folder, self.certified)
        theirs = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        theirs.load_cert_chain(certificate, key)
        app = web.Application()
        app.router.add_get("/.well-known/matrix/server", self._delegates)
        app.router.add_get(USERINFO, self._tells)
        app.router.add_get("/elsewhere", self._delegates)
        runner = web.AppRunner(app)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=theirs).start()
            self._port = runner.addresses[0][1]
            yield ssl.create_default_context(cafile=str(certificate))
        finally:
            await runner.cleanup()

    async def _delegates(self, request: web.Request) -> web.Response:
        self.seen.append((request.headers["Host"], request.path))
        if self.delegation is None:
            return web.Response(status=404)
        if isinstance(self.delegation, web.Response):
            answer, self.delegation = self.delegation, None
            return answer
        return web.json_response(self.delegation)

    async def _tells(self, request: web.Request) -> web.Response:
        self.seen.append((request.headers["Host"], request.path))
        self.tokens.append(request.query["access_token"])
        return web.json_response(self.userinfo, status=self.status)


def _certificate(folder: Path, names: tuple[str, ...]) -> tuple[Path, Path]:
    """Signed by nobody else, for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, names[0])])
    now = datetime.now(UTC)
    alternatives = [
        *(x509.DNSName(each) for each in names),
        x509.IPAddress(IPv4Address("127.0.0.1")),
    ]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "tls.crt", folder / "tls.key"
    paths[0].write_bytes(certificate.public_bytes(Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )
    return paths
