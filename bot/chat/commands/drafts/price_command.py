"""`!ppv price 5 USD`: the price of the draft. `!ppv price CODE 5 USD`: of an offer that is on sale."""

from dataclasses import dataclass

from bot.chat.command_call import Asked
from bot.domain.money.money import Money
from bot.domain.money.price_parser import parse_price_tag
from bot.errors import Refusal
from bot.i18n import spoken
from bot.ids import parse_code, tx_id
from bot.messages import Line
from bot.ports import Rooms, Store
from bot.services.drafts.chat_draft import edit_draft
from bot.services.offers.edit_offer import ChangeOffer


@dataclass(frozen=True, slots=True)
class PriceCommand:
    store: Store
    rooms: Rooms
    change_offer: ChangeOffer
    currency: str

    async def __call__(self, asked: Asked) -> None:
        first, rest = [*asked.argument.split(maxsplit=1), "", ""][:2]
        offer = parse_code(first)
        if offer is None:
            price = self._price(asked.argument)
            await edit_draft(
                self.store, asked.origin, lambda draft: draft.priced(price).shown_anew()
            )
            return
        price = self._price(rest)
        await self.change_offer.reprice(offer, price, asked.origin.sender)
        words = Line(
            spoken(
                "From now on it costs {price}. Checkouts at the old price are ended; whoever has paid has"
                " bought it.",
                price=price,
            )
        )
        await self.rooms.confide(asked.chat, words, tx_id("reprice", asked.origin.event))

    def _price(self, typed: str) -> Money:
        tag = parse_price_tag(typed, self.currency)
        if tag is None or tag.text:
            raise Refusal(spoken("Which price? Write it like this: `!ppv price 5 USD`"))
        return tag.price
