"""The bot's encryption, put together."""

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
from appservice.matrix.crypto.olm_store import open_machine
from appservice.matrix.crypto.session_rotation import under_active
from appservice.matrix.crypto.store_dir import CryptoFolder
from appservice.matrix.crypto.sync_loop import SyncLoop
from appservice.matrix.crypto.trust.device_trust import Devices


@dataclass(frozen=True, slots=True)
class Encryption:
    """What the program needs of it."""

    identity: EncryptedIdentity
    rooms: EncryptedRooms
    hearing: SyncLoop


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
    """From here on `client` encrypts what goes into encrypted rooms. Raises CryptoUnusable.

    `signed_only`: people without a cross-signing identity read nothing.
    """
    with open_machine(under_active(folder)) as machine:
        olm = machine.olm
        account, devices = Account(olm), Devices(olm, required=signed_only)
        incoming, outgoing = InboundKeys(olm, devices), OutboundSessions(olm)
        upkeep = KeyUpkeep(client, olm, account, devices, outgoing)
        known = KnownRooms(client)
        identity = EncryptedIdentity(plain, client, machine, account, devices, upkeep, alert)
        client.cipher = RoomCipher(known, devices, outgoing, upkeep, remember)
        hearing = SyncLoop(
            client=client,
            olm=olm,
            account=account,
            devices=devices,
            incoming=incoming,
            rooms=known,
            upkeep=upkeep,
            identity=identity,
        )
        yield Encryption(identity, EncryptedRooms(known, incoming, devices, upkeep), hearing)
