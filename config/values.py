"""The kinds of values that settings hold, and what makes one valid.

Every ValueError is the end of a sentence that begins with the key. None repeats a secret.
"""

import base64
import binascii
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import yaml
from pydantic import AfterValidator, BeforeValidator, SecretBytes, SecretStr

from config.addresses import normalised

_LOCALPART = re.compile(r"[a-z0-9._=/+-]+")
_ORIGIN = re.compile(
    r"(https|vector)://([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?|http://(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?"
)
_SERVER = re.compile(r"[A-Za-z0-9.-]+(:\d+)?|\[[0-9A-Fa-f:.]+\](:\d+)?")
_STRIPE_KEY = re.compile(r"[sr]k_(test|live)_\S+")
_HIGHEST_PORT = 65535
_TOKEN_LENGTH = 16
_KEK_BYTES = 32


_FEE = re.compile(r"(?P<percent>\d{1,2}(\.\d{1,3})?) ?%( ?\+ ?(?P<fixed>\d{1,6}(\.\d{1,3})?))?")


@dataclass(frozen=True, slots=True)
class Fee:
    """A part of each payment, and an amount in major units."""

    percent: Decimal
    fixed: Decimal


@dataclass(frozen=True, slots=True)
class ListenAddress:
    """Where to listen. Port 0 lets the system choose one."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


def _address(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    host, colon, port = value.rpartition(":")
    if not (colon and host and port.isascii() and port.isdigit() and int(port) <= _HIGHEST_PORT):
        raise ValueError("must be host:port, such as 127.0.0.1:29330")
    return ListenAddress(host.removeprefix("[").removesuffix("]"), int(port))


def _http_url(value: str) -> str:
    try:
        plain = normalised(value)
        parts = urlsplit(plain)
        complete = parts.scheme in {"http", "https"} and parts.port != 0
    except ValueError:
        complete = False
    if not complete or parts.query or parts.fragment or parts.username or " " in value.strip():
        raise ValueError("must be a plain address such as https://ppv.your-server.org")
    return plain


def _app_origin(value: str) -> str:
    try:
        plain = normalised(value)
    except ValueError:
        plain = ""
    if not _ORIGIN.fullmatch(plain):
        raise ValueError(
            "must be where people open their chat app, such as https://app.element.io, without a path"
        )
    return plain


def _server_name(value: str) -> str:
    if not _SERVER.fullmatch(value):
        raise ValueError("must be the server's name as in @user:name, without https://")
    return value


def _host(value: str) -> str:
    value = value.lower().rstrip(".")
    if ":" in value or "." not in value or not _SERVER.fullmatch(value):
        raise ValueError("must be a host alone, such as pay.example.com, without https:// and path")
    return value


def _localpart(value: str) -> str:
    if not _LOCALPART.fullmatch(value):
        raise ValueError("may hold small letters, digits and . _ = / + - only, no @ and no server")
    return value


def _token(value: SecretStr) -> SecretStr:
    secret = value.get_secret_value()
    if len(secret) < _TOKEN_LENGTH or not secret.isascii() or re.search(r"\s", secret):
        raise ValueError(
            f"must be {_TOKEN_LENGTH} or more letters and digits; make one with: openssl rand -hex 32"
        )
    return value


def _stripe_key(value: SecretStr) -> SecretStr:
    secret = value.get_secret_value()
    if secret.startswith("pk_"):
        raise ValueError("this is the publishable key; the secret one begins with sk_ or rk_")
    if not _STRIPE_KEY.fullmatch(secret):
        raise ValueError("must be a Stripe key that begins with sk_test_, sk_live_, or rk_…")
    return value


def _webhook_secret(value: SecretStr) -> SecretStr:
    secret = value.get_secret_value()
    if secret.startswith("we_"):
        raise ValueError(
            "this is the endpoint's id; its signing secret begins with whsec_"
            " (Stripe shows it under “Reveal secret”)"
        )
    if not re.fullmatch(r"whsec_\S+", secret):
        raise ValueError("must be a signing secret that begins with whsec_")
    return value


def _kek(value: SecretBytes) -> SecretBytes:
    compact = b"".join(value.get_secret_value().split()).decode(errors="replace")
    try:
        if len(compact) == 2 * _KEK_BYTES:
            raw = bytes.fromhex(compact)
        else:
            standard = compact.rstrip("=").translate(str.maketrans("-_", "+/"))
            raw = base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (ValueError, binascii.Error):
        raw = b""
    if len(raw) != _KEK_BYTES:
        raise ValueError(
            "must be 32 bytes in base64 or hex; make one with: openssl rand -base64 32"
        )
    return SecretBytes(raw)


def _listed(value: Any) -> Any:
    """A list as text, for environment variables and secret files: commas or line breaks between."""
    return tuple(re.split(r"[\s,]+", value.strip())) if isinstance(value, str) else value


def _mapped(value: Any) -> Any:
    """A map as text, for environment variables: YAML or JSON."""
    if not isinstance(value, str):
        return value
    try:
        return yaml.safe_load(value)
    except yaml.YAMLError:
        raise ValueError('must be a map such as {"*:your-server.org": "buyer"}') from None


def _who(value: str) -> str:
    localpart, colon, server = value.partition(":")
    one = localpart.startswith("@") and len(localpart) > 1 and bool(server)
    many = value == "*" or (localpart.startswith("*") and bool(colon) and bool(server))
    room = re.fullmatch(r"#[^\s:]+:\S+|![^\s:]+(:\S+)?", value)
    if not (
        one or many or room or (_SERVER.fullmatch(value) and re.search(r"[.:]|^localhost$", value))
    ):
        raise ValueError(
            "must be @name:server, a pattern of it with *, #room:server, a server, or * for all"
        )
    return value


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (LookupError, ValueError, OSError):
        raise ValueError("must be an IANA time zone, such as UTC or Europe/Berlin") from None
    return value


def _currency(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z]{3}", value):
        raise ValueError("must be a currency's three letters, such as USD")
    return value.lower()


def _fee(value: object) -> object:
    found = _FEE.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise ValueError("must be a percentage and an amount, such as 2.9% + 0.30")
    return Fee(Decimal(found["percent"]), Decimal(found["fixed"] or 0))


def _database_url(value: SecretStr) -> SecretStr:
    parts = urlsplit(value.get_secret_value())
    file = parts.scheme == "sqlite" and not parts.netloc and len(parts.path) > 1
    server = parts.scheme in {"postgresql", "postgres"} and len(parts.path) > 1
    if not (file or server):
        raise ValueError(
            "must be sqlite:/// and a path, such as sqlite:///ppv.db (with four slashes the path is"
            " absolute), or postgresql://user:password@host/database"
        )
    return value


def _folder(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme != "file" or parts.netloc or parts.path in {"", "/"}:
        raise ValueError(
            "must be file: and the path of a folder, such as file:///var/lib/matrix-ppv/blobs"
        )
    return value


FeeText = Annotated[Fee, BeforeValidator(_fee)]
Listen = Annotated[ListenAddress, BeforeValidator(_address)]
HttpUrl = Annotated[str, AfterValidator(_http_url)]
"""http or https, normalised, without a slash at the end."""
AppOrigin = Annotated[str, AfterValidator(_app_origin)]
"""Scheme, host and port, as browsers name them; `vector` is Element's own for its desktop app."""
ServerName = Annotated[str, AfterValidator(_server_name)]
HostName = Annotated[str, AfterValidator(_host)]
Localpart = Annotated[str, AfterValidator(_localpart)]
Token = Annotated[SecretStr, AfterValidator(_token)]
StripeKey = Annotated[SecretStr, AfterValidator(_stripe_key)]
WebhookSecret = Annotated[SecretStr, AfterValidator(_webhook_secret)]
Kek = Annotated[SecretBytes, AfterValidator(_kek)]
"""32 bytes."""
Who = Annotated[str, AfterValidator(_who)]
Currency = Annotated[str, AfterValidator(_currency)]
TimeZone = Annotated[str, AfterValidator(_time_zone)]
"""https://www.iana.org/time-zones"""
"""Three small letters."""
DatabaseUrl = Annotated[SecretStr, AfterValidator(_database_url)]
"""It may hold a password."""
FolderUrl = Annotated[str, AfterValidator(_folder)]
AsList = BeforeValidator(_listed)
AsMap = BeforeValidator(_mapped)
