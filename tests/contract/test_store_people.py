"""What is remembered of people, and how it is erased: in memory and in databases alike."""

from datetime import timedelta

from appservice.db.repositories.erasure import ERASURE, Effect
from appservice.db.store import SqlStore
from bot.domain.matrix.intercepted_attachment import InterceptedAttachment
from bot.domain.matrix.matrix_event import EventMeta
from bot.domain.matrix.private_room import PrivacyProblem
from bot.domain.offers.seller_storefront import Storefront
from bot.domain.people.abuse_report import Report, ReportCategory
from bot.domain.people.cross_signing import Identity
from bot.domain.people.studio_widget import Widget
from bot.domain.people.web_session import LoginLink, LoginTarget, WebSession
from bot.domain.retention_state import RetentionState
from bot.ids import EventId, PurchaseId, ReportId, RoomId, SignInId, SignInLinkId, UserId, WidgetId
from bot.jobs.delivery_jobs import Deliver
from bot.jobs.moderation_jobs import NotifyUser
from bot.ports.repositories.person_repositories import DataExport
from tests.contract.conftest import AnyStore
from tests.support.factories import BUYER, NOON, draft
from tests.support.table_rows import columns_with

OTHER = UserId("@other:test")
LONGER = UserId(f"{BUYER}.org")
ROOM = RoomId("!room:test")
LATER = NOON + timedelta(minutes=1)


def command(user: UserId, room: RoomId = ROOM) -> EventMeta:
    return EventMeta(room=room, event=EventId("$1"), sender=user, sent_at=NOON)


async def test_language_and_time_zone_are_kept_beside_each_other(store: AnyStore) -> None:
    async with store.begin() as uow:
        assert await uow.people.language(BUYER) is None
        assert await uow.people.time_zone(BUYER) is None
        for code in ("fr", "de"):
            await uow.people.save_language(BUYER, code)
        assert await uow.people.time_zone(BUYER) is None
        for zone in ("UTC", "Europe/Berlin"):
            await uow.people.save_time_zone(BUYER, zone)
    async with store.begin() as uow:
        assert await uow.people.language(BUYER) == "de"
        assert await uow.people.time_zone(BUYER) == "Europe/Berlin"
        assert await uow.people.language(OTHER) is None


async def test_who_was_turned_away_is_known(store: AnyStore) -> None:
    async with store.begin() as uow:
        for _ in range(2):
            await uow.people.record_turned_away(BUYER)
        assert await uow.people.was_turned_away(BUYER)
        assert not await uow.people.was_turned_away(LONGER)


async def test_a_refused_command_is_corrected_by_one_edit(store: AnyStore) -> None:
    first, second = EventId("$edit1"), EventId("$edit2")
    async with store.begin() as uow:
        assert not await uow.people.correct_command(command(BUYER), first)
        await uow.people.record_refused_command(command(BUYER))
        assert not await uow.people.correct_command(command(OTHER), first)
        assert not await uow.people.correct_command(command(BUYER, RoomId("!2:test")), first)
        assert await uow.people.correct_command(command(BUYER), first)
        assert not await uow.people.correct_command(command(BUYER), second)
        assert await uow.people.correct_command(command(BUYER), first)
        await uow.people.record_refused_command(command(BUYER))
        assert await uow.people.correct_command(command(BUYER), second)


async def test_requests_and_exports_are_known_by_the_last_one(store: AnyStore) -> None:
    async with store.begin() as uow:
        assert await uow.people.erasure_requested_at(BUYER) is None
        assert await uow.people.last_export(BUYER) is None
        for at in (NOON, LATER):
            await uow.people.request_erasure(BUYER, at)
            await uow.people.save_export(BUYER, DataExport(at, f"asked at {at}"))
    async with store.begin() as uow:
        assert await uow.people.erasure_requested_at(BUYER) == LATER
        assert await uow.people.last_export(BUYER) == DataExport(LATER, f"asked at {LATER}")
        assert await uow.people.last_export(OTHER) is None


async def test_opening_a_direct_room_is_known_until_it_ends(store: AnyStore) -> None:
    async with store.begin() as uow:
        assert not await uow.direct_rooms.begin_opening(BUYER)
        assert await uow.direct_rooms.begin_opening(BUYER)
        assert not await uow.direct_rooms.begin_opening(OTHER)
        await uow.direct_rooms.end_opening(BUYER)
        assert not await uow.direct_rooms.begin_opening(BUYER)
        assert await uow.direct_rooms.begin_opening(OTHER)


