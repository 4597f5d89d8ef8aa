"""The whole bot on fakes: real rules, real parsing, real jobs; only the world outside is pretended."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from appservice.bot_config import known_languages
from appservice.matrix.content.parse_event import parse_event
from appservice.worker import Worker
from bot.bootstrap import BotConfig, Ports, assemble
from bot.domain.matrix.matrix_event import Event, Invite, Redaction
from bot.domain.money.fees import Fees, ProcessorFee
from bot.domain.money.money import Money
from bot.domain.money.payment_event import PaymentEventRef
from bot.domain.people.permissions import Level, Permissions
from bot.domain.retention_state import Retention
from bot.domain.urls import PublicUrls
from bot.ids import CheckoutSessionId, LinkToken, MxcUri, OfferId, RoomId, UserId
from bot.messages import PersonalLink
from bot.ports import Pictures
from bot.services.checkout.start_checkout import CheckoutRules
from bot.services.delivery.deliver import Patience
from bot.services.drafts.chat_draft import Limits
from bot.services.drafts.quotas import Quotas
from bot.services.inbound.limit_commands import CommandRates
from bot.services.operations.failed_job_alert import failed_job_alert
from bot.services.room_sale.flag_sale import Windows
from tests.support.crash_point import CrashPoint, Killed
from tests.support.fake_homeserver import BOT, FakeHomeserver
from tests.support.fake_mailer import FakeMail
from tests.support.fake_pictures import FakePictures
from tests.support.fake_processor import FakeProcessor
from tests.support.fake_widgets import FakeWidgets
from tests.support.frozen_clock import FrozenClock
from tests.support.memory.memory_blobs import MemoryBlobStore
from tests.support.memory.memory_store import MemoryStore
from tests.support.memory.memory_vault import MemoryKeyVault, MemoryRecordKey
from tests.support.raw_timeline import Timeline

ALICE, BOB, CAROL = UserId("@alice:test"), UserId("@bob:test"), UserId("@carol:test")
LOUNGE = RoomId("!lounge:test")
ADMINS = RoomId("!admins:test")
STUDIO = RoomId("!studio:test")

RULES = BotConfig(
    remove_location=True,
    bot=BOT,
    permissions=Permissions({"test": Level.BUYER, ALICE: Level.SELLER, "@troll:test": Level.BLOCK}),
    limits=Limits(file_size=1_000_000, attachments=3),
    quotas=Quotas(storage=10_000_000, offers_a_day=50),
    paces=CommandRates(person=1000, room=1000),
    windows=Windows(armed=timedelta(minutes=10), gathering=timedelta(seconds=10)),
    currency="usd",
    urls=PublicUrls("https://ppv.test"),
    live=False,
    checkout=CheckoutRules(),
    fees=Fees({"eur": ProcessorFee(Decimal("1.5"), Decimal("0.25"))}),
    refund_on_warning=False,
    patience=Patience(until_joined=True, at_most=timedelta(days=30)),
    withdrawal_days=14,
    contact="@help:test",
    retention=Retention(
        drafts=timedelta(days=180),
        withdrawn=timedelta(days=365),
        purchased_files=None,
        links=timedelta(days=365),
        reports=timedelta(days=365),
        inbox=timedelta(days=180),
        notice=timedelta(days=14),
    ),
    visits_kept=timedelta(days=540),
    time_zone=ZoneInfo("UTC"),
    admin_room="#admins:test",
    widgets=True,
    private=False,
    signed_only=False,
    tongues=known_languages(),
    language="en",
)


class BotHarness:
    """Alice sells, Bob buys, Carol looks on. `restart` is what a crash and a new start leave."""

    def __init__(self, pictures: Pictures | None = None, clock: FrozenClock | None = None) -> None:
        self.pictures = pictures or FakePictures()
        self.clock = clock or FrozenClock()
        self.fuse = CrashPoint()
        self.store = MemoryStore(self.clock)
        outside = self.store.outside_unit_of_work
        self.matrix = FakeHomeserver(outside, self.fuse)
        self.widgets = FakeWidgets(outside, self.fuse)
        self.stripe = FakeProcessor(outside, self.fuse, self.clock.now)
        self.blobs = MemoryBlobStore(self.clock.now)
        self.vault = MemoryKeyVault()
        self.record_key = MemoryRecordKey(self.vault)
        self.mail = FakeMail(outside)
        self.timeline = Timeline(self.clock.now)
        self.matrix.members[LOUNGE] = {BOT, ALICE, BOB, CAROL}
        self.matrix.aliases["#lounge:test"] = LOUNGE
        self.matrix.members[ADMINS] = {BOT}
        self.matrix.aliases["#admins:test"] = ADMINS
        self._transactions = 0
        self.restart()

    def restart(self, **rules: Any) -> None:
        """`rules` differ from `RULES`; a crash leaves them as they are."""
        self.rules = rules
        self.ports = Ports(
            store=self.store,
            rooms=self.matrix,
            state=self.matrix,
            memberships=self.matrix,
            policy_lists=self.matrix,
            shared_rooms=self.matrix,
            history=self.matrix,
            membership=self.matrix,
            gate=self.matrix,
            encryption=self.matrix,
            widgets=self.widgets,
            openid=self.widgets,
            media=self.matrix,
            blobs=self.blobs,
            vault=self.vault,
            record_key=self.record_key,
            pictures=self.pictures,
            processor=self.stripe,
            payment_history=self.stripe,
            onboarding=self.stripe,
            mailer=self.mail,
            job_admin=self.store.queue,
            clock=self.clock,
        )
        self.bot = assemble(self.ports, replace(RULES, **rules), self._understand)
        self.worker = Worker(
            self.store.queue,
            self.bot.handlers,
            self.clock,
            on_failure=failed_job_alert,
            jitter=lambda: 0.0,
        )

    def _understand(self, raw: Mapping[str, Any]) -> Event | None:
        return parse_event(raw, BOT)

    async def open_studio(self) -> None:
        """Alice has opened a direct room with the bot."""
        self.matrix.members[STUDIO] = {ALICE}
        await self.hears(self.timeline.invitation(STUDIO, ALICE, BOT, direct=True))

    def homeserver_restarts(self) -> None:
        """Synapse on SQLite begins to count its transactions from 1 again."""
        self._transactions = 0

    # --- what comes in

    async def hears(self, *events: dict[str, Any]) -> None:
        """One transaction of the homeserver, and all that follows from it."""
        for raw in events:
            event = self._understand(raw)
            if event is not None:
                self.matrix.timeline.append(event)
            if isinstance(event, Invite):
                self.matrix.closed.discard(event.origin.room)
            if isinstance(event, Redaction):
                await self.matrix.applies(event)
        self._transactions += 1
        txn = str(self._transactions)
        await self.whatever_happens(lambda: self.bot.receive_transaction(txn, events))

    async def hears_encrypted(self, *events: dict[str, Any]) -> None:
        """What the sync loop brings, and all that follows from it."""
        for raw in events:
            event = self._understand(raw)
            if event is not None:
                self.matrix.timeline.append(event)
        await self.whatever_happens(lambda: self.bot.decrypt_events(events))

    async def key_comes(self, session: str) -> None:
        self.matrix.keys.add(session)
        await self.whatever_happens(lambda: self.bot.decrypt_events.keys_came([session]))

    async def stripe_says(self, hint: PaymentEventRef) -> None:
        """A webhook, and all that follows from it."""
        await self.whatever_happens(lambda: self.bot.receive_payment_event(hint))

    async def time_passes(self, **by: float) -> None:
        self.clock.advance(timedelta(**by))
        await self.work()

    async def whatever_happens(self, arrives: Any) -> Any:
        """As senders do: deliver it again until it is taken; then let the work be done."""
        while True:
            try:
                outcome = await arrives()
                break
            except Killed:
                self.restart(**self.rules)
        await self.work()
        return outcome

    async def work(self) -> None:
        while True:
            try:
                await self.store.queue.recover(self.clock.now())
                await self.worker.run_until_empty()
            except Killed:
                self.restart(**self.rules)
            else:
                return

    # --- short stories

    def upload(self, data: bytes) -> str:
        url = MxcUri(f"mxc://test/upload{len(self.matrix.media)}")
        self.matrix.media[url] = data
        return url

    async def sends(self, who: UserId, room: RoomId, data: bytes, name: str, **more: Any) -> str:
        """A file; its event id."""
        raw = self.timeline.file(room, who, self.upload(data), name, **more)
        await self._hears_as_apps_send(raw)
        return str(raw["event_id"])

    async def says(self, who: UserId, room: RoomId, words: str, **more: Any) -> str:
        raw = self.timeline.text(room, who, words, **more)
        await self._hears_as_apps_send(raw)
        return str(raw["event_id"])

    async def _hears_as_apps_send(self, raw: dict[str, Any]) -> None:
        """Encrypted in encrypted rooms."""
        if raw["room_id"] in self.matrix.encrypted:
            self.matrix.keys.add("an app's session")
            await self.hears_encrypted(self.timeline.encrypted(raw, "an app's session"))
        else:
            await self.hears(raw)

    async def comes_into(self, room: RoomId, who: UserId) -> None:
        self.matrix.members[room].add(who)
        await self.hears(self.timeline.arrival(room, who))

    async def reacts(self, who: UserId, room: RoomId, target: str, key: str) -> None:
        await self.hears(self.timeline.reaction(room, who, target, key))

    async def publishes(self, *files: bytes) -> OfferId:
        """Alice puts files on sale in the lounge, by way of her studio, for 5 USD."""
        if STUDIO not in self.matrix.members:
            await self.open_studio()
        for number, data in enumerate(files, 1):
            await self.sends(ALICE, STUDIO, data, f"{number}.png")
        await self.says(ALICE, STUDIO, "5 USD Sunset")
        await self.says(ALICE, STUDIO, "!ppv publish #lounge:test")
        return max(self.store.records.offers.values(), key=lambda offer: offer.created_at).id

    def link_of(self, buyer: UserId) -> LinkToken:
        """The secret in the personal link that a buyer got last."""
        links = [each.link for each in self.matrix.of(PersonalLink) if each.buyer == buyer]
        return LinkToken(links[-1].partition("?for=")[2])

    def direct(self, person: UserId) -> RoomId:
        """Where the bot and somebody talk."""
        return next(r for r, who in self.store.records.direct_rooms.items() if who == person)

    async def clicks(self, buyer: UserId) -> CheckoutSessionId:
        """Presses the button on the personal page."""
        link = self.link_of(buyer)
        url = await self.whatever_happens(lambda: self.bot.start_checkout(link))
        return CheckoutSessionId(url.rpartition("/")[2])

    async def pays(self, buyer: UserId, amount: Money | None = None) -> CheckoutSessionId:
        session = await self.clicks(buyer)
        await self.stripe_says(self.stripe.pay(session, amount))
        return session
