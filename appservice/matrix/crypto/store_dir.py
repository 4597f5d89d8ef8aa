"""The folder with the bot's encryption keys, used by one process at a time.

`device.json` names the device; `olm-….db` is nio's store of it; `identity.json` is the cross-signing
identity, which outlives devices.
"""

import base64
import fcntl
import json
import os
import secrets
import string
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from appservice.matrix.crypto.errors import CryptoUnusable
from appservice.matrix.crypto.secrets_at_rest import decrypt_secret, derive_key, encrypt_secret
from bot.ids import KekId, UserId

_DEVICE_LETTERS = string.ascii_uppercase + string.digits
_RESET = "run: matrix-ppv crypto reset"
_STORE, _STORE_KEY = "olm store", "key of the olm store"


@dataclass(frozen=True, slots=True)
class Device:
    """The content of `device.json`."""

    user: str
    device: str
    kek: str
    """The id of the KEK that protects the store."""
    secret: str | None = None
    """The key of the store, encrypted under that KEK (base64); None if it is derived from the KEK."""


@dataclass(frozen=True, slots=True)
class CryptoFolder:
    """The folder, locked for this process; see `open_folder`."""

    path: Path
    user: UserId
    device: Device
    keks: Mapping[KekId, bytes] = field(repr=False)
    active: KekId

    @property
    def store_key(self) -> bytes:
        """The key of the store. Raises CryptoUnusable."""
        kek = self.keks[KekId(self.device.kek)]
        if self.device.secret is None:
            return derive_key(kek, _STORE)
        return decrypt_secret(base64.b64decode(self.device.secret), kek, _STORE_KEY)

    @property
    def store_name(self) -> str:
        return _store_name(self.device.device)

    def rewrapped(self) -> "CryptoFolder":
        """Return the folder with the store's key encrypted under the active KEK."""
        if self.device.kek == self.active:
            return self
        encrypted = encrypt_secret(self.store_key, self.keks[self.active], _STORE_KEY)
        device = replace(self.device, kek=self.active, secret=base64.b64encode(encrypted).decode())
        write_durably(self.path / "device.json", asdict(device))
        return replace(self, device=device)

    def with_new_device(self) -> "CryptoFolder":
        """Delete the device and its store, and return the folder with a new device."""
        delete_device(self.path)
        return replace(self, device=create_device(self.path, self.user, self.active))

    @property
    def identity_file(self) -> Path:
        return self.path / "identity.json"


@contextmanager
def open_folder(
    path: Path, user: UserId, keks: Mapping[KekId, bytes], active: KekId
) -> Iterator[CryptoFolder]:
    """Open the folder. If it or the store is missing, create it with a new device. Raise CryptoUnusable."""
    with lock_folder(path):
        device = load_device(path)
        if device is None or not (path / _store_name(device.device)).exists():
            # A new device id: other clients believe that the old device has their room keys already.
            device = create_device(path, user, active)
        if device.user != user:
            raise CryptoUnusable(
                f"The crypto folder {path} belongs to {device.user}, not to {user}."
                " Give this bot a folder of its own in encryption.folder."
            )
        if KekId(device.kek) not in keks:
            raise CryptoUnusable(
                f"The crypto folder {path} is locked up under the key “{device.kek}”, which is not in"
                f" keys.keks. Put it back, or {_RESET}"
            )
        yield CryptoFolder(path, user, device, keks, active)


@contextmanager
def lock_folder(path: Path) -> Iterator[None]:
    """Lock the folder, creating it if missing. Raise CryptoUnusable while another process holds it."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        lock = os.open(path / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise CryptoUnusable(f"The crypto folder {path} cannot be used: {error}") from error
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CryptoUnusable(
                f"Another matrix-ppv is running with the crypto folder {path}. Two on one device lose"
                " messages: stop the other one first, or give each its own bot and folder."
            ) from error
        yield
    finally:
        os.close(lock)


def load_device(path: Path) -> Device | None:
    """Return None if there is none yet. Raise CryptoUnusable for a damaged file."""
    try:
        content = json.loads((path / "device.json").read_text("utf-8"))
        return Device(content["user"], content["device"], content["kek"], content.get("secret"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CryptoUnusable(
            f"{path / 'device.json'} is damaged. Restore it, or {_RESET}"
        ) from error


def create_device(path: Path, user: UserId, kek: str) -> Device:
    """Write `device.json` for a device with a new id."""
    device = Device(user, _new_device_id(), kek)
    write_durably(path / "device.json", asdict(device))
    return device


def delete_device(path: Path) -> None:
    """Delete the device and its store, but not the identity."""
    (path / "device.json").unlink(missing_ok=True)
    for store in path.glob("olm-*.db*"):
        store.unlink()


def write_durably(file: Path, content: Mapping[str, Any]) -> None:
    """Write the file atomically and durably, readable by the owner alone."""
    new = file.with_suffix(".new")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as writing:
        json.dump(content, writing)
        writing.flush()
        os.fsync(writing.fileno())
    new.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _store_name(device: str) -> str:
    return f"olm-{device}.db"


def _new_device_id() -> str:
    return "PPV" + "".join(secrets.choice(_DEVICE_LETTERS) for _ in range(8))
