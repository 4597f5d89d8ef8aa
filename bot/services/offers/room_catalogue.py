"""The list of offers on sale in a room: as a reply, and as a pinned message that is kept up to date."""

from dataclasses import dataclass

from bot.domain.offers.content_summary import summary_line
from bot.errors import UserError
from bot.ids import EventId, RoomId, code_of, tx_id
from bot.jobs.offer_jobs import RefreshRoomCatalogue
from bot.messages import Shop, ShopEntry
from bot.ports import Clock, Rooms, Store

_MAX_ENTRIES = 10


@dataclass(frozen=True, slots=True)
class BuildRoomCatalogue:
    store: Store

    async def __call__(self, room: RoomId, wanted: str = "", *, kept: bool = False) -> Shop:
        """List the newest offers of this room only, because offers elsewhere may be meant for others."""
        async with self.store.begin() as uow:
            matching = [each for each in await uow.offers.of_room(room) if each.matches(wanted)]
            offers = [await uow.offers.get(each.offer) for each in matching[:_MAX_ENTRIES]]
        entries = tuple(
            ShopEntry(
                code=code_of(offer.id),
                text=offer.text,
                contents=summary_line(offer.paid),
                price=str(offer.price),
            )
            for offer in offers
            if offer is not None
        )
        more = len(matching) - len(entries)
        return Shop(entries, more, searched=bool(wanted.strip()), kept=kept)


@dataclass(frozen=True, slots=True)
class RoomCatalogue:
    """The pinned list of a room."""

    store: Store
    rooms: Rooms
    build_room_catalogue: BuildRoomCatalogue
    clock: Clock

    async def begin(self, room: RoomId, cause: EventId) -> None:
        """Post and pin a list, and redact the earlier one.

        Raises UserError if the bot may not pin; the list is posted all the same.
        """
        async with self.store.begin() as uow:
            before = await uow.sale_rooms.pinned_list(room)
        shop = await self.build_room_catalogue(room, kept=True)
        event = await self.rooms.send(room, shop, tx_id("kept shop", cause))
        refusal = None
        try:
            await self.rooms.pin(room, event, instead_of=before)
        except UserError as refused:
            refusal = refused
        if before is not None and before != event:
            await self._redact(room, before)
        async with self.store.begin() as uow:
            # The last step, because a rerun could not find the earlier list any more.
            await uow.sale_rooms.save_pinned_list(room, event)
            await uow.jobs.add(RefreshRoomCatalogue(room), queueing_lock=True)
        if refusal is not None:
            raise refusal

    async def _redact(self, room: RoomId, event: EventId) -> None:
        tx = tx_id("kept shop", "replaced", event)
        try:
            await self.rooms.redact(room, event, tx, reason="There is a newer list.")
        except UserError:
            return  # It stays as it was, and is not updated any more.

    async def refresh(self, job: RefreshRoomCatalogue) -> None:
        async with self.store.begin() as uow:
            event = await uow.sale_rooms.pinned_list(job.room)
        if event is None:
            return
        shop = await self.build_room_catalogue(job.room, kept=True)
        listed = [f"{each.code} {each.price}" for each in shop.entries]
        tx = tx_id("kept shop", event, self.clock.now().isoformat(), *listed)
        try:
            await self.rooms.edit(job.room, event, shop, tx)
        except UserError:
            return  # The bot is not there any more.
