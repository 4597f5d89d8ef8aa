"""The program, put together: settings, adapters, bot, listeners and worker."""

import asyncio
import logging
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any
from urllib.parse import urlsplit

from appservice.arrival import Arrival, Identity
from appservice.clock import SystemClock
from appservice.db.store import SqlStore, open_store
from appservice.keys.local import LocalKeyVault
from appservice.matrix.client import MatrixClient
from appservice.matrix.crypto.assembly import Encryption, open_encryption
from appservice.matrix.crypto.folder import open_folder
from appservice.matrix.doors import MatrixRoomDoors
from appservice.matrix.events import parse_event
from appservice.matrix.history import MatrixRoomHistory
from appservice.matrix.identity import MatrixIdentity
from appservice.matrix.media import MatrixMedia
from appservice.matrix.render import Renderer
from appservice.matrix.room_state import MatrixRoomState
from appservice.matrix.rooms import MatrixRooms
from appservice.matrix.sweep import Sweep
from appservice.matrix.unencrypted import Unencrypted
from appservice.payments.stripe import StripeProcessor, checkout_origins
from appservice.payments.webhook import WebhookReader
from appservice.pictures import PillowPictures
from appservice.storage.local import LocalBlobStore
from appservice.web.checkout import CheckoutPages
from appservice.web.metrics import Metrics, Reading
from appservice.web.ops import ops_application
from appservice.web.public import public_application
from appservice.web.server import listen
from appservice.web.site import Site
from appservice.web.transactions import transactions_application
from appservice.worker import Worker
from bot.assembly import Bot, Ports, Rules, assemble
from bot.compose import Limits
from bot.flag_in_room import Windows
from bot.ids import KekId, UserId
from bot.permissions import Level, Permissions
from bot.showing import Links
from config.settings import Settings

DEVICE = "MATRIXPPV"
_GATHERING = timedelta(seconds=10)
"""Clients that send several files at once need about a second for each that is not large."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Senses:
    """What keeps the bot there, and hearing."""

    identity: Identity
    encryption: Encryption | None
    sweep: Sweep

    @property
    def trouble(self) -> str | None:
        """Why encrypted rooms are not heard, for the operator."""
        if self.encryption is None or self.encryption.hearing.in_touch.is_set():
            return None
        return "out of touch with encrypted rooms"


AcceptTransaction = Callable[[str, Sequence[Mapping[str, Any]]], Awaitable[None]]


async def run(settings: Settings) -> None:
    """Serve until SIGTERM or SIGINT. Raises DatabaseUnusable, CryptoUnusable, and OSError for an
    address in use."""
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    async with AsyncExitStack() as stack:
        clock = SystemClock()
        store = await stack.enter_async_context(open_store(settings.database.url, clock))
        ports, senses = await _world(settings, store, clock, stack)
        bot = assemble(ports, rules(settings), partial(parse_event, bot_user_id=bot_id(settings)))
        arrival = Arrival(senses.identity)
        accept = _clear_ones(bot) if senses.encryption else bot.receive_transaction
        await stack.enter_async_context(
            _listeners(settings, bot, accept, store, arrival, senses, clock)
        )
        log.info("listening")
        await _work(Worker(store.queue, bot.handlers, clock), bot, senses, arrival, stop)


def bot_id(settings: Settings) -> UserId:
    return UserId(f"@{settings.appservice.bot_localpart}:{settings.homeserver.domain}")


def rules(settings: Settings) -> Rules:
    """What the settings say, in the bot's own terms."""
    limits = settings.limits
    return Rules(
        bot=bot_id(settings),
        permissions=Permissions(
            {who: Level[level.upper()] for who, level in settings.permissions.items()}
        ),
        limits=Limits(file_size=limits.file_size, attachments=limits.attachments_per_offer),
        windows=Windows(timedelta(minutes=limits.listening_minutes), _GATHERING),
        currency=settings.prices.default_currency,
        links=Links(settings.public.url.rstrip("/")),
        live=settings.stripe.live,
        private=settings.encryption.direct_rooms == "required",
    )


