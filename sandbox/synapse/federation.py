"""A homeserver that talks with others on this machine: by TLS, under a certificate of its own."""

from datetime import UTC, datetime, timedelta
from ipaddress import IPv4Address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from sandbox.processes import free_port

_HERE = "127.0.0.1"


def federation_settings(folder: Path, client_port: int) -> dict[str, Any]:
    """Top-level keys of homeserver.yaml, with a server name that others find it by."""
    folder.mkdir(parents=True, exist_ok=True)
    port = free_port()
    certificate, key = _certificate(folder)
    return {
        "server_name": f"{_HERE}:{port}",
        "listeners": [
            _listener(client_port, "client"),
            _listener(port, "federation") | {"tls": True},
        ],
        "tls_certificate_path": str(certificate),
        "tls_private_key_path": str(key),
        "federation_verify_certificates": False,
        "federation_domain_whitelist": None,
        "federation_ip_range_blacklist": [],
    }


def _listener(port: int, name: str) -> dict[str, Any]:
    resources = [{"names": [name]}]
    return {"port": port, "bind_addresses": [_HERE], "type": "http", "resources": resources}


def _certificate(folder: Path) -> tuple[Path, Path]:
    """Signed by nobody else, for a day."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _HERE)])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(hours=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(IPv4Address(_HERE))]), critical=False
        )
        .sign(key, hashes.SHA256())
    )
    paths = folder / "tls.crt", folder / "tls.key"
    paths[0].write_bytes(certificate.public_bytes(Encoding.PEM))
    paths[1].write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
    )
    return paths
