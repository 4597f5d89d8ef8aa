"""The bot's device and cross-signing identity on the homeserver."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from appservice.matrix.bot_user import MatrixIdentity
from appservice.matrix.client import ActAs, MatrixClient, path_of
from appservice.matrix.crypto.errors import CryptoUnusable
from appservice.matrix.crypto.megolm.key_upkeep import KeyUpkeep
from appservice.matrix.crypto.olm_account import Account
from appservice.matrix.crypto.olm_store import OlmDevice
from appservice.matrix.crypto.trust.cross_signing_keys import CrossSigning
from appservice.matrix.crypto.trust.device_trust import Devices
from appservice.matrix.json_fields import section
from appservice.matrix.responses import MatrixRejected
from bot.errors import OperatorError

_KEYS = "/_matrix/client/v3/keys"

log = logging.getLogger(__name__)


_WRONG_IDENTITY = (
    "The bot's cross-signing identity on the homeserver is not the one in the crypto folder: apps that insist on"
    " signed devices can't read the bot. Restore identity.json from a backup."
)


_UNKNOWN_DEVICES = (
    "Somebody has signed in as the bot: the devices {devices} of its account are not ours. Nothing was shared with"
    " them, but whoever did it holds the appservice's token and can act as the bot. Make new tokens (`matrix-ppv"
    " registration` tells how), restart the homeserver, and delete these devices there."
)
_DELETED = (
    "The bot's device {device} was deleted on the homeserver, and a new one is in its place. If that wasn't you,"
    " somebody who holds the appservice's token or runs the homeserver did it: people may have to send again what"
    " they sent in that moment."
)

Alert = Callable[[str, str], Awaitable[None]]
"""Alert admins once for each key: `alert(key, text)`."""


@dataclass(slots=True)
class IdentityProblem:
    """The problem that an operator has to solve, or None."""

    message: str | None = None


@dataclass(frozen=True, slots=True)
class CrossSigningStatus:
    """The bot's keys as `/keys/query` returns them."""

    device_keys: Mapping[str, Any]
    """Empty if the bot's device has none there."""
    master_key: Mapping[str, Any]
    """Empty before the account has an identity."""
    other_devices: Mapping[str, Any]
    """Other devices of the account that have keys, by id."""


async def fetch_cross_signing_status(
    client: MatrixClient, user: str, device: str
) -> CrossSigningStatus:
    body: dict[str, dict[str, list[str]]] = {"device_keys": {user: []}}
    answer = await client.call("POST", f"{_KEYS}/query", body, acting=ActAs.USER)
    devices = section(section(answer, "device_keys"), user)
    return CrossSigningStatus(
        section(devices, device),
        section(section(answer, "master_keys"), user),
        {id_: keys for id_, keys in devices.items() if id_ != device},
    )


def unknown_devices(status: CrossSigningStatus, identity: CrossSigning | None) -> tuple[str, ...]:
    """Return the ids of the account's devices that the bot did not create: its identity has not signed their keys."""
    return tuple(
        sorted(
            str(device)
            for device, keys in status.other_devices.items()
            if not isinstance(keys, Mapping) or identity is None or not identity.has_signed(keys)
        )
    )


