"""Taking in what the homeserver brings: recorded once, acted on later."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.concerns import concerns_us
from bot.ids import RoomId, UserId
from bot.jobs import HandleEvent
from bot.ports import Store, UnitOfWork


@dataclass(frozen=True, slots=True)
class ReceiveTransaction:
    """One transaction of the homeserver. When this returns, a crash loses nothing of it.

    https://spec.matrix.org/v1.17/application-service-api/#pushing-events
    """

    store: Store
    bot: UserId

    async def __call__(self, txn_id: str, events: Sequence[Mapping[str, Any]]) -> None:
        async with self.store.begin() as uow:
            if not await uow.inbox.accept("transaction", _fingerprint(txn_id, events)):
                return
            await keep(uow, events, self.bot)


async def keep(uow: UnitOfWork, events: Sequence[Mapping[str, Any]], bot: UserId) -> None:
    """What concerns us of these raw events becomes jobs; each event once, whichever way it came."""
    for event in events:
        room = event.get("room_id")
        direct = isinstance(room, str) and bool(await uow.direct_rooms.partner(RoomId(room)))
        if not concerns_us(event, bot=bot, direct=direct):
            continue
        if await uow.inbox.accept("event", event["event_id"]):
            await uow.jobs.add(HandleEvent(event))


def _fingerprint(txn_id: str, events: Sequence[Mapping[str, Any]]) -> str:
    """The id alone would not do: Synapse on SQLite counts from 1 again after every restart."""
    ids = "\0".join(str(event.get("event_id")) for event in events)
    return f"{txn_id} {hashlib.sha256(ids.encode(errors='replace')).hexdigest()}"
