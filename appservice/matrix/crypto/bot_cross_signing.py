"""The bot as clients see it: one device, whose keys are on the homeserver and signed by the bot's identity."""

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
from appservice.matrix.crypto.olm_store import Machine
from appservice.matrix.crypto.trust.cross_signing_keys import CrossSigning
from appservice.matrix.crypto.trust.device_trust import Devices
from appservice.matrix.json_fields import section
from appservice.matrix.responses import MatrixRejected
from bot.errors import OperatorError

_KEYS = "/_matrix/client/v3/keys"

log = logging.getLogger(__name__)


_FOREIGN = (
    "The bot's cross-signing identity on the homeserver is not the one in the crypto folder: apps that insist on"
    " signed devices can't read the bot. Restore identity.json from a backup."
)


_STRANGERS = (
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
"""Tell admins something, once for each key: the key, and the words."""


@dataclass(slots=True)
class Trouble:
    """What only an operator can mend, in a sentence; None if there is nothing."""

    words: str | None = None


@dataclass(frozen=True, slots=True)
class CrossSigningStatus:
    """How the homeserver shows us to others."""

    device_keys: Mapping[str, Any]
    """Empty when our device has none there."""
    master_key: Mapping[str, Any]
    """Empty before the account has an identity."""
    other_devices: Mapping[str, Any]
    """Further devices of the account that have keys, by id."""


async def standing_of(client: MatrixClient, user: str, device: str) -> CrossSigningStatus:
    body: dict[str, dict[str, list[str]]] = {"device_keys": {user: []}}
    answer = await client.call("POST", f"{_KEYS}/query", body, acting=ActAs.USER)
    devices = section(section(answer, "device_keys"), user)
    return CrossSigningStatus(
        section(devices, device),
        section(section(answer, "master_keys"), user),
        {id_: keys for id_, keys in devices.items() if id_ != device},
    )


def strangers_in(standing: CrossSigningStatus, identity: CrossSigning | None) -> tuple[str, ...]:
    """Ids of the account's devices that somebody else has made.

    Earlier devices of ours bear our identity's signature, which nobody else can make.
    """
    return tuple(
        sorted(
            str(device)
            for device, keys in standing.other_devices.items()
            if not isinstance(keys, Mapping) or identity is None or not identity.has_signed(keys)
        )
    )


@dataclass(frozen=True, slots=True)
class EncryptedIdentity:
    """Makes the bot what it should be, its encryption too; all of it may be done again at every start."""

    plain: MatrixIdentity
    client: MatrixClient
    machine: Machine
    account: Account
    devices: Devices
    upkeep: KeyUpkeep
    alert: Alert
    trouble: Trouble = field(default_factory=Trouble)
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def establish(self) -> None:
        """Account, device, name and picture; then the device's keys, and the signature on them.

        A device that somebody has deleted is replaced by a new one: clients have written it off.
        """
        async with self._turn:
            await self.plain.establish()
            standing = await self.standing()
            self._require_ours(standing.device_keys)
            if self.account.is_published and not standing.device_keys:
                await self._replace_device()
            await self.upkeep.keys_up()
            await self._sign(await self.standing())

    async def ping(self, transaction: str) -> int | None:
        """Also looks whether the device is still there and signed, and mends what can be mended."""
        milliseconds = await self.plain.reach(transaction)
        standing = await self.standing()
        if not await self.plain.has_device() or not self.is_signed(standing):
            await self.establish()
        else:
            self._note_strangers(standing)
        return milliseconds

    async def _replace_device(self) -> None:
        log.warning("the bot's device was deleted on the homeserver: making a new one")
        deleted = self.account.device
        await self._delete(deleted)
        self.machine.renew()
        self.devices.forget_all()
        self.client.act_on(self.account.device)
        await self.plain.establish()
        await self.alert(f"bot's device deleted:{deleted}", _DELETED.format(device=deleted))

    async def _delete(self, device: str) -> None:
        path = path_of("/_matrix/client/v3/devices/{}", device)
        try:
            await self.client.call("DELETE", path, {}, acting=ActAs.USER)
        except MatrixRejected:
            log.info("the old device stays on the homeserver, without keys")

    async def standing(self) -> CrossSigningStatus:
        return await standing_of(self.client, self.account.user, self.account.device)

    def is_signed(self, standing: CrossSigningStatus) -> bool:
        """Whether our identity is the one that people see, and has signed our device."""
        identity = self._identity()
        return (
            identity is not None
            and identity.is_known_as(standing.master_key)
            and identity.has_signed(standing.device_keys)
        )

    async def _sign(self, standing: CrossSigningStatus) -> None:
        """The identity goes up once and for all: a second one would look like an impostor's."""
        identity = self._identity()
        if not standing.master_key:
            identity = identity or self._fresh_identity()
            body = identity.upload(self.account.device, self.account.sign)
            await self.client.call("POST", f"{_KEYS}/device_signing/upload", body)
        elif identity is None or not identity.is_known_as(standing.master_key):
            if self.trouble.words is None:
                log.error("the bot's cross-signing identity on the homeserver is not ours")
            self.trouble.words = _FOREIGN
            return
        self._note_strangers(standing)
        if not identity.has_signed(standing.device_keys):
            await self._upload_signature(identity.signed(standing.device_keys))

    def _note_strangers(self, standing: CrossSigningStatus) -> None:
        strangers = strangers_in(standing, self._identity())
        if not strangers:
            self.trouble.words = None
            return
        if self.trouble.words is None:
            log.error(
                "devices of the bot's account are not ours", extra={"devices": list(strangers)}
            )
        self.trouble.words = _STRANGERS.format(devices=", ".join(strangers))

    async def _upload_signature(self, signed: Mapping[str, Any]) -> None:
        body = {self.account.user: {self.account.device: signed}}
        answer = await self.client.call("POST", f"{_KEYS}/signatures/upload", body)
        if section(answer, "failures"):
            raise OperatorError("the homeserver refused the signature on the bot's own device")

    def _identity(self) -> CrossSigning | None:
        folder = self.machine.folder
        return CrossSigning.load(folder.identity_file, self.account.user, folder.keks)

    def _fresh_identity(self) -> CrossSigning:
        identity = CrossSigning.fresh(self.account.user)
        folder = self.machine.folder
        identity.save(folder.identity_file, folder.active, folder.keks[folder.active])
        return identity

    def _require_ours(self, device_keys: Mapping[str, Any]) -> None:
        keys = section(device_keys, "keys")
        shown = keys.get(f"ed25519:{self.account.device}")
        if device_keys and shown != self.account.ed25519:
            raise CryptoUnusable(
                f"The device {self.account.device} on the homeserver has other keys than the store in"
                f" {self.machine.folder.path}. Stop matrix-ppv and run: matrix-ppv crypto reset"
            )