async def _world(
    settings: Settings, store: SqlStore, clock: SystemClock, stack: AsyncExitStack
) -> tuple[Ports, Senses]:
    keks = {KekId(id_): key for id_, key in settings.keys.raw().items()}
    active, bot = KekId(settings.keys.active), bot_id(settings)
    encrypts = settings.encryption.direct_rooms != "off"
    folder = (
        stack.enter_context(open_folder(settings.encryption.folder, bot, keks, active))
        if encrypts
        else None
    )
    client = await stack.enter_async_context(
        MatrixClient.open(
            settings.homeserver.url,
            bot,
            folder.device.device if folder else DEVICE,
            settings.appservice.as_token.get_secret_value(),
        )
    )
    processor = await stack.enter_async_context(
        StripeProcessor.open(
            settings.stripe.secret_key.get_secret_value(),
            instance=settings.appservice.id,
            api_base=settings.stripe.api_base,
        )
    )
    media = MatrixMedia(client)
    identity = MatrixIdentity(client, media, settings.appservice.id, "Pay-per-view")
    encryption = stack.enter_context(open_encryption(folder, client, identity)) if folder else None
    ports = Ports(
        store=store,
        rooms=MatrixRooms(
            client, Renderer(external_payment_span=settings.messages.external_payment_span)
        ),
        state=MatrixRoomState(client),
        history=MatrixRoomHistory(client),
        doors=MatrixRoomDoors(client, encrypted=encrypts),
        encryption=encryption.rooms if encryption else Unencrypted(),
        media=media,
        blobs=await LocalBlobStore.open(settings.blobs.folder),
        vault=LocalKeyVault(keks, active),
        pictures=PillowPictures(),
        processor=processor,
        clock=clock,
    )
    known_as = encryption.identity if encryption else identity
    return ports, Senses(known_as, encryption, Sweep(client, store.notes))


def _clear_ones(bot: Bot) -> AcceptTransaction:
    """Encrypted events come by the sync loop, which has the keys; from transactions they are dropped."""

    async def accept(txn_id: str, events: Sequence[Mapping[str, Any]]) -> None:
        clear = [event for event in events if event.get("type") != "m.room.encrypted"]
        await bot.receive_transaction(txn_id, clear)

    return accept


@asynccontextmanager
async def _listeners(
    settings: Settings,
    bot: Bot,
    accept: AcceptTransaction,
    store: SqlStore,
    arrival: Arrival,
    senses: Senses,
    clock: SystemClock,
) -> AsyncIterator[None]:
    metrics = Metrics()
    site = Site(
        bot=bot_id(settings),
        prefix=urlsplit(settings.public.url).path.rstrip("/"),
        checkout_origins=checkout_origins(settings.stripe.api_base),
    )
    reader = WebhookReader(
        secrets=tuple(each.get_secret_value() for each in settings.stripe.webhook_secrets),
        instance=settings.appservice.id,
        live=settings.stripe.live,
        clock=clock,
    )
    pages = CheckoutPages(
        show_offer=bot.look.at_offer,
        show_personal=bot.look.at_personal,
        start_checkout=bot.start_checkout,
        after_payment=bot.look.after_payment,
    )
    private = transactions_application(
        hs_token=settings.appservice.hs_token.get_secret_value(),
        accept=accept,
        metrics=metrics,
    )
    public = public_application(
        site=site,
        checkout=pages,
        read_payment_event=reader,
        accept_payment_event=bot.receive_payment_event,
        metrics=metrics,
    )

    async def ready() -> Mapping[str, str | None]:
        return {"homeserver": arrival.trouble, "encryption": senses.trouble}

    async def readings() -> tuple[Reading, ...]:
        backlog = await store.queue.backlog()
        age = (clock.now() - backlog.oldest).total_seconds() if backlog.oldest else 0.0
        return (
            Reading("jobs_waiting", "Jobs that wait for their turn or time.", backlog.waiting),
            Reading("jobs_running", "Jobs under way.", backlog.running),
            Reading("jobs_dead", "Jobs laid aside for an operator.", backlog.dead),
            Reading("oldest_job_seconds", "Age of the oldest job that is not done.", age),
        )

    ops = ops_application(ready=ready, metrics=metrics, readings=readings)
    async with AsyncExitStack() as stack:
        for app, address in (
            (private, settings.appservice.listen),
            (public, settings.public.listen),
            (ops, settings.ops.listen),
        ):
            await stack.enter_async_context(listen(app, address.host, address.port))
        yield


async def _work(
    worker: Worker, bot: Bot, senses: Senses, arrival: Arrival, stop: asyncio.Event
) -> None:
    """Work from the arrival on, until told to stop; what is under way then is finished."""
    encryption = senses.encryption

    async def work() -> None:
        await arrival.here.wait()
        if encryption:
            # What we know of people's devices may be old until the first sync is through.
            await encryption.hearing.in_touch.wait()
        await worker.run()

    async def hear() -> None:
        await arrival.here.wait()
        if encryption:
            heard = bot.hear_encrypted
            await encryption.hearing.listen(heard, heard.keys_came, senses.sweep.soon)

    async def sweep() -> None:
        await arrival.here.wait()
        await senses.sweep.keep_on(bot.receive_transaction)

    async with asyncio.TaskGroup() as group:
        coming = group.create_task(arrival.keep())
        working = group.create_task(work())
        listening = [group.create_task(each) for each in (hear(), sweep())]
        await stop.wait()
        log.info("stopping")
        coming.cancel()
        for each in listening:
            each.cancel()
        if arrival.here.is_set() and (not encryption or encryption.hearing.in_touch.is_set()):
            worker.stop()
        else:
            working.cancel()
