"""`!ppv identity`: whether the bot knows the sender's cross-signing identity; `confirm`: a new one is right."""

from dataclasses import dataclass
from datetime import datetime

from bot.chat.command_call import CommandCall
from bot.domain.people.cross_signing import CONFIRMABLE_AFTER, Author, Identity
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import tx_id
from bot.jobs.delivery_jobs import delivery_lock
from bot.messages import Line
from bot.ports import Clock, Rooms, Store


@dataclass(frozen=True, slots=True)
class IdentityCommand:
    store: Store
    rooms: Rooms
    clock: Clock

    async def __call__(self, asked: CommandCall) -> None:
        origin = asked.event
        async with self.store.begin() as uow:
            identity = await uow.people.identity(origin.sender)
            if identity is None or identity.changed_at is None:
                words = _NOTHING_TO_CONFIRM
            elif asked.argument.strip().lower() != "confirm":
                words = _HOW
            else:
                due = identity.changed_at + CONFIRMABLE_AFTER
                author = self._require_proof(identity, due, origin.author)
                await uow.people.save_identity(identity.confirmed(author.seen))
                await uow.jobs.wake(delivery_lock(origin.sender))
                words = _CONFIRMED
        await self.rooms.send(
            origin.room, Line(words), tx_id("identity", origin.event), reply_to=origin.event
        )

    def _require_proof(self, identity: Identity, due: datetime, author: Author | None) -> Author:
        """A device that counted before is proof enough; a homeserver can make the new ones by itself."""
        if author is None:
            raise UserError(gettext_lazy("Please say that in our encrypted direct chat."))
        if not author.seen.signed(author.device):
            raise UserError(
                gettext_lazy(
                    "Your new encryption identity has not verified this app. Please verify it first, and say it"
                    " again then."
                )
            )
        if self.clock.now() < due and author.device not in identity.devices:
            raise UserError(
                gettext_lazy(
                    "I don't know this app from before, so I wait to be sure that it is you. Please say it again"
                    " after {date}, or from an app that you used with me before. If you can't wait, the people"
                    " who run this can help: `!ppv help payment` says how.",
                    date=f"{due:%Y-%m-%d}",
                )
            )
        return author


_NOTHING_TO_CONFIRM = gettext_lazy(
    "All is well: your apps are those that I know, and there is nothing to confirm."
)
_HOW = gettext_lazy(
    "Your encryption identity is a new one. If you have set it up or reset it, say `!ppv identity confirm`."
)
_CONFIRMED = gettext_lazy(
    "Thank you: I know your new encryption identity now, and everything works as before. What I sent in the"
    " meantime and you cannot open: `!ppv library` helps you to it."
)
