"""Open all adapters (database, Matrix, Stripe, keys, files, mail) and close them in reverse order."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

import aiohttp

from appservice.bot_config import bot_config, bot_id
from appservice.clock import SystemClock
from appservice.db.store import SqlStore, open_store
from appservice.keys.keyring import KeysUnusable, open_vault
from appservice.keys_at_rest import keys_at_rest
from appservice.matrix.bot_user import MatrixIdentity
from appservice.matrix.client import MatrixClient
from appservice.matrix.content.render_message import renderers
from appservice.matrix.crypto.setup import Encryption, open_encryption
from appservice.matrix.crypto.store_dir import open_folder
from appservice.matrix.gate_client import DisabledGate, SynapseGate
from appservice.matrix.homeserver_connection import Identity
from appservice.matrix.media.media_repository import MatrixMedia
from appservice.matrix.openid import MatrixOpenId
from appservice.matrix.policy_lists import MatrixPolicyLists
from appservice.matrix.room.membership_cache import MatrixMemberships
from appservice.matrix.room.no_encryption import NoEncryption
from appservice.matrix.room.room_history import MatrixRoomHistory
from appservice.matrix.room.room_membership import MatrixRoomMembership
from appservice.matrix.room.room_sender import MatrixRooms
from appservice.matrix.room.room_state import MatrixRoomState
from appservice.matrix.room.shared_rooms import MatrixSharedRooms
from appservice.matrix.room.sync_backfill import SyncBackfill
from appservice.matrix.room_widgets import MatrixRoomWidgets
from appservice.metrics import Metrics
from appservice.payments.stripe_processor import StripeProcessor
from appservice.pictures.pillow_adapter import PillowPictures
from appservice.smtp_mailer import DisabledMailer, SmtpMailer
from appservice.storage.local_blob_store import LocalBlobStore
from bot.bootstrap import Ports
from bot.errors import PpvError
from bot.services.auth.room_language import RoomLanguage
from bot.services.inbound.remember_identities import RememberIdentities
from bot.services.operations.alert_admins import QueueAlert
from config.sections.mail import Mail as MailSettings
from config.settings import Settings

DEVICE = "MATRIXPPV"
"""The id of the bot's device if encryption is off."""


@dataclass(frozen=True, slots=True)
class Connectivity:
    """Background parts of the Matrix connection: identity, encryption, and the sync for missed events."""

    identity: Identity
    encryption: Encryption | None
    backfill: SyncBackfill

    @property
    def error(self) -> str | None:
        """Why encrypted rooms are not synced, for the operator; None if they are."""
        if self.encryption is None:
            return None
        if not self.encryption.sync_loop.synced.is_set():
            return "the sync of encrypted rooms was interrupted"
        return self.encryption.identity.problem.message


@dataclass(frozen=True, slots=True)
class Adapters:
    ports: Ports
    store: SqlStore
    connectivity: Connectivity
    metrics: Metrics


@asynccontextmanager
async def open_adapters(settings: Settings, clock: SystemClock) -> AsyncIterator[Adapters]:
    """Raise DatabaseUnusable, CryptoUnusable or KeysUnusable."""
    async with AsyncExitStack() as stack:
        yield await _open(settings, clock, stack)


async def _open(settings: Settings, clock: SystemClock, stack: AsyncExitStack) -> Adapters:
    metrics = Metrics()
    vault = await stack.enter_async_context(open_vault(settings.keys))
    store = await stack.enter_async_context(
        open_store(settings.database.address, clock, vault, alone=True)
    )
    await _unlock(store)
    bot = bot_id(settings)
    encrypts = settings.encryption.direct_rooms != "off"
    folder = None
    if encrypts:
        at_rest = await keys_at_rest(settings, vault, create=True)
        folder = stack.enter_context(
            open_folder(settings.encryption.folder, bot, at_rest, vault.active)
        )
    client = await stack.enter_async_context(
        MatrixClient.open(
            settings.homeserver.url,
            bot,
            folder.device.device if folder else DEVICE,
            settings.appservice.as_token.get_secret_value(),
            metrics.homeserver_calls,
        )
    )
    processor = await stack.enter_async_context(
        StripeProcessor.open(
            settings.stripe.secret_key.get_secret_value(),
            instance=settings.appservice.id,
            api_base=settings.stripe.api_base,
            checkout_domains=settings.stripe.checkout_domains,
            timer=metrics.stripe_calls,
        )
    )
    gate = await _gate(settings, stack)
    openid = await stack.enter_async_context(
        MatrixOpenId.open(settings.homeserver.domain, settings.homeserver.url)
    )
    media = MatrixMedia(client, gate)
    identity = MatrixIdentity(client, media, settings.appservice.id, "Pay-per-view")
    remember = RememberIdentities(store, clock, bot_config(settings).permissions.admins())
    encryption = (
        stack.enter_context(
            open_encryption(
                folder,
                client,
                identity,
                remember,
                QueueAlert(store),
                signed_only=settings.encryption.devices == "required",
            )
        )
        if folder
        else None
    )
    state = MatrixRoomState(client)
    membership = MatrixRoomMembership(client, encrypted=encrypts)
    ports = Ports(
        store=store,
        rooms=MatrixRooms(
            client,
            renderers(external_payment_span=settings.messages.external_payment_span),
            RoomLanguage(store, settings.messages.language),
        ),
        state=state,
        memberships=MatrixMemberships(state),
        policy_lists=MatrixPolicyLists(
            client, state, membership, clock, settings.admins.policy_lists, QueueAlert(store)
        ),
        shared_rooms=MatrixSharedRooms(client),
        history=MatrixRoomHistory(client),
        membership=membership,
        gate=gate or DisabledGate(),
        encryption=encryption.rooms if encryption else NoEncryption(),
        widgets=MatrixRoomWidgets(client),
        openid=openid,
        media=media,
        blobs=await LocalBlobStore.open(settings.blobs.folder),
        vault=vault,
        record_key=store.record_key,
        pictures=await stack.enter_async_context(PillowPictures.open()),
        processor=processor,
        payment_history=processor.history(live=settings.stripe.live),
        onboarding=processor.onboarding(
            api_base=settings.stripe.api_base, back_to=f"https://matrix.to/#/{bot}"
        ),
        mailer=open_mailer(settings.mail),
        job_admin=store.queue,
        clock=clock,
    )
    bot_identity = encryption.identity if encryption else identity
    return Adapters(
        ports,
        store,
        Connectivity(bot_identity, encryption, SyncBackfill(client, store.sync_token)),
        metrics,
    )


async def _unlock(store: SqlStore) -> None:
    """Unlock the key of the encrypted columns. Raise KeysUnusable, because nothing can be stored without it."""
    try:
        await store.unlock()
    except PpvError as error:
        raise KeysUnusable(f"The database can't be used: {error}") from error


def open_mailer(section: MailSettings) -> DisabledMailer | SmtpMailer:
    if not section.server:
        return DisabledMailer()
    return SmtpMailer(
        server=section.server,
        port=section.port,
        security=section.security,
        sender=section.sender,
        username=section.username,
        password=section.password.get_secret_value(),
    )


async def _gate(settings: Settings, stack: AsyncExitStack) -> SynapseGate | None:
    secret = settings.gate.secret.get_secret_value()
    if not secret:
        return None
    http = await stack.enter_async_context(aiohttp.ClientSession())
    return SynapseGate(http, settings.homeserver.url, secret)
