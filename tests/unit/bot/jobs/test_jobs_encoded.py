"""Jobs become JSON fields, whatever strangers wrote into the events that they hold."""

from typing import Any

from bot.jobs import HandleEvent, encode


def test_deeply_nested_content_does_not_end_the_encoding() -> None:
    content: dict[str, Any] = {}
    for _ in range(5000):
        content = {"a": content}
    event = {"event_id": "$1", "room_id": "!room:test", "content": content}
    kind, encoded = encode(HandleEvent(event))
    assert kind == "handle_event"
    assert encoded["event"] is event
