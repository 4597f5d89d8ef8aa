"""Commands that are corrected by an edit: obeyed once, if what was said first was refused."""

from dataclasses import dataclass, replace

from bot.domain.matrix.matrix_event import TextMessage
from bot.ports import Store


@dataclass(frozen=True, slots=True)
class CommandCorrections:
    store: Store

    async def as_said(self, message: TextMessage) -> TextMessage:
        """Return an edit of what was refused as if it had been said in its place, under its event id.

        So nothing is done twice, however often it is edited. Only its sender's edits in the same room count, and no
        edit of an edit (https://spec.matrix.org/v1.17/client-server-api/#validity-of-replacement-events). The
        record holds which edit was taken, because the job may be run again.
        """
        origin = message.origin
        if message.replaces is None or message.caption:
            return message
        first = replace(origin, event=message.replaces)
        async with self.store.begin() as uow:
            if not await uow.people.correct_command(first, origin.event):
                return message
        return replace(message, origin=first, replaces=None)

    async def refused(self, message: TextMessage) -> None:
        if message.replaces is None:
            async with self.store.begin() as uow:
                await uow.people.record_refused_command(message.origin)
