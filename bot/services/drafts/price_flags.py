"""How an attachment says that it is for sale."""

from bot.domain.matrix.event_filter import addressed
from bot.domain.matrix.matrix_event import MediaMessage
from bot.domain.money.price_parser import PriceTag, parse_price_tag
from bot.errors import Refusal
from bot.i18n import spoken


def flagged_price(message: MediaMessage, currency: str) -> PriceTag | None:
    """The price that an attachment itself carries: in its content, or in its caption after `!ppv`.

    Raises Refusal for a flag that is no price, so that nothing meant for sale passes unnoticed.
    """
    asked = addressed(message.caption)
    if message.price_flag is not None:
        tag = parse_price_tag(message.price_flag, currency)
        if tag is None:
            raise Refusal(
                spoken(
                    "I can't read the price “{price}” on your file.",
                    price=message.price_flag,
                )
            )
        return PriceTag(tag.price, message.caption if asked is None else tag.text)
    if asked is None:
        return None
    tag = parse_price_tag(asked, currency)
    if tag is None:
        raise Refusal(
            spoken(
                "I can't see a price there. Write it like this: `!ppv 5 USD` and then your text."
            )
        )
    return tag
