"""The end of listening in a room: what came is published, a flag without attachments forgotten."""

from dataclasses import dataclass
from datetime import timedelta

from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import OfferId, RoomId, UserId, tx_id
from bot.jobs.offer_jobs import CloseCollectWindow, PostListings
from bot.messages import Line
from bot.ports import Clock, Gate, Rooms, Store


@dataclass(frozen=True, slots=True)
class EndCollecting:
    store: Store
    rooms: Rooms
    clock: Clock
    gate: Gate
    afterwards: timedelta
    """How long files may come in after the seller was done, or after the last of them."""

    async def done(self, room: RoomId, seller: UserId) -> None:
        """The seller has sent all, but words overtake files that are still being uploaded.

        Raises UserError when nothing was listening.
        """
        until = self.clock.now() + self.afterwards
        async with self.store.begin() as uow:
            draft = await uow.offers.draft_in(room, seller)
            if draft is None or draft.collect_until is None or draft.collect_window is None:
                raise UserError(
                    gettext_lazy(
                        "I am not waiting for any files of yours here. `!ppv help` tells how to sell."
                    )
                )
            await uow.offers.save(draft.closing_collect_window(until, self.afterwards))
            await uow.jobs.add(CloseCollectWindow(draft.id), at=until, queueing_lock=True)
        if draft.collect_window.answer:
            words = Line(gettext_lazy("👂 One moment: I post it as soon as your last file is in."))
            await self.rooms.edit(
                room,
                draft.collect_window.answer,
                words,
                tx_id("closing", draft.collect_window.answer),
            )

    async def time_is_up(self, job: CloseCollectWindow) -> None:
        """The window has passed, unless another attachment has moved it."""
        async with self.store.begin() as uow:
            offer = await uow.offers.get(job.offer)
            until = offer.collect_until if offer else None
            if until is None:
                return
            if until > self.clock.now():
                await uow.jobs.add(job, at=until, queueing_lock=True)
                return
        await self.stop(job.offer)

    async def stop(self, offer_id: OfferId) -> None:
        """Publish what came, or forget the flag if nothing did."""
        async with self.store.begin() as uow:
            offer = await uow.offers.get(offer_id)
            if offer is None or offer.collect_until is None or offer.collect_window is None:
                return
            flag = offer.collect_window
            silent = offer.with_collect_window(None)
            if offer.attachments:
                await uow.offers.save(silent.publishing((flag.room,)))
                await uow.jobs.add(PostListings(offer.id))
            else:
                await uow.offers.save(silent.discarded())
        await self.gate.arm(flag.room, offer.seller, self.clock.now())
        if not offer.attachments and flag.answer:
            await self.rooms.redact(
                flag.room, flag.answer, tx_id("quiet", flag.answer), reason="No file came."
            )
