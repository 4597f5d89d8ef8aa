"""Arming the gate, so that what a seller sends next never comes into the room."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.matrix.gate_coverage import GateCoverage
from bot.errors import OperatorError, UserError
from bot.i18n import gettext_lazy
from bot.ids import RoomId, UserId
from bot.jobs.operator_jobs import AlertAdmins
from bot.ports import Clock, Gate, Store


@dataclass(frozen=True, slots=True)
class WatchSender:
    store: Store
    gate: Gate
    clock: Clock

    async def reach(self, seller: UserId) -> GateCoverage:
        """Which of their messages could be taken out."""
        return await self.gate.reach(seller)

    async def __call__(self, room: RoomId, seller: UserId, until: datetime) -> GateCoverage:
        """Raises UserError when the gate does not take our word, and admins are told."""
        try:
            return await self.gate.arm(room, seller, until)
        except OperatorError as broken:
            alert = AlertAdmins(
                f"gate:{self.clock.now().date()}",
                f"Sellers can't sell in rooms: {broken} `matrix-ppv doctor` looks at it.",
            )
            async with self.store.begin() as uow:
                await uow.jobs.add(alert, queueing_lock=True)
            raise UserError(
                gettext_lazy(
                    "Something is wrong with how I take files in here, so please don't send them into this"
                    " room. Send them to me in a direct chat instead. Those who run me have been told."
                )
            ) from broken
