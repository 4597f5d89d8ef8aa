from datetime import UTC, datetime, timedelta

from bot.domain.matrix.matrix_event import Event, EventMeta, MediaMessage, TextMessage
from bot.domain.offers.attachment import MediaInfo, MediaKind, Source
from bot.ids import EventId, MxcUri, RoomId, UserId
from bot.services.room_sale.message_group import row_before

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
ROOM = RoomId("!room:test")
GAP = timedelta(minutes=10)


def origin(name: str, sender: str, minute: float) -> EventMeta:
    return EventMeta(
        event=EventId(f"${name}"),
        room=ROOM,
        sender=UserId(f"@{sender}:test"),
        sent_at=NOON + timedelta(minutes=minute),
    )


def photo(name: str, minute: float = 0, sender: str = "alice") -> MediaMessage:
    return MediaMessage(
        origin=origin(name, sender, minute),
        name=f"{name}.jpg",
        kind=MediaKind.IMAGE,
        info=MediaInfo(),
        source=Source(ROOM, EventId(f"${name}"), MxcUri(f"mxc://test/{name}")),
    )


def words(name: str, minute: float = 0, sender: str = "alice", reply_to: str = "") -> TextMessage:
    return TextMessage(
        origin=origin(name, sender, minute),
        text=name,
        reply_to=EventId(f"${reply_to}") if reply_to else None,
    )


def row(command: TextMessage, *events: Event, limit: int = 10) -> list[str]:
    before, reply_to = tuple(reversed(events)), command.reply_to
    found = row_before(command.origin, before, reply_to=reply_to, gap=GAP, limit=limit)
    return [message.origin.event[1:] for message in found]


def test_what_was_sent_right_before_belongs_together() -> None:
    assert row(words("flag", 3), photo("a"), photo("b", 1), photo("c", 2)) == ["a", "b", "c"]


def test_words_of_the_seller_in_between_begin_a_new_row() -> None:
    assert row(words("flag", 3), photo("a"), words("hello", 1), photo("b", 2)) == ["b"]
    assert row(words("flag", 3), photo("a"), words("hello", 1)) == []


def test_other_people_in_between_do_not_matter() -> None:
    events = (photo("a"), words("nice", 0.5, "bob"), photo("theirs", 0.7, "bob"), photo("b", 1))
    assert row(words("flag", 2), *events) == ["a", "b"]


def test_old_files_are_not_taken_without_being_pointed_at() -> None:
    assert row(words("flag", 30), photo("a")) == []
    assert row(words("flag", 30, reply_to="a"), photo("a")) == ["a"]


def test_a_reply_takes_the_row_around_the_file() -> None:
    events = (photo("old", -60), photo("a"), photo("b", 1), words("hm", 2), photo("later", 3))
    assert row(words("flag", 4, reply_to="b"), *events) == ["a", "b"]


def test_a_long_gap_ends_a_row() -> None:
    assert row(words("flag", 16), photo("a"), photo("b", 15)) == ["b"]


def test_a_row_has_a_limit() -> None:
    photos = [photo(f"p{n}", n / 10) for n in range(12)]
    assert len(row(words("flag", 2), *photos)) == 10
    assert row(words("flag", 2), *photos)[-1] == "p11"


def test_somebody_elses_files_are_never_taken() -> None:
    assert row(words("flag", 1, reply_to="a"), photo("a", 0, "bob")) == []
