"""Encrypted events: read at once, or as soon as their key comes; their senders learn if it does not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.concerns import GATE_KEY
from bot.errors import Transient
from bot.hearing.receive import keep
from bot.ids import RoomId, UserId, tx_id
from bot.jobs import ReadLater, TellKeyMissing, key_lane
from bot.messages import KeyMissing
from bot.ports import Clock, RoomEncryption, Rooms, Store, UnitOfWork

_PATIENCE = timedelta(seconds=30)
"""Keys often come a moment after the event."""
_AT_LAST = timedelta(days=1)
_PAUSE = 60.0


@dataclass(frozen=True, slots=True)
class HearEncrypted:
    """What came by way of encrypted rooms. When this returns, a crash loses nothing of it."""

    store: Store
    encryption: RoomEncryption
    clock: Clock
    bot: UserId

    async def __call__(self, events: Sequence[Mapping[str, Any]]) -> None:
        heard = [
            (event, event if _is_stand_in(event) else await self.encryption.read(event))
            for event in events
            if event.get("sender") != self.bot and isinstance(event.get("event_id"), str)
        ]
        now = self.clock.now().isoformat()
        async with self.store.begin() as uow:
            for event, inside in heard:
                if inside is not None:
                    await keep(uow, [inside], self.bot)
                elif await uow.inbox.accept("encrypted", event["event_id"]):
                    await uow.jobs.add(ReadLater(event, now))

    async def keys_came(self, sessions: Sequence[str]) -> None:
        """For these sessions: who waits for them tries again."""
        async with self.store.begin() as uow:
            for session in sessions:
                await uow.jobs.wake(key_lane(session))


def _is_stand_in(event: Mapping[str, Any]) -> bool:
    """A gate has put it in the place of another: there is nothing in it to read."""
    content = event.get("content")
    return isinstance(content, Mapping) and GATE_KEY in content


@dataclass(frozen=True, slots=True)
class ReadWhenKeyComes:
    """Tries for a day. In their direct room people are told, once for each session of their app."""

    store: Store
    encryption: RoomEncryption
    clock: Clock
    bot: UserId

    async def __call__(self, job: ReadLater) -> None:
        inside = await self.encryption.read(job.event)
        if inside is not None:
            async with self.store.begin() as uow:
                await keep(uow, [inside], self.bot)
            return
        waited = self.clock.now() - datetime.fromisoformat(job.heard_at)
        if waited >= _PATIENCE:
            async with self.store.begin() as uow:
                await self._tell(uow, job.event)
        if waited >= _AT_LAST:
            return
        left = (_PATIENCE - waited).total_seconds()
        raise Transient(
            "the key of an event has not come", retry_after=left if left > 0 else _PAUSE
        )

    async def _tell(self, uow: UnitOfWork, event: Mapping[str, Any]) -> None:
        room, sender = RoomId(event["room_id"]), event["sender"]
        if await uow.direct_rooms.partner(room) != sender:
            return  # Among others, most of what is said is not for us.
        session = event["content"]["session_id"]
        if await uow.inbox.accept("key missing", f"{sender} {session}"):
            await uow.jobs.add(TellKeyMissing(room, event["event_id"], session))


@dataclass(frozen=True, slots=True)
class AnswerUnread:
    """The answer to the very event that cannot be read, with the cure."""

    rooms: Rooms
    bot: UserId

    async def __call__(self, job: TellKeyMissing) -> None:
        tx = tx_id("key missing", job.session)
        await self.rooms.send(job.room, KeyMissing(self.bot), tx, reply_to=job.event)
