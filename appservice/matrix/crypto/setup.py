"""Assemble the bot's encryption."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from appservice.matrix.bot_user import MatrixIdentity
from appservice.matrix.client import MatrixClient
from appservice.matrix.crypto.bot_cross_signing import Alert, EncryptedIdentity
from appservice.matrix.crypto.decryption import EncryptedRooms
from appservice.matrix.crypto.encrypted_rooms import KnownRooms
from appservice.matrix.crypto.megolm.inbound_keys import InboundKeys
from appservice.matrix.crypto.megolm.key_upkeep import KeyUpkeep
from appservice.matrix.crypto.megolm.outbound_session import OutboundSessions
from appservice.matrix.crypto.megolm_cipher import Remember, RoomCipher
from appservice.matrix.crypto.olm_account import Account
from appservice.matrix.crypto.olm_store import open_olm_device
from appservice.matrix.crypto.session_rotation import rewrap
from appservice.matrix.crypto.store_dir import CryptoFolder
from appservice.matrix.crypto.sync_loop import SyncLoop
from appservice.matrix.crypto.trust.device_trust import Devices


@dataclass(frozen=True, slots=True)
class Encryption:
    identity: EncryptedIdentity
    rooms: EncryptedRooms
    sync_loop: SyncLoop


@contextmanager
def open_encryption(
    folder: CryptoFolder,
    client: MatrixClient,
    plain: MatrixIdentity,
    remember: Remember,
    alert: Alert,
    *,
    signed_only: bool,
) -> Iterator[Encryption]:
    """Make `client` encrypt events for encrypted rooms. Raise CryptoUnusable.

    `signed_only`: users without a cross-signing identity receive no keys.
    """
    with open_olm_device(rewrap(folder)) as device:
        olm = device.olm
        account, devices = Account(olm), Devices(olm, required=signed_only)
        incoming, outgoing = InboundKeys(olm, devices), OutboundSessions(olm)
        upkeep = KeyUpkeep(client, olm, account, devices, outgoing)
        known = KnownRooms(client)
        identity = EncryptedIdentity(plain, client, device, account, devices, upkeep, alert)
        client.cipher = RoomCipher(known, devices, outgoing, upkeep, remember)
        sync_loop = SyncLoop(
            client=client,
            olm=olm,
            account=account,
            devices=devices,
            incoming=incoming,
            rooms=known,
            upkeep=upkeep,
            identity=identity,
        )
        yield Encryption(identity, EncryptedRooms(known, incoming, devices, upkeep), sync_loop)
