"""Telling admins: in their room, or each in a direct chat, or in the log if there is nobody."""

import logging
from dataclasses import dataclass

from bot.domain.matrix.private_room import ProvedRoom
from bot.errors import UserError
from bot.ids import RoomId, UserId, tx_id
from bot.jobs.operator_jobs import AlertAdmins
from bot.messages import Alert
from bot.ports import RoomMembership, Rooms, RoomState, Store
from bot.services.messaging.direct_room import DirectRoom
from bot.services.messaging.room_replacement import versions_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class QueueAlert:
    """Have admins told, once for each key."""

    store: Store

    async def __call__(self, key: str, words: str) -> None:
        async with self.store.begin() as uow:
            await uow.jobs.add(AlertAdmins(key, words), queueing_lock=True)


@dataclass(frozen=True, slots=True)
class SendAlert:
    store: Store
    rooms: Rooms
    state: RoomState
    membership: RoomMembership
    direct_room: DirectRoom
    room: str
    """An id or an alias; empty for none."""
    admins: tuple[UserId, ...]
    """Whom to tell where there is no such room."""

    async def __call__(self, job: AlertAdmins) -> None:
        """Once for each key."""
        async with self.store.begin() as uow:
            if await uow.operations.alerted(job.key):
                return
        room = await self._room()
        chats = [] if room else await self._chats()
        # What people wrote is for the admins' eyes; the log has it only where nobody else would.
        extra = {"alert": job.key} if room or chats else {"alert": job.key, "words": job.words}
        log.warning("alert", extra=extra)
        if room:
            await self.rooms.send(room, Alert(job.words), tx_id("alert", job.key))
        for chat in chats:
            await self.rooms.confide(chat, Alert(job.words), tx_id("alert", job.key))
        async with self.store.begin() as uow:
            await uow.operations.record_alert(job.key)

    async def _room(self) -> RoomId | None:
        if not self.room:
            return None
        try:
            room = await self.state.resolve(self.room)
            await self.membership.join(room)
            room = (await versions_of(self.state, room))[-1]
        except UserError as refusal:
            log.warning("cannot join admin room", extra={"error": str(refusal)})
            return None
        return room

    async def _chats(self) -> list[ProvedRoom]:
        """Whoever cannot be reached is left out: if that is everybody, the log has it."""
        chats: list[ProvedRoom] = []
        for admin in self.admins:
            try:
                chats.append(await self.direct_room(admin, secrets=False))
            except UserError as refusal:
                log.warning("cannot invite admin", extra={"error": str(refusal)})
        return chats
