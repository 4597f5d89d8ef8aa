"""What is on sale in a room, as a message; and the one in a room that is always up to date."""

from dataclasses import dataclass

from bot.contents import contents
from bot.errors import Refusal
from bot.ids import EventId, RoomId, code_of, tx_id
from bot.jobs import RefreshShop
from bot.messages import Shop, ShopEntry
from bot.ports import Clock, Rooms, Store

_LISTED = 10


@dataclass(frozen=True, slots=True)
class ShopWindow:
    store: Store

    async def __call__(self, room: RoomId, wanted: str = "", *, kept: bool = False) -> Shop:
        """The newest first. Each room has a shop of its own: what stands elsewhere may be meant for others."""
        async with self.store.begin() as uow:
            found = [each for each in await uow.catalogue.of_room(room) if each.matches(wanted)]
            offers = [await uow.offers.get(each.offer) for each in found[:_LISTED]]
        entries = tuple(
            ShopEntry(
                code=code_of(offer.id),
                text=offer.text,
                contents=contents(offer.paid),
                price=str(offer.price),
            )
            for offer in offers
            if offer is not None
        )
        more = len(found) - len(entries)
        return Shop(entries, more, searched=bool(wanted.strip()), kept=kept)


@dataclass(frozen=True, slots=True)
class KeepShop:
    """One list in a room, which changes with what is on sale there."""

    store: Store
    rooms: Rooms
    window: ShopWindow
    clock: Clock

    async def begin(self, room: RoomId, cause: EventId) -> None:
        """Posted and pinned; one that was kept before is kept no longer.

        Raises Refusal when the bot may not pin: the list stands there all the same.
        """
        shop = await self.window(room, kept=True)
        event = await self.rooms.send(room, shop, tx_id("kept shop", cause))
        async with self.store.begin() as uow:
            await uow.bookmarks.set(_name(room), event)
        await self.rooms.pin(room, event)

    async def refresh(self, job: RefreshShop) -> None:
        async with self.store.begin() as uow:
            event = await uow.bookmarks.get(_name(job.room))
        if event is None:
            return
        shop = await self.window(job.room, kept=True)
        listed = [f"{each.code} {each.price}" for each in shop.entries]
        tx = tx_id("kept shop", event, self.clock.now().isoformat(), *listed)
        try:
            await self.rooms.edit(job.room, EventId(event), shop, tx)
        except Refusal:
            return  # The bot is not there any more.


def _name(room: RoomId) -> str:
    return f"kept shop: {room}"
