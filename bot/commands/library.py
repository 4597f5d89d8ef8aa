"""`!ppv library`: what one has bought; with a code, delivered once more."""

from dataclasses import dataclass

from bot.asked import Asked
from bot.delivering.direct import DirectRoom
from bot.errors import Refusal
from bot.ids import UserId, code_of, parse_code, purchase_id, tx_id
from bot.messages import Library, LibraryEntry, Line
from bot.paying.buy import deliver_again
from bot.ports import Clock, Rooms, Store
from bot.purchase import Access

_WITHHELD = {
    Access.SUSPENDED: "Your bank is looking into your payment for this. Until it has decided, I can't send the"
    " files again.",
    Access.REVOKED: "Your payment for this was refunded, so I can't send the files again. React with 🔓 to the"
    " offer to buy it once more.",
}


@dataclass(frozen=True, slots=True)
class LibraryCommand:
    store: Store
    rooms: Rooms
    direct_room: DirectRoom
    clock: Clock

    async def __call__(self, asked: Asked) -> None:
        if asked.argument.strip():
            await self._again(asked)
            return
        entries = await self._entries(asked.origin.sender)
        room = await self.direct_room(asked.origin.sender)
        await self.rooms.send(room, Library(entries), tx_id("library", asked.origin.event))

    async def _again(self, asked: Asked) -> None:
        offer, buyer = parse_code(asked.argument), asked.origin.sender
        async with self.store.begin() as uow:
            purchase = await uow.purchases.get(purchase_id(offer, buyer)) if offer else None
            if purchase is None or purchase.access is Access.NONE:
                raise Refusal(
                    f"You have not bought “{asked.argument.strip()[:40]}”."
                    " `!ppv library` shows what you have."
                )
            if purchase.owned:
                if await uow.inbox.accept("again", asked.origin.event):
                    await deliver_again(uow, purchase, self.clock.now())
                return
        # How it stands with somebody's money is no matter for a room with others.
        room = await self.direct_room(buyer)
        await self.rooms.send(
            room, Line(_WITHHELD[purchase.access]), tx_id("withheld", asked.origin.event)
        )

    async def _entries(self, buyer: UserId) -> tuple[LibraryEntry, ...]:
        entries = []
        async with self.store.begin() as uow:
            for purchase in await uow.sales.paid_by(buyer):
                offer, payment = await uow.offers.get(purchase.offer), purchase.kept
                if offer is None or payment is None or not purchase.owned:
                    continue
                entries.append(
                    LibraryEntry(
                        code=code_of(offer.id),
                        text=offer.text,
                        price=str(payment.amount),
                        paid_on=payment.paid_at,
                    )
                )
        return tuple(entries)
