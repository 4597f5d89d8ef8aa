"""Telling people that something of theirs goes soon, each once. Until all know it, nothing goes."""

from dataclasses import dataclass

from bot.domain.offers.offer import Offer
from bot.domain.retention_state import Retention, RetentionState, Step
from bot.errors import UserError
from bot.ids import OfferId, UserId, code_of, tx_id
from bot.jobs.offer_jobs import NotifyRemoval
from bot.jobs.operator_jobs import AlertAdmins
from bot.messages import Line
from bot.ports import Clock, Rooms, Store
from bot.services.messaging.direct_room import DirectRoom
from bot.services.retention.stale_items import StaleItem, stale_items_in, words_of


@dataclass(frozen=True, slots=True)
class SendRemovalNotice:
    store: Store
    rooms: Rooms
    direct_room: DirectRoom
    clock: Clock
    rules: Retention

    async def __call__(self, job: NotifyRemoval) -> None:
        now = self.clock.now()
        async with self.store.begin() as uow:
            offer = await uow.offers.get(job.offer)
            found = await stale_items_in(uow, offer, self.rules, now) if offer else None
            idle = await uow.leftovers.idle_since(job.offer)
        if offer is None or found is None or idle is None or found.mark != idle.fingerprint:
            return  # Somebody has touched it meanwhile.
        if idle.next_step(found.kept, self.rules.notice, now) is not Step.NOTICE:
            return
        unreached = [who for who in found.whose if not await self._tell(who, offer, found, idle)]
        async with self.store.begin() as uow:
            if unreached:
                await uow.jobs.add(AlertAdmins(f"notice {offer.id}", _unreached(offer, unreached)))
            elif await uow.leftovers.idle_since(offer.id) == idle:
                await uow.leftovers.save_idle(offer.id, idle.notified(now))

    async def _tell(
        self, who: UserId, offer: Offer, found: StaleItem, idle: RetentionState
    ) -> bool:
        """Whether they know it now, or knew it already."""
        async with self.store.begin() as uow:
            if await uow.leftovers.was_noticed(offer.id, who):
                return True
        goes_at = idle.removed_at(found.kept, self.rules.notice, self.clock.now())
        try:
            room = await self.direct_room(who, secrets=False)
            words = Line(words_of(found, offer, who, goes_at))
            await self.rooms.confide(room, words, tx_id("notice", _told(offer.id, idle, who)))
        except UserError:
            return False
        async with self.store.begin() as uow:
            await uow.leftovers.record_notice(offer.id, who)
        return True


def _told(offer: OfferId, idle: RetentionState, who: UserId) -> str:
    return f"idle {offer} told {idle.since.isoformat()}: {who}"


def _unreached(offer: Offer, people: list[UserId]) -> str:
    named = ", ".join(people)
    return (
        f"Something of the offer {code_of(offer.id)} was to be removed because nobody needs it any more, but I"
        f" can't tell {named}: they take no invitations. It stays until I can."
    )
