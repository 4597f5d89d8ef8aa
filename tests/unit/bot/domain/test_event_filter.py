"""What is kept of all that is said in rooms: as little as can be."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.matrix.event_filter import is_relevant
from bot.ids import UserId

BOT = UserId("@ppvbot:test")


def event(type_: str, content: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "event_id": "$1",
        "room_id": "!room:test",
        "sender": "@alice:test",
        "type": type_,
        "content": content or {},
    }


def message(
    body: Any, msgtype: str = "m.text", more: dict[str, Any] | None = None
) -> dict[str, Any]:
    return event("m.room.message", {"msgtype": msgtype, "body": body} | (more or {}))


def ours(raw: dict[str, Any], *, direct: bool = False) -> bool:
    return is_relevant(raw, bot=BOT, direct=direct)


@pytest.mark.parametrize(
    "raw",
    [
        message("!ppv 5 USD"),
        message("/PPV help"),
        message("> <@alice:test> sent an image.\n\n!ppv 5"),
        message(" * x", "m.text", {"m.new_content": {"body": "!ppv 5"}}),
        message("cat.jpg", "m.image"),
        message("x", "m.text", {"io.github.matrix_ppv.price": {}}),
        event("m.reaction", {"m.relates_to": {"key": "🔓️"}}),
        event("m.reaction", {"m.relates_to": {"key": "✅"}}),
        event("m.room.redaction"),
        event("m.room.member", {"membership": "invite"}) | {"state_key": BOT},
    ],
)
def test_what_is_addressed_to_the_bot_or_may_be_goods_is_kept(raw: dict[str, Any]) -> None:
    assert ours(raw)


@pytest.mark.parametrize(
    "raw",
    [
        message("let's talk about ppv"),
        message(5),
        message("hello", "m.notice"),
        event("m.reaction", {"m.relates_to": {"key": "👍"}}),
        event("m.reaction"),
        event("m.room.encrypted"),
        event("m.room.topic"),
        event("m.room.member", {"membership": "join"}) | {"state_key": "@bob:test"},
        message("!ppv 5") | {"sender": BOT},
        {},
        {"event_id": 1, "room_id": "!room:test", "sender": "@a:test", "type": "m.room.message"},
    ],
)
def test_all_else_passes_unread(raw: dict[str, Any]) -> None:
    assert not ours(raw)


def test_in_a_direct_room_every_message_is_for_the_bot() -> None:
    assert ours(message("hello"), direct=True)
    assert ours(event("m.room.encrypted"), direct=True)
    assert not ours(event("m.room.topic"), direct=True)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3)
    ),
    max_leaves=10,
)


@given(st.dictionaries(st.sampled_from(["event_id", "room_id", "sender", "type", "content"]), JSON))
def test_no_json_whatever_breaks_it(raw: dict[str, Any]) -> None:
    assert ours(raw) in {True, False}


@pytest.mark.parametrize("msgtype", [{}, [], {"m.image": 1}, 5, None, True])
def test_a_message_type_that_is_no_text_concerns_nobody(msgtype: Any) -> None:
    assert not ours(message("hello", msgtype))
    assert ours(message("hello", msgtype), direct=True)
