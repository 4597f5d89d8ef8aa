"""What is on sale, as the store finds it: in memory and in SQLite alike."""

from dataclasses import replace
from datetime import timedelta

from bot.domain.offers.attachment import Attachment, MediaInfo, MediaKind
from bot.domain.offers.listing import Listing, Schedule
from bot.domain.offers.offer import OfferState
from bot.domain.offers.offer_hit import OfferHit
from bot.ids import AttachmentId, EventId, OfferId, RoomId, UserId
from tests.contract.conftest import AnyStore
from tests.support.factories import NOON, SELLER, draft

ROOM, ELSEWHERE = RoomId("!room:test"), RoomId("!elsewhere:test")
HARBOUR = Attachment(
    id=AttachmentId("harbour"),
    name="harbour.png",
    kind=MediaKind.IMAGE,
    info=MediaInfo(),
    source=None,
    sent_at=NOON,
)
POSTED = Listing(ROOM, EventId("$placeholder"))


async def test_what_is_on_sale_in_a_room_is_found_the_newest_first(store: AnyStore) -> None:
    standing = replace(draft(), state=OfferState.OPEN, listings=(Listing(ELSEWHERE), POSTED))
    newer = replace(
        standing, id=OfferId("offer00002"), created_at=NOON + timedelta(hours=1), text="Newer"
    )
    also_new = replace(newer, id=OfferId("offer00003"), text="As new")
    async with store.begin() as uow:
        for offer in (standing, also_new, newer):
            await uow.offers.save(offer)
    async with store.begin() as uow:
        found = await uow.offers.of_room(ROOM)
        assert await uow.offers.of_room(ELSEWHERE) == ()
    assert found == (
        OfferHit(OfferId("offer00002"), "Newer"),
        OfferHit(OfferId("offer00003"), "As new"),
        OfferHit(OfferId("offer00001"), ""),
    )


async def test_what_is_not_open_is_not_found(store: AnyStore) -> None:
    closed = [state for state in OfferState if state is not OfferState.OPEN]
    async with store.begin() as uow:
        for number, state in enumerate(closed):
            offer = replace(draft(f"offer0000{number}"), state=state, listings=(POSTED,))
            await uow.offers.save(offer)
    async with store.begin() as uow:
        assert await uow.offers.of_room(ROOM) == ()


async def test_a_seller_finds_all_that_is_not_discarded_the_newest_first(store: AnyStore) -> None:
    hours = {state: timedelta(hours=number) for number, state in enumerate(OfferState)}
    async with store.begin() as uow:
        for state, later in hours.items():
            offer = replace(draft(f"{state:_<10}"), state=state, created_at=NOON + later)
            await uow.offers.save(offer)
        somebody_else = replace(draft("offer00009"), seller=UserId("@other:test"))
        await uow.offers.save(somebody_else)
    async with store.begin() as uow:
        found = await uow.offers.of_seller(SELLER)
        assert await uow.offers.of_seller(UserId("@nobody:test")) == ()
        everything = await uow.offers.of_seller(SELLER, discarded=True)
    assert found == ("taken_down", "withdrawn_", "open______", "publishing", "draft_____")
    assert set(everything) == {*found, "discarded_"}


async def test_what_goes_on_sale_by_itself_is_found_and_is_no_draft_at_hand(
    store: AnyStore,
) -> None:
    plan = Schedule(NOON + timedelta(days=1), "Europe/Berlin", (ROOM, ELSEWHERE))
    later = replace(draft("offer00002"), schedule=plan)
    others = replace(draft("offer00003"), schedule=plan, seller=UserId("@other:test"))
    gone = replace(draft("offer00004"), schedule=plan, state=OfferState.DISCARDED)
    async with store.begin() as uow:
        for offer in (later, others, gone):
            await uow.offers.save(offer)
    async with store.begin() as uow:
        assert await uow.offers.planned_by(SELLER) == (later.id,)
        assert await uow.offers.draft_in(later.compose_room, SELLER) is None
        found = await uow.offers.get(later.id)
    assert found is not None
    assert found.schedule == plan


async def test_a_draft_is_found_by_a_file_that_it_holds(store: AnyStore) -> None:
    file = HARBOUR.id
    holding = replace(draft(), attachments=(HARBOUR,))
    sold = replace(holding, id=OfferId("offer00002"), state=OfferState.OPEN)
    async with store.begin() as uow:
        await uow.offers.save(holding)
        await uow.offers.save(sold)
    async with store.begin() as uow:
        found = await uow.offers.draft_with(file, holding.compose_room, SELLER)
        assert found is not None
        assert found.id == holding.id
        nobodys = (
            (AttachmentId("other"), holding.compose_room, SELLER),
            (file, ROOM, SELLER),
            (file, holding.compose_room, UserId("@other:test")),
        )
        for wanted in nobodys:
            assert await uow.offers.draft_with(*wanted) is None


async def test_all_that_is_listed_in_a_room_is_found_the_oldest_first(store: AnyStore) -> None:
    offers = [
        replace(
            draft(f"offer0000{number}"),
            state=state,
            created_at=NOON - timedelta(hours=number),
            listings=(Listing(ROOM),),
        )
        for number, state in enumerate(OfferState)
    ]
    async with store.begin() as uow:
        for offer in [*offers, replace(draft("offer00009"), listings=(Listing(ELSEWHERE),))]:
            await uow.offers.save(offer)
    async with store.begin() as uow:
        assert await uow.offers.listed_in(ROOM) == tuple(each.id for each in offers[::-1])
