"""Encrypted events: read at once, or as soon as their key comes; their senders learn if it does not."""

import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.domain.matrix.event_filter import GATE_KEY
from bot.domain.matrix.raw_event import received, shape_fault, short_text
from bot.errors import TemporaryError
from bot.ids import RoomId, UserId, tx_id
from bot.jobs.delivery_jobs import delivery_lock
from bot.jobs.inbound_jobs import NotifyUndecryptable, RetryDecrypt, room_key_lock
from bot.messages import KeyMissing
from bot.ports import Clock, RoomEncryption, Rooms, Store, UnitOfWork
from bot.services.inbound.failed_items import FailedItems, Malformed
from bot.services.inbound.receive_transaction import keep, name_of, retried

_PATIENCE = timedelta(seconds=30)
"""Keys often come a moment after the event."""
_AT_LAST = timedelta(days=1)
_PAUSE_SECONDS = 600.0
"""A key that comes wakes the job, so looking again is for the rare case that it came unnoticed. Strangers can send any
number of messages without a key, and each look at one delays other jobs."""
_DOOR = "sync"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DecryptEvents:
    """What came by way of encrypted rooms. When this returns, a crash loses nothing of it.

    An event that cannot be handled is recorded as failed, and the others are taken in.
    """

    store: Store
    encryption: RoomEncryption
    clock: Clock
    failed: FailedItems
    bot: UserId

    async def __call__(self, events: Sequence[object]) -> None:
        """Raises TemporaryError if nothing can be written down."""
        heard = [
            (raw, await self._inside(raw))
            for raw in events
            if not (isinstance(raw, Mapping) and raw.get("sender") == self.bot)
        ]
        now = self.clock.now().isoformat()

        async def take(uow: UnitOfWork, item: tuple[object, _Inside]) -> None:
            raw, inside = item
            fault = inside.fault
            if fault is None and isinstance(raw, Mapping):
                if inside.event is not None:
                    await keep(uow, inside.event, self.bot)
                elif await uow.inbox.accept("encrypted", raw["event_id"]):
                    await uow.jobs.add(RetryDecrypt(received(raw), now))
            else:
                await self.failed.record_in(uow, _DOOR, name_of(raw), Malformed(fault or ""))

        await self.failed.one_by_one(
            _DOOR,
            heard,
            take,
            lambda item: name_of(item[0]),
            event=lambda item: retried(item[0]),
        )

    async def _inside(self, raw: object) -> "_Inside":
        """Never raises: what fails here for whatever reason is read later, by a job of its own."""
        fault = shape_fault(raw)
        if fault is not None or not isinstance(raw, Mapping):
            return _Inside(fault=fault)
        event = received(raw)
        if _is_gate_placeholder(event):
            return _Inside(event)
        session = event["content"].get("session_id")
        if session is not None and not short_text(session):
            return _Inside(fault="session_id is no text of 1 to 255 bytes")
        try:
            inside = await self.encryption.read(event)
        except Exception as error:  # noqa: BLE001 - whoever wrote it must not stop what others say
            log.warning(
                "event not decrypted yet, will retry", extra={"error": type(error).__name__}
            )
            return _Inside()
        return _Inside(inside, shape_fault(inside) if inside is not None else None)

    async def keys_came(self, sessions: Sequence[str]) -> None:
        """For these sessions: who waits for them tries again."""
        async with self.store.begin() as uow:
            for session in sessions:
                await uow.jobs.wake(room_key_lock(session))

    async def devices_changed(self, users: Collection[UserId]) -> None:
        """Deliveries that wait until a device of one of these people counts are tried again."""
        async with self.store.begin() as uow:
            for user in users:
                await uow.jobs.wake(delivery_lock(user))


def _is_gate_placeholder(event: Mapping[str, Any]) -> bool:
    """A gate has put it in the place of another: there is nothing in it to read."""
    content = event.get("content")
    return isinstance(content, Mapping) and GATE_KEY in content


@dataclass(frozen=True, slots=True)
class _Inside:
    """What an encrypted event says, unless its key has not come, or what is wrong with it."""

    event: Mapping[str, Any] | None = None
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class DecryptLater:
    """Tries for a day. In their direct room people are told, once for each session of their app."""

    store: Store
    encryption: RoomEncryption
    clock: Clock
    bot: UserId

    async def __call__(self, job: RetryDecrypt) -> None:
        waited = self.clock.now() - datetime.fromisoformat(job.heard_at)
        try:
            inside = await self.encryption.read(job.event)
        except TemporaryError:
            if waited >= _AT_LAST:
                return
            raise
        if inside is not None:
            fault = shape_fault(inside)
            if fault is not None:
                raise Malformed(fault)
            async with self.store.begin() as uow:
                await keep(uow, inside, self.bot)
            return
        if waited >= _PATIENCE:
            async with self.store.begin() as uow:
                await self._tell(uow, job.event)
        if waited >= _AT_LAST:
            return
        left = (_PATIENCE - waited).total_seconds()
        raise TemporaryError(
            "the key of an event has not come", retry_after=left if left > 0 else _PAUSE_SECONDS
        )

    async def _tell(self, uow: UnitOfWork, event: Mapping[str, Any]) -> None:
        room, sender = RoomId(event["room_id"]), event["sender"]
        if await uow.direct_rooms.partner(room) != sender:
            return  # Among others, most of what is said is not for us.
        session = event["content"]["session_id"]
        if await uow.inbox.accept("key missing", f"{sender} {session}"):
            await uow.jobs.add(NotifyUndecryptable(room, event["event_id"], session))


@dataclass(frozen=True, slots=True)
class AnswerUndecryptable:
    """The answer to the very event that cannot be read, with the cure."""

    rooms: Rooms
    bot: UserId

    async def __call__(self, job: NotifyUndecryptable) -> None:
        tx = tx_id("key missing", job.session)
        await self.rooms.send(job.room, KeyMissing(self.bot), tx, reply_to=job.event)
