"""The folder with the bot's encryption: one process at a time, and a device that lives as long as its store.

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
from appservice.matrix.crypto.secrets_at_rest import derived_key, disclose, enclose
from bot.ids import KekId, UserId

_DEVICE_LETTERS = string.ascii_uppercase + string.digits
_RESET = "run: matrix-ppv crypto reset"
_STORE, _STORE_KEY = "olm store", "key of the olm store"


@dataclass(frozen=True, slots=True)
class Device:
    """What `device.json` says."""

    user: str
    device: str
    kek: str
    """The id of the KEK under which the store is locked up."""
    secret: str | None = None
    """What opens the store, enclosed under that KEK (base64); None while it is derived from it."""


@dataclass(frozen=True, slots=True)
class CryptoFolder:
    """Ours alone while it is open; made by `open_folder`."""

    path: Path
    user: UserId
    device: Device
    keks: Mapping[KekId, bytes] = field(repr=False)
    active: KekId

    @property
    def store_key(self) -> bytes:
        """What opens the store. Raises CryptoUnusable."""
        kek = self.keks[KekId(self.device.kek)]
        if self.device.secret is None:
            return derived_key(kek, _STORE)
        return disclose(base64.b64decode(self.device.secret), kek, _STORE_KEY)

    @property
    def store_name(self) -> str:
        return _store_name(self.device.device)

    def under_active(self) -> "CryptoFolder":
        """What opens the store is enclosed under the active KEK, so that no older one is needed any more."""
        if self.device.kek == self.active:
            return self
        enclosed = enclose(self.store_key, self.keks[self.active], _STORE_KEY)
        device = replace(self.device, kek=self.active, secret=base64.b64encode(enclosed).decode())
        write_durably(self.path / "device.json", asdict(device))
        return replace(self, device=device)

    def with_new_device(self) -> "CryptoFolder":
        """The old device and all that it knew are gone for good."""
        forget_device(self.path)
        return replace(self, device=new_device(self.path, self.user, self.active))

    @property
    def identity_file(self) -> Path:
        return self.path / "identity.json"


@contextmanager
def open_folder(
    path: Path, user: UserId, keks: Mapping[KekId, bytes], active: KekId
) -> Iterator[CryptoFolder]:
    """A missing folder or store is made anew, with a new device. Raises CryptoUnusable."""
    with locked(path):
        device = device_in(path)
        if device is None or not (path / _store_name(device.device)).exists():
            # A new store under an old device id would be told what the old one has heard already.
            device = new_device(path, user, active)
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
def locked(path: Path) -> Iterator[None]:
    """The folder, made if need be. Raises CryptoUnusable while another process holds it."""
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


def device_in(path: Path) -> Device | None:
    """None when there is none yet. Raises CryptoUnusable for a damaged file."""
    try:
        content = json.loads((path / "device.json").read_text("utf-8"))
        return Device(content["user"], content["device"], content["kek"], content.get("secret"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CryptoUnusable(
            f"{path / 'device.json'} is damaged. Restore it, or {_RESET}"
        ) from error


def new_device(path: Path, user: UserId, kek: str) -> Device:
    """The one whose store is to be made now."""
    device = Device(user, _new_device_id(), kek)
    write_durably(path / "device.json", asdict(device))
    return device


def forget_device(path: Path) -> None:
    """The device and its store are gone for good; the identity stays."""
    (path / "device.json").unlink(missing_ok=True)
    for store in path.glob("olm-*.db*"):
        store.unlink()


def write_durably(file: Path, content: Mapping[str, Any]) -> None:
    """Whole or not at all, also when the power goes; nobody else may read it."""
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
