"""Go into the room that has replaced another one: what is on sale in the old room is put on sale there as well.

The bot stays in the old room, because refunds and takedowns have to remove what stands there.
"""

import logging
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta

from bot.domain.matrix.private_room import NotPrivate, prove
from bot.domain.offers.offer import Offer, OfferState
from bot.domain.people.permissions import Permissions
from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import RoomId, UserId, tx_id
from bot.jobs.delivery_jobs import delivery_lock
from bot.jobs.moderation_jobs import NotifyUser
from bot.jobs.offer_jobs import PostInReplacement, PostListings, RefreshDraftCard
from bot.jobs.operator_jobs import AlertAdmins
from bot.jobs.upgrade_jobs import FollowUpgrade
from bot.messages import Line
from bot.ports import Clock, RoomEncryption, RoomMembership, Rooms, RoomState, Store, UnitOfWork
from bot.services.messaging.room_replacement import replacement_of
from bot.services.offers.room_catalogue import RoomCatalogue

_BETWEEN_OFFERS = timedelta(seconds=5)
"""A room with many offers is not flooded."""
_ON_SALE = {OfferState.PUBLISHING, OfferState.OPEN}

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class MoveToReplacement:
    store: Store
    rooms: Rooms
    state: RoomState
    membership: RoomMembership
    encryption: RoomEncryption
    room_catalogue: RoomCatalogue
    clock: Clock
    permissions: Permissions
    admin_room: str
    bot: UserId

    async def __call__(self, job: FollowUpgrade) -> None:
        old = job.room
        new = await self.state.replacement(old)
        if new is None:
            return
        async with self.store.begin() as uow:
            if await uow.sale_rooms.followed(old, new):
                return
        inside = await self.state.is_member(new, self.bot)
        try:
            await self.membership.join(new, via=job.via)
        except UserError:
            await self._ask_to_be_let_in(old, new)
            return
        if await replacement_of(self.state, old) != new:
            log.warning("tombstone ignored: the named room does not replace this one")
            if not inside:
                await self.membership.leave(new)
            return
        await self._move_list(old, new)
        await self._move_chat(old, new)
        await self._move_offers(old, new)

    async def _ask_to_be_let_in(self, old: RoomId, new: RoomId) -> None:
        title = await self.state.title(old)
        ours = await self._is_in_settings(old, new)
        words = gettext_lazy(
            "{room} has moved to a new room, where I am not invited. Please invite me there ({bot}): then I put"
            " your offers there too. Until then they are on sale by their links and on your page.",
            room=title,
            bot=self.bot,
        )
        async with self.store.begin() as uow:
            await uow.sale_rooms.await_invitation(old, new)
            sellers = {each.seller for each in await _on_sale_in(uow, old)}
            for seller in sorted(sellers):
                await uow.jobs.add(
                    NotifyUser(seller, f"not let into {new}", words), queueing_lock=True
                )
            if ours:
                alert = (
                    f"{title}, which the configuration names, has moved to the room {new}, and I am not"
                    f" invited there: please invite {self.bot}. Until then the old room counts."
                )
                await uow.jobs.add(AlertAdmins(f"not let into {new}", alert), queueing_lock=True)

    async def _is_in_settings(self, *rooms: RoomId) -> bool:
        for named in filter(None, (self.admin_room, *self.permissions.by_room())):
            with suppress(UserError):
                if await self.state.resolve(named) in rooms:
                    return True
        return False

    async def _move_list(self, old: RoomId, new: RoomId) -> None:
        """Before the offers, so that it stands above them."""
        async with self.store.begin() as uow:
            kept = await uow.sale_rooms.pinned_list(old)
            there = await uow.sale_rooms.pinned_list(new)
        if kept is not None and there is None:
            with suppress(UserError):  # It stands there, even if the bot may not pin it.
                await self.room_catalogue.begin(new, kept)

    async def _move_chat(self, old: RoomId, new: RoomId) -> None:
        """A direct chat goes on in the replacement if that proves private, and its draft goes along."""
        async with self.store.begin() as uow:
            person = await uow.direct_rooms.partner(old)
        if person is None:
            return
        try:
            proved = prove(
                await self.state.facts(new), bot=self.bot, person=person, encrypted=False
            )
        except NotPrivate as flaw:
            log.info("upgraded chat is not private", extra={"flaw": str(flaw)})
            return
        words = gettext_lazy(
            "Our chat goes on here. What I have sent you stays in the old one as well."
        )
        await self.rooms.confide(proved, Line(words), tx_id("chat goes on", new))
        async with self.store.begin() as uow:
            await uow.direct_rooms.cease(old)
            await uow.direct_rooms.save(person, new)
            await uow.jobs.wake(delivery_lock(person))
            draft = await uow.offers.draft_in(old, person)
            if draft is not None:
                await uow.offers.save(draft.with_compose_room(new))
                await uow.jobs.add(RefreshDraftCard(draft.id), queueing_lock=True)

    async def _move_offers(self, old: RoomId, new: RoomId) -> None:
        """Oldest first, with a pause after each."""
        opened = await self.encryption.is_encrypted(old) and not (
            await self.encryption.is_encrypted(new)
        )
        title = await self.state.title(new)
        at = self.clock.now()
        async with self.store.begin() as uow:
            await uow.sale_rooms.follow(old, new)
            moving = await _on_sale_in(uow, old)
            for offer in moving if not opened else ():
                await uow.offers.save(offer.with_listing_moved(old, new))
                if offer.state is OfferState.OPEN:
                    at += _BETWEEN_OFFERS
                    await uow.jobs.add(PostInReplacement(offer.id, new), at=at, queueing_lock=True)
                else:
                    await uow.jobs.add(PostListings(offer.id), queueing_lock=True)
            words = _words(title, opened=opened)
            for seller in sorted({each.seller for each in moving}):
                await uow.jobs.add(NotifyUser(seller, f"moved to {new}", words), queueing_lock=True)


def _words(title: str, *, opened: bool) -> str:
    if opened:
        return gettext_lazy(
            "The room {room} has moved to a new room, which is not encrypted as the old one was. So I have not"
            " put your offers there: do it in `!ppv studio`, if you want them there.",
            room=title,
        )
    return gettext_lazy(
        "The room {room} has moved to a new room. I went along and put your offers there too: they stay on sale,"
        " and links keep working.",
        room=title,
    )


async def _on_sale_in(uow: UnitOfWork, room: RoomId) -> list[Offer]:
    found = [await uow.offers.get(each) for each in await uow.offers.listed_in(room)]
    return [each for each in found if each is not None and each.state in _ON_SALE]
