"""What stands in rooms for offers, and what the program keeps for itself: in memory and in databases alike."""

from datetime import timedelta

from bot.crypto.envelope import WrappedKey
from bot.ids import AttachmentId, EventId, KekId, OfferId, RoomId
from bot.ports.repositories.posting_repositories import EncryptionProgress, StatusMessage
from tests.contract.conftest import AnyStore
from tests.support.factories import NOON, draft

OFFER, GONE = draft().id, OfferId("offer0000z")
ROOM, OTHER_ROOM = RoomId("!room:test"), RoomId("!other:test")
LATER = NOON + timedelta(days=1)


async def test_what_was_deleted_last_is_known_by_room(store: AnyStore) -> None:
    async with store.begin() as uow:
        await uow.offers.save(draft())
        assert await uow.postings.deleted(OFFER, ROOM) is None
        for event in ("$1", "$2"):
            await uow.postings.record_deleted(OFFER, ROOM, EventId(event))
        await uow.postings.record_deleted(GONE, ROOM, EventId("$3"))
    async with store.begin() as uow:
        assert await uow.postings.deleted(OFFER, ROOM) == "$2"
        assert await uow.postings.deleted(OFFER, OTHER_ROOM) is None
        assert await uow.postings.deleted(GONE, ROOM) is None


async def test_what_is_outdated_is_taken_once(store: AnyStore) -> None:
    async with store.begin() as uow:
        await uow.offers.save(draft())
        for offer in (OFFER, OFFER, GONE):
            await uow.postings.record_outdated(offer, ROOM)
    async with store.begin() as uow:
        assert not await uow.postings.take_outdated(OFFER, OTHER_ROOM)
        assert await uow.postings.take_outdated(OFFER, ROOM)
        assert not await uow.postings.take_outdated(OFFER, ROOM)
        assert not await uow.postings.take_outdated(GONE, ROOM)


async def test_a_status_message_is_begun_sent_and_edited(store: AnyStore) -> None:
    async with store.begin() as uow:
        await uow.offers.save(draft())
        assert not await uow.postings.began_status(OFFER, "first")
        for offer in (OFFER, GONE):
            await uow.postings.save_status(offer, "first", None)
    async with store.begin() as uow:
        assert await uow.postings.began_status(OFFER, "first")
        assert not await uow.postings.began_status(OFFER, "second")
        assert not await uow.postings.began_status(GONE, "first")
        assert await uow.postings.status(OFFER, "first") is None
        for at in (NOON, LATER):
            await uow.postings.save_status(OFFER, "first", StatusMessage(ROOM, EventId("$1"), at))
    async with store.begin() as uow:
        sent = await uow.postings.status(OFFER, "first")
        assert sent == StatusMessage(ROOM, EventId("$1"), LATER)


async def test_a_card_is_known_by_its_last_edit_and_by_what_is_encrypted(store: AnyStore) -> None:
    half = EncryptionProgress(AttachmentId("a"), 50)
    async with store.begin() as uow:
        await uow.offers.save(draft())
        assert await uow.postings.card_edited_at(OFFER) is None
        assert await uow.postings.progress(OFFER) is None
        for percent in (10, 50):
            await uow.postings.save_progress(OFFER, EncryptionProgress(half.attachment, percent))
        assert await uow.postings.card_edited_at(OFFER) is None
        for offer in (OFFER, GONE):
            for at in (NOON, LATER):
                await uow.postings.save_card_edited(offer, at)
        await uow.postings.save_progress(GONE, half)
    async with store.begin() as uow:
        assert await uow.postings.progress(OFFER) == half
        assert await uow.postings.card_edited_at(OFFER) == LATER
        assert await uow.postings.card_edited_at(GONE) is None
        assert await uow.postings.progress(GONE) is None
        await uow.postings.save_progress(OFFER, None)
        assert await uow.postings.progress(OFFER) is None
        assert await uow.postings.card_edited_at(OFFER) == LATER


async def test_all_of_it_goes_with_its_offer(store: AnyStore) -> None:
    async with store.begin() as uow:
        await uow.offers.save(draft())
        await uow.postings.record_deleted(OFFER, ROOM, EventId("$1"))
        await uow.postings.record_outdated(OFFER, ROOM)
        await uow.postings.save_status(OFFER, "first", None)
        await uow.postings.save_card_edited(OFFER, NOON)
        await uow.postings.save_progress(OFFER, EncryptionProgress(AttachmentId("a"), 1))
        await uow.leftovers.remove(OFFER)
    async with store.begin() as uow:
        await uow.offers.save(draft())
        assert await uow.postings.deleted(OFFER, ROOM) is None
        assert not await uow.postings.take_outdated(OFFER, ROOM)
        assert not await uow.postings.began_status(OFFER, "first")
        assert await uow.postings.card_edited_at(OFFER) is None
        assert await uow.postings.progress(OFFER) is None


async def test_a_room_has_one_pinned_list(store: AnyStore) -> None:
    async with store.begin() as uow:
        assert await uow.sale_rooms.pinned_list(ROOM) is None
        for event in ("$1", "$2"):
            await uow.sale_rooms.save_pinned_list(ROOM, EventId(event))
    async with store.begin() as uow:
        assert await uow.sale_rooms.pinned_list(ROOM) == "$2"
        assert await uow.sale_rooms.pinned_list(OTHER_ROOM) is None
        await uow.sale_rooms.save_pinned_list(ROOM, None)
        assert await uow.sale_rooms.pinned_list(ROOM) is None


async def test_an_upgrade_is_awaited_then_followed_and_the_last_one_counts(store: AnyStore) -> None:
    first, second = RoomId("!first:test"), RoomId("!second:test")
    async with store.begin() as uow:
        await uow.sale_rooms.await_invitation(ROOM, first)
        assert await uow.sale_rooms.awaits_invitation(first)
        assert not await uow.sale_rooms.followed(ROOM, first)
        await uow.sale_rooms.await_invitation(ROOM, second)
        await uow.sale_rooms.follow(ROOM, first)
    async with store.begin() as uow:
        assert await uow.sale_rooms.followed(ROOM, first)
        assert not await uow.sale_rooms.followed(OTHER_ROOM, first)
        assert not await uow.sale_rooms.awaits_invitation(first)
        assert await uow.sale_rooms.awaits_invitation(second)
        await uow.sale_rooms.follow(ROOM, second)
        assert await uow.sale_rooms.followed(ROOM, second)
        assert not await uow.sale_rooms.followed(ROOM, first)


async def test_the_program_keeps_what_it_told_and_how_far_it_read(store: AnyStore) -> None:
    async with store.begin() as uow:
        assert not await uow.operations.alerted("key")
        assert await uow.operations.payment_events_read_until() is None
        assert await uow.operations.data_key("name") is None
        for at, kek in ((NOON, "old"), (LATER, "new")):
            await uow.operations.record_alert("key")
            await uow.operations.save_payment_events_read(at)
            await uow.operations.save_data_key("name", WrappedKey(KekId(kek), b"n", b"c"))
    async with store.begin() as uow:
        assert await uow.operations.alerted("key")
        assert not await uow.operations.alerted("ke")
        assert await uow.operations.payment_events_read_until() == LATER
        assert await uow.operations.data_key("name") == WrappedKey(KekId("new"), b"n", b"c")
