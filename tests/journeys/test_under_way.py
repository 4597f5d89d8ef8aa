"""What takes longer is told in one message, which changes now and then, and in the end says how it went."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from itertools import pairwise

import pytest

from bot.domain.offers.attachment import Source
from bot.ids import EventId, RoomId, TxId
from bot.messages import DraftCard, Line, Message, Placeholder, Published
from tests.support.bot_harness import ALICE, LOUNGE, STUDIO, BotHarness
from tests.support.fake_homeserver import BOT

BIG = b"\x89PNG" + b"x" * 69_996
"""Ten chunks."""
SMALL = b"\x89PNG a picture of the harbour"
ROOMS = [RoomId(f"!room{number}:test") for number in range(1, 5)]


class SlowHouse(BotHarness):
    """Each chunk that is fetched, and each message that is sent to `slow` rooms, takes a while."""

    def __init__(self, seconds: float = 0.0) -> None:
        super().__init__()
        self.seconds, self.slow = seconds, set[RoomId]()
        self.edits: list[tuple[datetime, Message]] = []
        self._download, self._send = self.matrix.download, self.matrix.send
        self._edit = self.matrix.edit
        self.matrix.download = self.download  # type: ignore[method-assign]
        self.matrix.send = self.send  # type: ignore[method-assign]
        self.matrix.edit = self.edit  # type: ignore[method-assign]

    async def download(self, source: Source) -> AsyncIterator[bytes]:
        async for chunk in self._download(source):
            self.clock.advance(timedelta(seconds=self.seconds))
            yield chunk
            await self.worker.run_until_empty()  # The worker's other hands.

    async def send(
        self, room: RoomId, message: Message, tx: TxId, *, reply_to: EventId | None = None
    ) -> EventId:
        if room in self.slow:
            self.clock.advance(timedelta(seconds=self.seconds))
        return await self._send(room, message, tx, reply_to=reply_to)

    async def edit(self, room: RoomId, event: EventId, message: Message, tx: TxId) -> None:
        self.edits.append((self.clock.now(), message))
        await self._edit(room, event, message, tx)


def of_cards(house: SlowHouse) -> list[str]:
    return [m.under_way or "" for _, m in house.edits if isinstance(m, DraftCard)]


def no_flood(house: SlowHouse) -> bool:
    times = [at for at, _ in house.edits]
    return all(b - a >= timedelta(seconds=2) for a, b in pairwise(times))


async def test_many_files_in_a_row_are_no_flood_either() -> None:
    house = SlowHouse()
    await house.open_studio()
    for number in range(3):
        await house.sends(ALICE, STUDIO, SMALL, f"{number}.png")
        await house.time_passes(seconds=0.7)
    await house.time_passes(seconds=2)
    (shown,) = house.matrix.said_of(DraftCard)
    assert isinstance(shown.message, DraftCard)
    assert [item.sealed for item in shown.message.items] == [True] * 3
    assert no_flood(house)
    assert len(house.edits) == 2


async def test_a_big_file_shows_how_far_it_is_at_most_every_two_seconds() -> None:
    house = SlowHouse(seconds=0.5)
    await house.open_studio()
    await house.sends(ALICE, STUDIO, BIG, "1.png", size=len(BIG))
    await house.time_passes(seconds=2)
    assert of_cards(house) == ["Sealing it (40 %)…", "Sealing it (80 %)…", ""]
    assert no_flood(house)
    (shown,) = house.matrix.said_of(DraftCard)
    assert isinstance(shown.message, DraftCard)
    assert shown.message.items[0].sealed
    assert not house.store.records.encryption_progress


async def test_what_is_done_at_once_is_not_spoken_of() -> None:
    house = SlowHouse(seconds=0.1)
    await house.open_studio()
    await house.sends(ALICE, STUDIO, BIG, "1.png", size=len(BIG))
    assert of_cards(house) == [""]


async def test_of_several_files_each_is_counted_in_one_message_without_a_flood() -> None:
    house = SlowHouse(seconds=1.5)
    await house.open_studio()
    raw = [
        house.timeline.file(STUDIO, ALICE, house.upload(SMALL), f"{number}.png")
        for number in range(3)
    ]
    await house.hears(*raw)
    await house.time_passes(seconds=5)
    (shown,) = house.matrix.said_of(DraftCard)
    assert isinstance(shown.message, DraftCard)
    assert shown.message.under_way is None
    assert all(item.sealed for item in shown.message.items)
    assert of_cards(house) == ["Sealing 3 of 3…", ""]
    assert no_flood(house)


async def test_a_file_that_is_killed_half_way_begins_anew_and_the_card_says_so() -> None:
    house = SlowHouse(seconds=0.5)
    await house.open_studio()
    house.fuse.kills_at = house.fuse.places + 5
    await house.sends(ALICE, STUDIO, BIG, "1.png", size=len(BIG))
    assert house.fuse.places > 5
    await house.time_passes(seconds=2)
    (shown,) = house.matrix.said_of(DraftCard)
    assert isinstance(shown.message, DraftCard)
    assert (shown.message.under_way, shown.message.items[0].sealed) == (None, True)


def rooms_of(house: BotHarness) -> str:
    for number, room in enumerate(ROOMS, 1):
        house.matrix.members[room] = {BOT, ALICE}
        house.matrix.aliases[f"#room{number}:test"] = room
    return " ".join(f"#room{number}:test" for number in range(1, 5))


async def publishes_slowly(house: SlowHouse) -> None:
    await house.open_studio()
    await house.sends(ALICE, STUDIO, SMALL, "1.png")
    await house.says(ALICE, STUDIO, "5 USD Sunset")
    house.slow = set(ROOMS)
    await house.says(ALICE, STUDIO, f"!ppv publish {rooms_of(house)}")


async def test_posting_to_several_rooms_is_one_message_from_begin_to_end() -> None:
    house = SlowHouse(seconds=2)
    await publishes_slowly(house)
    (published,) = house.matrix.said_of(Published)
    assert (published.room, published.edits > 1) == (STUDIO, True)
    assert isinstance(published.message, Published)
    assert len(published.message.rooms) == len(ROOMS)
    assert not [m for m in house.matrix.in_room(STUDIO) if isinstance(m, Line)]
    words = [m.words for _, m in house.edits if isinstance(m, Line)]
    assert words[-1] == "⏳ Posting it in room 4 of 4…"


async def test_posting_that_is_quick_is_told_once() -> None:
    house = SlowHouse()
    await publishes_slowly(house)
    (published,) = house.matrix.said_of(Published)
    assert published.edits == 0


@pytest.mark.parametrize("place", range(1, 24))
async def test_killed_anywhere_it_is_still_one_message(place: int) -> None:
    house = SlowHouse(seconds=2)
    await house.open_studio()
    await house.sends(ALICE, STUDIO, SMALL, "1.png")
    await house.says(ALICE, STUDIO, "5 USD Sunset")
    house.slow = set(ROOMS)
    house.fuse.places, house.fuse.kills_at = 0, place
    await house.says(ALICE, STUDIO, f"!ppv publish {rooms_of(house)}")
    assert house.fuse.places >= place
    assert len(house.matrix.said_of(Placeholder)) == len(ROOMS)
    assert len(house.matrix.said_of(Published)) == 1
    assert not [m for m in house.matrix.in_room(STUDIO) if isinstance(m, Line)]
    assert not await house.store.queue.failed_jobs()


async def test_a_big_file_that_is_flagged_in_a_room_is_told_of_in_the_direct_one() -> None:
    house = SlowHouse()
    await house.open_studio()
    await house.says(ALICE, LOUNGE, "!ppv 5 USD Sunset")
    house.seconds = 2
    await house.hears(
        house.timeline.file(LOUNGE, ALICE, house.upload(BIG), "1.png", size=len(BIG)),
        house.timeline.text(LOUNGE, ALICE, "!ppv done"),
    )
    await house.time_passes(seconds=30)
    (published,) = house.matrix.said_of(Published)
    assert (published.room, published.edits > 1) == (STUDIO, True)
    words = [m.words for _, m in house.edits if isinstance(m, Line)]
    assert words[-1] == "⏳ Sealing it (99 %)… Then I put it on sale."
    assert not [m for m in house.matrix.in_room(STUDIO) if isinstance(m, Line)]
    assert len(house.matrix.said_of(Placeholder)) == 1
