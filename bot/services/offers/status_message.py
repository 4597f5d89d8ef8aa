"""The status message of a posting: edited while posting takes long, and finally with the result."""

from dataclasses import dataclass, replace

from bot.domain.matrix.private_room import ProvedRoom
from bot.domain.offers.offer import Offer
from bot.i18n import gettext_lazy
from bot.ids import TxId, digest_of, tx_id
from bot.messages import Line, Message
from bot.ports import Clock, Rooms, Store
from bot.ports.repositories.posting_repositories import StatusMessage
from bot.services.drafts.encrypt_progress import EVERY
from bot.services.messaging.direct_room import DirectRoom


@dataclass(frozen=True, slots=True)
class ShowProgress:
    store: Store
    rooms: Rooms
    direct_room: DirectRoom
    clock: Clock

    async def __call__(self, offer: Offer, text: str) -> None:
        """Send or edit the status message; skip the edit if the last one was less than `EVERY` ago."""
        status = await self._status(offer)
        if status is None:
            await self._send_first(offer, Line(text))
        elif self.clock.now() - status.edited_at >= EVERY:
            tx = tx_id("under way", status.event, text)
            await self.rooms.edit(status.room, status.event, Line(text), tx)
            await self._save(offer, replace(status, edited_at=self.clock.now()))

    async def finish(self, offer: Offer, message: Message, tx: TxId) -> ProvedRoom:
        """Edit the result into the status message, or send it under `tx` if there is none. Return the room."""
        async with self.store.begin() as uow:
            begun = await uow.postings.began_status(offer.id, _posting(offer))
        if not begun:
            room = await self.direct_room(offer.seller, secrets=False)
            await self.rooms.confide(room, message, tx)
            return room
        status = await self._status(offer) or await self._send_first(
            offer, Line(gettext_lazy("Posting it…"))
        )
        room = await self.direct_room.there_or_elsewhere(status.room, offer.seller, secrets=False)
        if room.id != status.room:
            await self.rooms.confide(room, message, tx)
        else:
            final_tx = tx_id("at last", status.event, tx)
            await self.rooms.edit_confided(room, status.event, message, final_tx)
        return room

    async def _send_first(self, offer: Offer, message: Line) -> StatusMessage:
        """Record the status before sending it, so that a rerun after a crash sends it under the same transaction id."""
        await self._save(offer, None)
        room = await self.direct_room(offer.seller, secrets=False)
        event = await self.rooms.confide(
            room, message, tx_id(f"under way {offer.id} {_posting(offer)}")
        )
        status = StatusMessage(room.id, event, self.clock.now())
        await self._save(offer, status)
        return status

    async def _status(self, offer: Offer) -> StatusMessage | None:
        async with self.store.begin() as uow:
            return await uow.postings.status(offer.id, _posting(offer))

    async def _save(self, offer: Offer, message: StatusMessage | None) -> None:
        async with self.store.begin() as uow:
            await uow.postings.save_status(offer.id, _posting(offer), message)


def _posting(offer: Offer) -> str:
    """Return the key of this posting; publishing in more rooms later is another posting."""
    return digest_of(*(each.room for each in offer.listings))
