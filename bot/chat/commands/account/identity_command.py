"""`!ppv identity`: whether the bot knows the sender's cross-signing identity; `confirm`: a new one is right."""

from dataclasses import dataclass
from datetime import datetime

from bot.chat.command_call import Asked
from bot.domain.people.cross_signing import CONFIRMABLE_AFTER, Author, Identity
from bot.errors import Refusal
from bot.i18n import spoken
from bot.ids import tx_id
from bot.jobs import delivery_lane
from bot.messages import Line
from bot.ports import Clock, Rooms, Store


@dataclass(frozen=True, slots=True)
class IdentityCommand:
    store: Store
    rooms: Rooms
    clock: Clock

    async def __call__(self, asked: Asked) -> None:
        origin = asked.origin
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
                await uow.jobs.wake(delivery_lane(origin.sender))
                words = _CONFIRMED
        await self.rooms.send(
            origin.room, Line(words), tx_id("identity", origin.event), reply_to=origin.event
        )

    def _require_proof(self, identity: Identity, due: datetime, author: Author | None) -> Author:
        """A device that counted before is proof enough; a homeserver can make the new ones by itself."""
        if author is None:
            raise Refusal(spoken("Please say that in our encrypted direct chat."))
        if not author.seen.signed(author.device):
            raise Refusal(
                spoken(
                    "Your new encryption identity has not verified this app. Please verify it first, and say it"
                    " again then."
                )
            )
        if self.clock.now() < due and author.device not in identity.devices:
            raise Refusal(
                spoken(
                    "I don't know this app from before, so I wait to be sure that it is you. Please say it again"
                    " after {date}, or from an app that you used with me before. If you can't wait, the people"
                    " who run this can help: `!ppv help payment` says how.",
                    date=f"{due:%Y-%m-%d}",
                )
            )
        return author


_NOTHING_TO_CONFIRM = spoken(
    "All is well: your apps are those that I know, and there is nothing to confirm."
)
_HOW = spoken(
    "Your encryption identity is a new one. If you have set it up or reset it, say `!ppv identity confirm`."
)
_CONFIRMED = spoken(
    "Thank you: I know your new encryption identity now, and everything works as before. What I sent in the"
    " meantime and you cannot open: `!ppv library` helps you to it."
)