async def test_why_a_room_ceased_is_known_until_it_is_explained(store: AnyStore) -> None:
    async with store.begin() as uow:
        for number, flaw in enumerate((PrivacyProblem.OTHERS, PrivacyProblem.MADE_BY_OTHERS, None)):
            room = RoomId(f"!{number}:test")
            await uow.direct_rooms.save(BUYER, room)
            await uow.direct_rooms.cease(room, flaw)
    async with store.begin() as uow:
        assert await uow.direct_rooms.to_explain(BUYER) == (
            "!1:test",
            PrivacyProblem.MADE_BY_OTHERS,
        )
        assert await uow.direct_rooms.to_explain(OTHER) is None
        await uow.direct_rooms.explained(BUYER)
        assert await uow.direct_rooms.to_explain(BUYER) is None
        await uow.direct_rooms.cease(RoomId("!0:test"), PrivacyProblem.OPEN)
        await uow.direct_rooms.save(BUYER, RoomId("!0:test"))
        assert await uow.direct_rooms.to_explain(BUYER) is None


async def test_erasure_leaves_no_row_that_names_the_person_but_for_what_is_listed(
    store: AnyStore,
) -> None:
    for user in (BUYER, LONGER):
        await remember(store, user)
    if isinstance(store, SqlStore):
        erased = {(e.table, e.name) for e in ERASURE if e.effect not in _LEFT}
        assert await columns_with(store, BUYER) >= erased, "the test fills every column"
    async with store.begin() as uow:
        await uow.people.erase(BUYER)
    if isinstance(store, SqlStore):
        assert await columns_with(store, BUYER) == {("blocks", "user_id")}
        assert await columns_with(store, LONGER) >= erased
    async with store.begin() as uow:
        assert await uow.people.language(BUYER) is None
        assert await uow.people.language(LONGER) == "de"
        (report,) = [each for each in await uow.reports.undecided() if each.reporter is None]
        assert report.description == "it is mine"
        traces = [f"{BUYER}", f"!room {BUYER}", f"{BUYER} key"]
        assert all([await uow.inbox.accept("trace", each) for each in traces])
        assert not await uow.inbox.accept("trace", f"!room {LONGER}")
        assert not await uow.operations.alerted(f"identity:{BUYER}")
        assert await uow.operations.alerted(f"identity:{LONGER}")


_LEFT = {Effect.KEPT, Effect.BY_SERVICE}


async def remember(store: AnyStore, user: UserId) -> None:
    """Something in every column from which an erasure takes the ID."""
    offer = draft(f"offer{len(user):05}")
    name = f"of {len(user)}"
    async with store.begin() as uow:
        await uow.offers.save(offer)
        await uow.people.save_language(user, "de")
        await uow.people.save_time_zone(user, "UTC")
        await uow.people.record_turned_away(user)
        await uow.people.record_refused_command(command(user))
        await uow.people.request_erasure(user, NOON)
        await uow.people.save_export(user, DataExport(NOON, "$1"))
        await uow.direct_rooms.begin_opening(user)
        await uow.leftovers.save_idle(offer.id, RetentionState("draft-1", NOON))
        await uow.leftovers.record_notice(offer.id, user)
        await uow.people.save_identity(
            Identity(user=user, trusted="key", devices=frozenset(), shown="key")
        )
        await uow.sign_ins.save(WebSession(id=SignInId(name), user=user, created_at=NOON))
        await uow.sign_in_links.save(
            LoginLink(id=SignInLinkId(name), user=user, target=LoginTarget.STUDIO, created_at=NOON)
        )
        await uow.widgets.save(
            Widget(id=WidgetId(name), user=user, room=RoomId(f"!{name}"), created_at=NOON)
        )
        await uow.storefronts.save(Storefront(seller=user, name=name))
        await uow.handovers.add(
            InterceptedAttachment(name=name, room=ROOM, sender=user, content={}, received_at=NOON)
        )
        await uow.reports.save(
            Report(
                id=ReportId(name),
                offer=offer.id,
                category=ReportCategory.OTHER,
                description="it is mine",
                created_at=NOON,
                reporter=user,
            )
        )
        for trace in (f"{user}", f"!room {user}", f"{user} key"):
            await uow.inbox.accept("trace", trace)
        await uow.operations.record_alert(f"identity:{user}")
        await uow.jobs.add(NotifyUser(user, "key", "words"))
        await uow.jobs.add(Deliver(PurchaseId("p1"), 1, user))
        await uow.blocks.set(user)
