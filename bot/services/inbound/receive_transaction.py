"""Taking in what the homeserver brings: recorded once, acted on later."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bot.domain.matrix.event_filter import is_relevant
from bot.domain.matrix.raw_event import received, shape_fault
from bot.ids import RoomId, UserId
from bot.jobs.inbound_jobs import HandleEvent
from bot.ports import UnitOfWork
from bot.services.inbound.failed_items import FailedItems, Malformed, in_one_line

_NAMED_BY = ("event_id", "room_id", "sender", "type")


@dataclass(frozen=True, slots=True)
class ReceiveTransaction:
    """One transaction of the homeserver. When this returns, a crash loses nothing of it.

    An event that cannot be handled is recorded as failed, and the others are taken in.
    https://spec.matrix.org/v1.17/application-service-api/#pushing-events
    """

    failed: FailedItems
    bot: UserId

    async def __call__(
        self, txn_id: str, events: Sequence[object], door: str = "transaction"
    ) -> None:
        """`door` names for the operator where the events came in. Raises TemporaryError."""
        fingerprint = _fingerprint(txn_id, events)

        async def is_new(uow: UnitOfWork) -> bool:
            return await uow.inbox.accept("transaction", fingerprint)

        async def take(uow: UnitOfWork, raw: object) -> None:
            fault = shape_fault(raw)
            if fault is None and isinstance(raw, Mapping):
                await keep(uow, received(raw), self.bot)
            else:
                await self.failed.record_in(uow, door, name_of(raw), Malformed(fault or ""))

        await self.failed.one_by_one(door, events, take, name_of, event=retried, is_new=is_new)


async def keep(uow: UnitOfWork, event: Mapping[str, Any], bot: UserId) -> None:
    """An event of the right shape becomes a job if it concerns us; once, whichever way it came."""
    direct = bool(await uow.direct_rooms.partner(RoomId(event["room_id"])))
    ours = is_relevant(event, bot=bot, direct=direct)
    if ours and await uow.inbox.accept("event", event["event_id"]):
        await uow.jobs.add(HandleEvent(event))


def name_of(raw: object) -> str:
    """Names an event for operators by its ids and type, whatever they are."""
    if not isinstance(raw, Mapping):
        return in_one_line(raw)
    return " ".join(f"{key}={in_one_line(raw.get(key))[:80]}" for key in _NAMED_BY)


def retried(raw: object) -> Mapping[str, Any] | None:
    """What an operator may have handled again."""
    return received(raw) if isinstance(raw, Mapping) and shape_fault(raw) is None else None


def _fingerprint(txn_id: str, events: Sequence[object]) -> str:
    """The id alone would not do: Synapse on SQLite counts from 1 again after every restart."""
    named = [event.get("event_id") if isinstance(event, Mapping) else None for event in events]
    ids = "\0".join(each if isinstance(each, str) else "" for each in named)
    digest = hashlib.sha256(f"{txn_id}\0{ids}".encode(errors="replace")).hexdigest()
    return f"{txn_id[:100]} {digest}"
