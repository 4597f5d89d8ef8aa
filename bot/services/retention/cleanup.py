"""Every day: what nobody needs any more is looked through, its people told, and in the end it goes."""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.offers.offer import Offer, OfferState
from bot.domain.people.audit_log import AuditAction, AuditEntry
from bot.domain.people.web_session import LINK_TTL, SESSION_TTL
from bot.domain.purchases.download_session import DOWNLOAD_SESSION_TTL
from bot.domain.retention_state import Retention, RetentionState, Step
from bot.ids import OfferId, UserId, code_of
from bot.jobs.offer_jobs import Cleanup, DestroyKeys, NotifyRemoval
from bot.ports import Clock, Store, UnitOfWork
from bot.services.retention.stale_items import StaleItem, StaleKind, stale_items_in

_EVERY = timedelta(days=1)
_AT_ONCE = 100
"""Rows of a batch. Each batch is a unit of work of its own, so that sales go on in between."""
_THROWN_AWAY = timedelta(days=30)
"""So long after its seller threw a draft away its words are still there."""
_HANDED_OVER = timedelta(days=7)
"""So long what a gate took out waits for its message."""
_BY = UserId("(retention)")
_REMOVED = {
    StaleKind.DRAFT: "a draft that nobody touched, with its files",
    StaleKind.WITHDRAWN: "what was known of an offer that nobody bought",
    StaleKind.GOODS: "the files of an offer that is off sale; its sales stay on record",
}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class CleanUpRecords:
    store: Store
    clock: Clock
    rules: Retention

    async def begin(self) -> None:
        """At the start; from then on by itself."""
        async with self.store.begin() as uow:
            await uow.jobs.add(Cleanup(), queueing_lock=True)

    async def __call__(self, _: Cleanup) -> None:
        """Killed anywhere, it does the rest the next time."""
        now = self.clock.now()
        async with self.store.begin() as uow:
            await self._forget_traces(uow, now)
        await self._forget_heard(now)
        await self._forget_links(now)
        after: OfferId | None = None
        while True:
            async with self.store.begin() as uow:
                offers = await uow.leftovers.idle(after=after, limit=_AT_ONCE)
            for offer in offers:
                async with self.store.begin() as uow:
                    await self._look_at(uow, offer, now)
            if not offers:
                break
            after = offers[-1]
        async with self.store.begin() as uow:
            await uow.jobs.add(Cleanup(), at=now + _EVERY, queueing_lock=True)

    async def _forget_traces(self, uow: UnitOfWork, now: datetime) -> None:
        await uow.claims.forget(before=now - DOWNLOAD_SESSION_TTL)
        await uow.sign_in_links.forget(before=now - LINK_TTL)
        await uow.sign_ins.forget(before=now - SESSION_TTL)
        await uow.handovers.forget(now - _HANDED_OVER)
        if self.rules.reports is not None:
            names = await uow.leftovers.forget_reporters(now - self.rules.reports)
            await _note(uow, f"who made {names} reports", names, now)

    async def _forget_heard(self, now: datetime) -> None:
        if self.rules.inbox is None:
            return
        removed = _AT_ONCE
        while removed == _AT_ONCE:
            async with self.store.begin() as uow:
                removed = await uow.leftovers.forget_heard(now - self.rules.inbox, limit=_AT_ONCE)

    async def _forget_links(self, now: datetime) -> None:
        if self.rules.links is None:
            return
        links, last, more = 0, None, True
        while more:
            async with self.store.begin() as uow:
                batch = await uow.leftovers.forget_links(
                    now - self.rules.links, now=now, after=last, limit=_AT_ONCE
                )
            links, last = links + batch.removed, batch.last
            more = last is not None
        async with self.store.begin() as uow:
            await _note(uow, f"{links} personal links that nothing was paid by", links, now)

    async def _look_at(self, uow: UnitOfWork, id_: OfferId, now: datetime) -> None:
        offer = await uow.offers.get(id_)
        if offer is None:
            return
        thrown_away = offer.state is OfferState.DISCARDED
        found = (
            None if thrown_away else await stale_items_in(uow, offer, self.rules, self.clock.now())
        )
        if not thrown_away and found is None:
            return
        mark = found.mark if found else f"discarded-{offer.version}"
        idle = await uow.leftovers.idle_since(id_)
        if idle is None or idle.fingerprint != mark:
            await uow.leftovers.save_idle(id_, RetentionState(mark, now))
        elif found is None:
            if now - idle.since >= _THROWN_AWAY and not any(
                each.blobs for each in offer.attachments
            ):
                await self._forget(uow, offer)
        else:
            match idle.next_step(found.kept, self.rules.notice, now):
                case Step.NOTICE:
                    await uow.jobs.add(NotifyRemoval(id_, mark), queueing_lock=True)
                case Step.REMOVE:
                    await self._remove(uow, offer, found, now)
                case Step.WAIT:
                    pass

    async def _remove(self, uow: UnitOfWork, offer: Offer, found: StaleItem, now: datetime) -> None:
        match found.what:
            case StaleKind.DRAFT:
                await uow.offers.save(offer.discarded())
                await uow.jobs.add(DestroyKeys(offer.id), queueing_lock=True)
                await uow.leftovers.save_idle(offer.id, None)
            case StaleKind.GOODS:
                await uow.offers.save(offer.without_keys())
                await uow.leftovers.save_idle(offer.id, None)
            case StaleKind.WITHDRAWN:
                await self._forget(uow, offer)
        words = _REMOVED[found.what]
        log.info("removed", extra={"offer": offer.id, "what": found.what.value})
        await uow.acts.add(
            AuditEntry(
                idempotency_key=f"retention {offer.id} {found.mark}",
                actor=_BY,
                action=AuditAction.REMOVE,
                target=code_of(offer.id),
                reason=words,
                at=now,
            )
        )

    async def _forget(self, uow: UnitOfWork, offer: Offer) -> None:
        await uow.leftovers.remove(offer.id)


async def _note(uow: UnitOfWork, words: str, number: int, now: datetime) -> None:
    if number:
        await uow.acts.add(
            AuditEntry(
                idempotency_key=f"retention {words} {now.isoformat()}",
                actor=_BY,
                action=AuditAction.REMOVE,
                target="records",
                reason=words,
                at=now,
            )
        )
