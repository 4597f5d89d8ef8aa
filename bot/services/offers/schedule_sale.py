"""Publish a draft at a time that its seller sets. Until then the draft can still be changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from textwrap import shorten

from bot.domain.local_time import parse_local_time
from bot.domain.offers.listing import Schedule
from bot.domain.offers.offer import Offer, OfferState
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import OfferId, UserId, code_of
from bot.jobs.moderation_jobs import NotifyUser
from bot.jobs.offer_jobs import PublishScheduled, RefreshDraftCard
from bot.ports import Clock, Store, UnitOfWork
from bot.services.drafts.web_draft import own_draft
from bot.services.offers.publish_offer import PublishOffer

_MAX_LEAD_TIME = timedelta(days=366)


class NotScheduled(UserError):
    """The draft has no schedule."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy(
                "It is not going on sale by itself: perhaps that was called off, or it is on sale by now."
            )
        )


@dataclass(frozen=True, slots=True)
class ScheduleSale:
    """The checks of publishing run twice: when the sale is scheduled, and when it is due."""

    store: Store
    publish_offer: PublishOffer
    clock: Clock

    async def __call__(
        self, seller: UserId, offer: OfferId, wanted: Sequence[str], when: str, zone: str = "UTC"
    ) -> Schedule:
        """`wanted`: rooms, by id or alias. `when`: as it was typed, in `zone` unless it names one. Raises UserError."""
        at, zone = self._parse_time(when, zone)
        rooms = await self.publish_offer.resolve_rooms(seller, wanted)
        plan = Schedule(at, zone, rooms)

        def change(draft: Offer) -> Offer:
            draft.require_complete()
            if draft.collect_until is not None:
                raise UserError(
                    gettext_lazy(
                        "Its files are still coming in in the room, and it goes on sale there with the last of"
                        " them."
                    )
                )
            return draft.with_schedule(plan)

        await self._change(seller, offer, change)
        return plan

    async def in_browser(
        self, seller: UserId, offer: OfferId, wanted: Sequence[str], when: str, zone: str
    ) -> None:
        """Schedule, and remember the browser's time zone as the seller's. Raises UserError."""
        plan = await self(seller, offer, wanted, when, zone)
        async with self.store.begin() as uow:
            await uow.people.save_time_zone(seller, plan.zone)

    async def move(self, seller: UserId, offer: OfferId, when: str) -> Schedule:
        """Reschedule to another time, in the same rooms. Raises UserError."""
        at, zone = self._parse_time(when, "UTC")
        moved = await self._change(
            seller,
            offer,
            lambda draft: draft.with_schedule(Schedule(at, zone, _schedule_of(draft).rooms)),
        )
        return _schedule_of(moved)

    async def cancel(self, seller: UserId, offer: OfferId) -> None:
        """Remove the schedule; the draft stays. Raises UserError."""

        def change(draft: Offer) -> Offer:
            _schedule_of(draft)
            return draft.with_schedule(None).without_draft_card()

        await self._change(seller, offer, change)

    async def publish_due(self, job: PublishScheduled) -> None:
        """Publish the draft, unless its schedule was cancelled or moved meanwhile."""
        async with self.store.begin() as uow:
            offer = await _due(uow, job)
        if offer is None:
            return
        try:
            plan = _schedule_of(offer)
            await self.publish_offer(offer.seller, offer.id, plan.rooms, planned=plan)
        except UserError as refusal:
            await self._give_up(job, refusal.words)

    async def _give_up(self, job: PublishScheduled, why: str) -> None:
        """Remove the schedule and notify the seller of the reason."""
        async with self.store.begin() as uow:
            offer = await _due(uow, job)
            if offer is None:
                return
            message = gettext_lazy(
                "“{text}” ({code}) was to go on sale at {time}, and I have posted nothing: {why}\nIt is your draft"
                " again. Put it on sale when that is mended, or set another time:"
                " `!ppv publish #room:server at 2026-12-01 18:00`",
                text=shorten(offer.text, 60, placeholder="…") or gettext_lazy("Your draft"),
                code=code_of(offer.id),
                time=_schedule_of(offer).display,
                why=why,
            )
            await uow.offers.save(offer.with_schedule(None).without_draft_card())
            await uow.jobs.add(
                NotifyUser(offer.seller, f"not published {offer.id} {job.at}", message)
            )
            await uow.jobs.add(RefreshDraftCard(offer.id), queueing_lock=True)

    async def _change(
        self, seller: UserId, offer: OfferId, change: Callable[[Offer], Offer]
    ) -> Offer:
        async with self.store.begin() as uow:
            draft = change(await own_draft(uow, seller, offer))
            await uow.offers.save(draft)
            if draft.schedule is not None:
                at = draft.schedule.at
                await uow.jobs.add(
                    PublishScheduled(offer, at.isoformat()), at=at, queueing_lock=True
                )
            await uow.jobs.add(RefreshDraftCard(offer), queueing_lock=True)
        return draft

    def _parse_time(self, when: str, zone: str) -> tuple[datetime, str]:
        """Return the time and its zone. Raises UserError if it is past or more than a year away."""
        at, zone = parse_local_time(when, zone)
        now = self.clock.now()
        if at <= now:
            raise UserError(
                gettext_lazy(
                    "That time is over: here it is {time} now. Please choose a later one.",
                    time=Schedule(now, zone, ()).display,
                )
            )
        if at - now > _MAX_LEAD_TIME:
            raise UserError(
                gettext_lazy("That is more than a year away. Please choose an earlier time.")
            )
        return at, zone


async def _due(uow: UnitOfWork, job: PublishScheduled) -> Offer | None:
    """Return the due draft, or None if its schedule was cancelled or moved."""
    offer = await uow.offers.get(job.offer)
    if offer is None or offer.state is not OfferState.DRAFT or offer.schedule is None:
        return None
    return offer if offer.schedule.at.isoformat() == job.at else None


def _schedule_of(draft: Offer) -> Schedule:
    """Raises NotScheduled."""
    if draft.schedule is None:
        raise NotScheduled
    return draft.schedule
