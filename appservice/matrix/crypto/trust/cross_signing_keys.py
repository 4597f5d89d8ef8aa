"""The bot's own cross-signing identity, which signs its device.

Clients that exclude unsigned devices neither share keys with an unsigned bot nor show its messages.
https://spec.matrix.org/v1.17/client-server-api/#cross-signing
"""

import base64
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appservice.matrix.crypto.errors import CryptoUnusable
from appservice.matrix.crypto.secrets_at_rest import decrypt_secret, encrypt_secret
from appservice.matrix.crypto.store_dir import write_durably
from bot.ids import KekId

_SEED_BYTES = 32
_PURPOSE = "cross-signing identity"

Json = Mapping[str, Any]


def canonical(value: Json) -> bytes:
    """https://spec.matrix.org/v1.17/appendices/#signing-json"""
    unsigned = {key: each for key, each in value.items() if key not in {"signatures", "unsigned"}}
    return json.dumps(unsigned, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class SigningKey:
    """An Ed25519 key from its 32-byte seed."""

    seed: bytes = field(repr=False)

    @property
    def public(self) -> str:
        """Unpadded base64."""
        raw = Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()
        return base64.b64encode(raw).decode().rstrip("=")

    def sign(self, value: Json) -> str:
        signature = Ed25519PrivateKey.from_private_bytes(self.seed).sign(canonical(value))
        return base64.b64encode(signature).decode().rstrip("=")


@dataclass(frozen=True, slots=True)
class CrossSigning:
    """The master key signs the two others; the self-signing key signs the bot's devices."""

    user: str
    master: SigningKey
    self_signing: SigningKey
    user_signing: SigningKey

    @classmethod
    def generate(cls, user: str) -> Self:
        return cls(user, *(SigningKey(secrets.token_bytes(_SEED_BYTES)) for _ in range(3)))

    @classmethod
    def load(cls, file: Path, user: str, keks: Mapping[KekId, bytes]) -> Self | None:
        """Return None if there is no file, or one of another user. Raise CryptoUnusable."""
        try:
            content = json.loads(file.read_text("utf-8"))
            owner, kek_id, encoded = content["user"], content["kek"], content["seeds"]
            encrypted = base64.b64decode(encoded, validate=True)
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise CryptoUnusable(f"{file} is damaged. Restore it from a backup.") from error
        if kek_id not in keks:
            raise CryptoUnusable(
                f"{file} is locked up under the key “{kek_id}”, which is not in keys.keks."
                " Put it back: it is the bot's identity, which people see as unchanged."
            )
        seeds = decrypt_secret(encrypted, keks[kek_id], f"{_PURPOSE} of {owner}")
        parts = [SigningKey(seeds[at : at + _SEED_BYTES]) for at in (0, _SEED_BYTES, 64)]
        return cls(user, *parts) if owner == user else None

    @staticmethod
    def kek_of(file: Path) -> str | None:
        """Return the id of the KEK that protects the file; None if it is missing or damaged."""
        try:
            return str(json.loads(file.read_text("utf-8"))["kek"])
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def save(self, file: Path, kek_id: str, kek: bytes) -> None:
        seeds = self.master.seed + self.self_signing.seed + self.user_signing.seed
        encrypted = encrypt_secret(seeds, kek, f"{_PURPOSE} of {self.user}")
        content = {
            "user": self.user,
            "kek": kek_id,
            "seeds": base64.b64encode(encrypted).decode(),
        }
        write_durably(file, content)

    def upload_body(self, device: str, sign_by_device: Callable[[Json], str]) -> dict[str, Any]:
        """Return the body that publishes this identity, for `/keys/device_signing/upload`."""
        master = self._public(self.master, "master")
        by_device = {f"ed25519:{device}": sign_by_device(master)}
        return {
            "master_key": master | {"signatures": {self.user: by_device}},
            "self_signing_key": self._signed_by_master(self.self_signing, "self_signing"),
            "user_signing_key": self._signed_by_master(self.user_signing, "user_signing"),
        }

    def has_signed(self, device_keys: Json) -> bool:
        """Return whether the keys of a device have this identity's signature."""
        signatures = device_keys.get("signatures")
        ours = signatures.get(self.user) if isinstance(signatures, Mapping) else None
        shown = ours.get(self._key_id(self.self_signing)) if isinstance(ours, Mapping) else None
        return bool(shown == self.self_signing.sign(device_keys))

    def with_signature(self, device_keys: Json) -> dict[str, Any]:
        """Return the keys of a device with this identity's signature."""
        plain = {k: v for k, v in device_keys.items() if k not in {"signatures", "unsigned"}}
        return plain | self._signature(self.self_signing, plain)

    def matches(self, master_key: Json) -> bool:
        """Return whether the master key on the homeserver is this one."""
        keys = master_key.get("keys")
        return isinstance(keys, Mapping) and self._key_id(self.master) in keys

    def _signed_by_master(self, key: SigningKey, usage: str) -> dict[str, Any]:
        public = self._public(key, usage)
        return public | self._signature(self.master, public)

    def _public(self, key: SigningKey, usage: str) -> dict[str, Any]:
        return {"user_id": self.user, "usage": [usage], "keys": {self._key_id(key): key.public}}

    def _signature(self, key: SigningKey, value: Json) -> dict[str, Any]:
        return {"signatures": {self.user: {self._key_id(key): key.sign(value)}}}

    def _key_id(self, key: SigningKey) -> str:
        return f"ed25519:{key.public}"