@dataclass(frozen=True, slots=True)
class EncryptedIdentity:
    """Sets up the bot's account and encryption. Safe to repeat at every start."""

    plain: MatrixIdentity
    client: MatrixClient
    olm_device: OlmDevice
    account: Account
    devices: Devices
    upkeep: KeyUpkeep
    alert: Alert
    problem: IdentityProblem = field(default_factory=IdentityProblem)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def establish(self) -> None:
        """Set up account, device, name and picture; upload the device's keys and their signature.

        A deleted device is replaced by one with a new id, because clients ignore the old one.
        """
        async with self._lock:
            await self.plain.establish()
            status = await self.status()
            self._require_own_keys(status.device_keys)
            if self.account.is_published and not status.device_keys:
                await self._replace_device()
            await self.upkeep.upload_keys()
            await self._sign(await self.status())

    async def ping(self, transaction: str) -> int | None:
        """Return the ping's milliseconds. If the device is missing or unsigned, set it up again."""
        milliseconds = await self.plain.reach(transaction)
        status = await self.status()
        if not await self.plain.has_device() or not self.is_signed(status):
            await self.establish()
        else:
            self._check_unknown_devices(status)
        return milliseconds

    async def _replace_device(self) -> None:
        log.warning("bot device deleted on the homeserver, replacing it")
        deleted = self.account.device
        await self._delete(deleted)
        self.olm_device.replace_device()
        self.devices.mark_all_changed()
        self.client.act_on(self.account.device)
        await self.plain.establish()
        await self.alert(f"bot's device deleted:{deleted}", _DELETED.format(device=deleted))

    async def _delete(self, device: str) -> None:
        path = path_of("/_matrix/client/v3/devices/{}", device)
        try:
            await self.client.call("DELETE", path, {}, acting=ActAs.USER)
        except MatrixRejected:
            log.info("old device not deleted on the homeserver")

    async def status(self) -> CrossSigningStatus:
        return await fetch_cross_signing_status(self.client, self.account.user, self.account.device)

    def is_signed(self, status: CrossSigningStatus) -> bool:
        """Return whether the bot's identity is the published one and has signed the device."""
        identity = self._identity()
        return (
            identity is not None
            and identity.matches(status.master_key)
            and identity.has_signed(status.device_keys)
        )

    async def _sign(self, status: CrossSigningStatus) -> None:
        """Upload the identity if the account has none, and sign the device.

        A published identity is never replaced, because clients would warn of an impostor.
        """
        identity = self._identity()
        if not status.master_key:
            identity = identity or self._create_identity()
            body = identity.upload_body(self.account.device, self.account.sign)
            await self.client.call("POST", f"{_KEYS}/device_signing/upload", body)
        elif identity is None or not identity.matches(status.master_key):
            if self.problem.message is None:
                log.error("cross-signing identity mismatch")
            self.problem.message = _WRONG_IDENTITY
            return
        self._check_unknown_devices(status)
        if not identity.has_signed(status.device_keys):
            await self._upload_signature(identity.with_signature(status.device_keys))

    def _check_unknown_devices(self, status: CrossSigningStatus) -> None:
        unknown = unknown_devices(status, self._identity())
        if not unknown:
            self.problem.message = None
            return
        if self.problem.message is None:
            log.error("unknown devices in the bot account", extra={"devices": list(unknown)})
        self.problem.message = _UNKNOWN_DEVICES.format(devices=", ".join(unknown))

    async def _upload_signature(self, signed: Mapping[str, Any]) -> None:
        body = {self.account.user: {self.account.device: signed}}
        answer = await self.client.call("POST", f"{_KEYS}/signatures/upload", body)
        if section(answer, "failures"):
            raise OperatorError("the homeserver refused the signature on the bot's own device")

    def _identity(self) -> CrossSigning | None:
        folder = self.olm_device.folder
        return CrossSigning.load(folder.identity_file, self.account.user, folder.keks)

    def _create_identity(self) -> CrossSigning:
        identity = CrossSigning.generate(self.account.user)
        folder = self.olm_device.folder
        identity.save(folder.identity_file, folder.active, folder.keks[folder.active])
        return identity

    def _require_own_keys(self, device_keys: Mapping[str, Any]) -> None:
        keys = section(device_keys, "keys")
        shown = keys.get(f"ed25519:{self.account.device}")
        if device_keys and shown != self.account.ed25519:
            raise CryptoUnusable(
                f"The device {self.account.device} on the homeserver has other keys than the store in"
                f" {self.olm_device.folder.path}. Stop matrix-ppv and run: matrix-ppv crypto reset"
            )
