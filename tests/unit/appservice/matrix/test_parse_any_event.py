"""Whatever JSON a homeserver passes on, the parser does not raise, and lets nothing unstorable through."""

from hypothesis import given
from hypothesis import strategies as st

from appservice.matrix.content.parse_event import parse_event
from bot.domain.matrix.event_filter import PRICE_FLAG
from bot.domain.matrix.matrix_event import MediaMessage, TextMessage
from bot.ids import UserId

BOT = UserId("@ppvbot:test")
_PLACED = {
    "event_id": "$event",
    "room_id": "!room:test",
    "sender": "@sally:test",
    "origin_server_ts": 1_795_435_200_250,
}

_STRANGE = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(alphabet=st.characters(), max_size=20)
    | st.sampled_from(["m.text", "m.image", "m.replace", "m.annotation", "mxc://a/b", "$a", "@b"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                "body filename msgtype url file info m.relates_to m.new_content rel_type event_id"
                f" key m.in_reply_to membership size w duration thumbnail_file v iv hashes k"
                f" {PRICE_FLAG} amount currency algorithm redacts".split()
            )
            | st.text(max_size=5),
            inner,
            max_size=8,
        )
    ),
    max_leaves=25,
)
_TYPES = (
    "m.room.message m.reaction m.room.redaction m.room.member m.room.encrypted m.sticker".split()
)


@given(
    type_=st.sampled_from(_TYPES) | _STRANGE,
    content=_STRANGE,
    others=st.dictionaries(
        st.sampled_from(["state_key", "origin_server_ts", "redacts", "room_id", "sender"]),
        _STRANGE,
    ),
)
def test_nothing_that_comes_makes_the_parser_raise(
    type_: object, content: object, others: dict[str, object]
) -> None:
    event = parse_event({**_PLACED, "type": type_, "content": content, **others}, BOT)
    repr(event).encode()
    if isinstance(event, TextMessage):
        event.text.encode()
    if isinstance(event, MediaMessage):
        f"{event.name}{event.caption}{event.price_flag}{event.info.mimetype}".encode()


@given(st.dictionaries(st.text(max_size=10), _STRANGE))
def test_any_object_at_all_is_an_event_or_nothing(value: dict[str, object]) -> None:
    assert parse_event(value, BOT) is None
