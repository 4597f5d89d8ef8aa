"""What the sandbox's homeserver is told: the content of homeserver.yaml."""

import base64
import secrets
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

_FAST = {"per_second": 100_000, "burst_count": 100_000}

# People in the sandbox act faster than people do, so no limit meant for humans applies to them.
_RATE_LIMITS: Mapping[str, Any] = {
    "rc_message": _FAST,
    "rc_registration": _FAST,
    "rc_login": {"address": _FAST, "account": _FAST, "failed_attempts": _FAST},
    "rc_joins": {"local": _FAST, "remote": _FAST},
    "rc_joins_per_room": _FAST,
    "rc_invites": {"per_room": _FAST, "per_user": _FAST, "per_issuer": _FAST},
    "rc_admin_redaction": _FAST,
    "rc_key_requests": _FAST,
    "rc_media_create": _FAST,
    "rc_profile": _FAST,
    "rc_room_creation": _FAST,
    "max_pending_media_uploads": 10_000,
}


def homeserver_configuration(
    folder: Path,
    *,
    server_name: str,
    port: int,
    shared_secret: str,
    registrations: Sequence[Path],
    settings: Mapping[str, Any],
) -> dict[str, Any]:
    """Everything Synapse reads at start; `settings` replaces or adds top-level keys."""
    return {
        "server_name": server_name,
        "public_baseurl": f"http://127.0.0.1:{port}/",
        "listeners": [
            {
                "port": port,
                "bind_addresses": ["127.0.0.1"],
                "type": "http",
                "resources": [{"names": ["client", "openid"]}],
            }
        ],
        "database": {"name": "sqlite3", "args": {"database": str(folder / "homeserver.db")}},
        "log_config": str(folder / "log.yaml"),
        "media_store_path": str(folder / "media"),
        "max_upload_size": "300M",
        "enable_authenticated_media": True,
        "signing_key": _signing_key(),
        "macaroon_secret_key": secrets.token_hex(),
        "form_secret": secrets.token_hex(),
        "registration_shared_secret": shared_secret,
        "app_service_config_files": [str(path) for path in registrations],
        "bcrypt_rounds": 4,
        "report_stats": False,
        "presence": {"enabled": False},
        "trusted_key_servers": [],
        "suppress_key_server_warning": True,
        "federation_domain_whitelist": [],
        **_RATE_LIMITS,
        **settings,
    }


def log_configuration() -> dict[str, Any]:
    """Warnings and errors to standard error, which the process writes into its log file."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"level": "WARNING", "handlers": ["stderr"]},
    }


def _signing_key() -> str:
    seed = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    return f"ed25519 a_{secrets.token_hex(3)} {seed}"
