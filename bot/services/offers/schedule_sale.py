"""Putting a draft on sale at a time that its seller sets: until then it may still be changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from textwrap import shorten

from bot.domain.local_time import typed_moment
from bot.domain.offers.listing import Plan
from bot.domain.offers.offer import Offer, OfferState
from bot.errors import Refusal
from bot.i18n import spoken
from bot.ids import OfferId, UserId, code_of
from bot.jobs import PublishLater, ShowDraft, TellPerson
from bot.ports import Clock, Store, UnitOfWork
from bot.services.drafts.web_draft import own_draft
from bot.services.offers.publish_offer import PutOnSale

_FURTHEST = timedelta(days=366)


class NotPlanned(Refusal):
    """A draft that waits for its seller."""

    def __init__(self) -> None:
        super().__init__(
            spoken(
                "It is not going on sale by itself: perhaps that was called off, or it is on sale by now."
            )
        )


@dataclass(frozen=True, slots=True)
class PlanSale:
    """What is looked at when something is put on sale is looked at twice: now, and when the time has come."""

    store: Store
    put_on_sale: PutOnSale
    clock: Clock

    async def __call__(
        self, seller: UserId, offer: OfferId, wanted: Sequence[str], when: str, zone: str = "UTC"
    ) -> Plan:
        """`wanted`: rooms, by id or alias. `when`: as it was typed, in `zone` unless it names one. Raises Refusal."""
        at, zone = self._moment(when, zone)
        rooms = await self.put_on_sale.places(seller, wanted)
        plan = Plan(at, zone, rooms)

        def change(draft: Offer) -> Offer:
            draft.require_complete()
            if draft.listening_until is not None:
                raise Refusal(
                    spoken(
                        "Its files are still coming in in the room, and it goes on sale there with the last of"
                        " them."
                    )
                )
            return draft.planned(plan)

        await self._change(seller, offer, change)
        return plan

    async def in_browser(
        self, seller: UserId, offer: OfferId, wanted: Sequence[str], when: str, zone: str
    ) -> None:
        """The same; the zone is asked for no second time. Raises Refusal."""
        plan = await self(seller, offer, wanted, when, zone)
        async with self.store.begin() as uow:
            await uow.people.save_time_zone(seller, plan.zone)

    async def move(self, seller: UserId, offer: OfferId, when: str) -> Plan:
        """To another time, in the same rooms. Raises Refusal."""
        at, zone = self._moment(when, "UTC")
        moved = await self._change(
            seller, offer, lambda draft: draft.planned(Plan(at, zone, _plan_of(draft).rooms))
        )
        return _plan_of(moved)

    async def call_off(self, seller: UserId, offer: OfferId) -> None:
        """It is a draft like any other again. Raises Refusal."""

        def change(draft: Offer) -> Offer:
            _plan_of(draft)
            return draft.planned(None).shown_anew()

        await self._change(seller, offer, change)

    async def time_has_come(self, job: PublishLater) -> None:
        """Nothing happens if it was called off or moved meanwhile."""
        async with self.store.begin() as uow:
            offer = await _due(uow, job)
        if offer is None:
            return
        try:
            plan = _plan_of(offer)
            await self.put_on_sale(offer.seller, offer.id, plan.rooms, planned=plan)
        except Refusal as refusal:
            await self._give_up(job, refusal.words)

    async def _give_up(self, job: PublishLater, why: str) -> None:
        """The seller hears what to do; nothing else would bring them back to it."""
        async with self.store.begin() as uow:
            offer = await _due(uow, job)
            if offer is None:
                return
            told = spoken(
                "“{text}” ({code}) was to go on sale at {time}, and I have posted nothing: {why}\nIt is your draft"
                " again. Put it on sale when that is mended, or set another time:"
                " `!ppv publish #room:server at 2026-12-01 18:00`",
                text=shorten(offer.text, 60, placeholder="…") or spoken("Your draft"),
                code=code_of(offer.id),
                time=_plan_of(offer).words,
                why=why,
            )
            await uow.offers.save(offer.planned(None).shown_anew())
            await uow.jobs.add(TellPerson(offer.seller, f"not published {offer.id} {job.at}", told))
            await uow.jobs.add(ShowDraft(offer.id), once=True)

    async def _change(
        self, seller: UserId, offer: OfferId, change: Callable[[Offer], Offer]
    ) -> Offer:
        async with self.store.begin() as uow:
            draft = change(await own_draft(uow, seller, offer))
            await uow.offers.save(draft)
            if draft.plan is not None:
                at = draft.plan.at
                await uow.jobs.add(PublishLater(offer, at.isoformat()), at=at, once=True)
            await uow.jobs.add(ShowDraft(offer), once=True)
        return draft

    def _moment(self, when: str, zone: str) -> tuple[datetime, str]:
        """Raises Refusal for one that is over, or too far off."""
        at, zone = typed_moment(when, zone)
        now = self.clock.now()
        if at <= now:
            raise Refusal(
                spoken(
                    "That time is over: here it is {time} now. Please choose a later one.",
                    time=Plan(now, zone, ()).words,
                )
            )
        if at - now > _FURTHEST:
            raise Refusal(spoken("That is more than a year away. Please choose an earlier time."))
        return at, zone


async def _due(uow: UnitOfWork, job: PublishLater) -> Offer | None:
    """The draft whose time has come; None if that was called off or moved."""
    offer = await uow.offers.get(job.offer)
    if offer is None or offer.state is not OfferState.DRAFT or offer.plan is None:
        return None
    return offer if offer.plan.at.isoformat() == job.at else None


def _plan_of(draft: Offer) -> Plan:
    """Raises NotPlanned."""
    if draft.plan is None:
        raise NotPlanned
    return draft.plan
