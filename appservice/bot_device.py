"""Looking at the bot's device from outside of the running program, and giving it up."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from appservice.bot_config import bot_id
from appservice.db.missing_database import not_made_yet
from appservice.keys.keyring import open_vault
from appservice.keys_at_rest import keys_at_rest
from appservice.matrix.client import ActAs, MatrixClient, path_of
from appservice.matrix.crypto.bot_cross_signing import fetch_cross_signing_status, unknown_devices
from appservice.matrix.crypto.errors import CryptoUnusable
from appservice.matrix.crypto.store_dir import delete_device, load_device, lock_folder
from appservice.matrix.crypto.trust.cross_signing_keys import CrossSigning
from appservice.matrix.responses import MatrixRejected
from bot.errors import TemporaryError
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class DeviceStatus:
    """The bot's device as we have it, and as the homeserver shows it."""

    id: str
    kek: str
    keys_uploaded: bool
    identity_matches: bool
    """The identity that people see is the one in our folder."""
    signed: bool
    unknown_devices: tuple[str, ...]
    """Further devices of the account with keys that our identity has not signed."""


async def device_status(settings: Settings) -> DeviceStatus | None:
    """None before there is one. Raises CryptoUnusable and KeysUnusable, and what the homeserver raises."""
    folder, user = settings.encryption.folder, bot_id(settings)
    device = load_device(folder)
    if device is None:
        return None
    async with open_vault(settings.keys) as vault:
        keks = await keys_at_rest(settings, vault, create=False)
    identity = CrossSigning.load(folder / "identity.json", user, keks)
    async with _as_bot(settings, device.device) as client:
        standing = await fetch_cross_signing_status(client, user, device.device)
    ours = identity is not None and identity.matches(standing.master_key)
    return DeviceStatus(
        id=device.device,
        kek=device.kek,
        keys_uploaded=bool(standing.device_keys),
        identity_matches=ours,
        signed=identity is not None and ours and identity.has_signed(standing.device_keys),
        unknown_devices=unknown_devices(standing, identity),
    )


async def status_lines(settings: Settings) -> tuple[str, ...]:
    """Lines for an operator. Raises like `device_status`, and CryptoUnusable before the first start."""
    user, folder = bot_id(settings), settings.encryption.folder
    _require_folder(folder)
    device = await device_status(settings)
    if device is None:
        return (f"{user} has no device yet: matrix-ppv makes one at its first start.",)
    return (
        f"Device {device.id} of {user}, in {folder}, under the key “{device.kek}”.",
        "Its keys are on the homeserver."
        if device.keys_uploaded
        else "Its keys are not on the homeserver: start matrix-ppv, which puts them there.",
        "The identity that people see is ours."
        if device.identity_matches
        else "The identity that people see is not in this folder: restore identity.json from a backup.",
        "The device is signed: apps that insist on it read the bot."
        if device.signed
        else "The device is not signed: apps that insist on it can't read the bot. Start matrix-ppv.",
        *_unknown_device_lines(device.unknown_devices),
    )


def _unknown_device_lines(strangers: tuple[str, ...]) -> tuple[str, ...]:
    if not strangers:
        return ()
    names = ", ".join(strangers)
    return (
        f"Devices of the account that are not ours: {names}. Whoever made them holds the appservice's token.",
    )


async def reset(settings: Settings) -> str | None:
    """Give up the device, here and on the homeserver; its id. Raises CryptoUnusable while it is in use."""
    folder = settings.encryption.folder
    _require_folder(folder)
    with lock_folder(folder):
        device = load_device(folder)
        if device is None:
            return None
        async with _as_bot(settings, device.device) as client:
            path = path_of("/_matrix/client/v3/devices/{}", device.device)
            # If it stays there, nobody is behind it, which does no harm.
            with suppress(MatrixRejected, TemporaryError):
                await client.call("DELETE", path, {}, acting=ActAs.USER)
        delete_device(folder)
        return device.device


def _require_folder(folder: Path) -> None:
    """Raises CryptoUnusable, because a command that makes the folder would speak of an empty one."""
    if not folder.is_dir():
        raise CryptoUnusable(not_made_yet(f"crypto folder {folder.absolute()}"))


@asynccontextmanager
async def _as_bot(settings: Settings, device: str) -> AsyncIterator[MatrixClient]:
    token = settings.appservice.as_token.get_secret_value()
    url, bot = settings.homeserver.url, bot_id(settings)
    async with MatrixClient.open(url, bot, device, token) as client:
        yield client
