"""What a seller sent in a row: the attachments that one flag speaks for."""

from collections.abc import Sequence
from datetime import timedelta

from bot.domain.matrix.matrix_event import Event, EventMeta, MediaMessage, TextMessage
from bot.ids import EventId


def row_before(
    flag: EventMeta,
    before: Sequence[Event],
    *,
    reply_to: EventId | None = None,
    gap: timedelta,
    limit: int,
) -> tuple[MediaMessage, ...]:
    """The sender's attachments that a flag means, the oldest first.

    `before`: what was said earlier, the newest first. Those sent right before the flag count, one
    after another and no more than `gap` apart, up to `limit`; or, when the flag replies to one of
    them, the row around that one. Other people's messages in between do not matter.
    """
    mine = [
        event
        for event in before
        if event.origin.sender == flag.sender and isinstance(event, MediaMessage | TextMessage)
    ]
    rows = _rows(mine, gap)
    if reply_to is not None:
        row = next((row for row in rows if any(m.origin.event == reply_to for m in row)), [])
    else:
        fresh = mine and flag.sent_at - mine[0].origin.sent_at <= gap
        row = rows[0] if fresh and rows and rows[0][0] is mine[0] else []
    return tuple(reversed(row[:limit]))


def _rows(events: Sequence[MediaMessage | TextMessage], gap: timedelta) -> list[list[MediaMessage]]:
    rows: list[list[MediaMessage]] = []
    later: MediaMessage | None = None
    for event in events:
        if not isinstance(event, MediaMessage):
            later = None
            continue
        if later is not None and later.origin.sent_at - event.origin.sent_at <= gap:
            rows[-1].append(event)
        else:
            rows.append([event])
        later = event
    return rows
