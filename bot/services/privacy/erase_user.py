"""Forgetting a buyer: the Matrix ID goes from all records, the rows that tax law asks for stay without it."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.purchases.purchase import Access, Purchase
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import EventId, LinkToken, UserId
from bot.jobs.moderation_jobs import LeaveRoom
from bot.ports import Clock, Store, UnitOfWork

_TO_CONFIRM = timedelta(hours=1)


class NotAskedYet(UserError):
    """It cannot be undone, so it takes two steps."""

    def __init__(self) -> None:
        super().__init__(
            gettext_lazy("Please say `!ppv forget-me` first: I tell you what it means.")
        )


@dataclass(frozen=True, slots=True)
class EraseUser:
    store: Store
    clock: Clock

    async def ask(self, user: UserId) -> None:
        """The first step, good for an hour. Raises UserError for whoever cannot be forgotten, or not now."""
        async with self.store.begin() as uow:
            await _require_nothing_under_way(uow, user, self.clock.now())
            await uow.people.request_erasure(user, self.clock.now())

    async def __call__(self, user: UserId, cause: EventId) -> None:
        """The second step; what is said then is up to the job that leaves the rooms. Raises UserError."""
        async with self.store.begin() as uow:
            if not await uow.inbox.accept("forget-me", cause):
                return
            asked_at = await uow.people.erasure_requested_at(user)
            if asked_at is None or self.clock.now() - asked_at > _TO_CONFIRM:
                raise NotAskedYet
            await _require_nothing_under_way(uow, user, self.clock.now())
            await uow.claims.forget(buyer=user)
            for purchase in await uow.purchases.claimed_by(user):
                fresh = LinkToken(secrets.token_urlsafe(18))
                await uow.purchases.save(purchase.anonymized(fresh))
            for thrown_away in await uow.offers.of_seller(user, discarded=True):
                await uow.leftovers.remove(thrown_away)
            for room in await uow.direct_rooms.forget(user):
                await uow.jobs.add(LeaveRoom(room, cause))
            await uow.people.erase(user)


async def _require_nothing_under_way(uow: UnitOfWork, user: UserId, now: datetime) -> None:
    if await uow.offers.of_seller(user):
        raise UserError(
            gettext_lazy(
                "Whoever sells here can't be forgotten by a command, for what was sold must stay on"
                " record. Please ask the people who run this: `!ppv help payment` says how."
            )
        )
    if any(_is_under_way(purchase, now) for purchase in await uow.purchases.claimed_by(user)):
        raise UserError(
            gettext_lazy(
                "Something of yours is still under way: a payment, files that I have to hand over, or a"
                " question of your bank's. Please ask me again once that is through; a checkout that you"
                " left lapses within an hour."
            )
        )


def _is_under_way(purchase: Purchase, now: datetime) -> bool:
    waiting = purchase.has_access and not purchase.delivered
    return purchase.may_be_paid(now) or waiting or purchase.access is Access.SUSPENDED
