"""How an attachment says that it is for sale."""

from bot.domain.matrix.event_filter import strip_command_prefix
from bot.domain.matrix.matrix_event import MediaMessage
from bot.domain.money.price_parser import ParsedPrice, parse_price_and_text
from bot.errors import UserError
from bot.i18n import gettext_lazy


def flagged_price(message: MediaMessage, currency: str) -> ParsedPrice | None:
    """The price that an attachment itself carries: in its content, or in its caption after `!ppv`.

    Raises UserError for a flag that is no price, so that nothing meant for sale passes unnoticed.
    """
    asked = strip_command_prefix(message.caption)
    if message.price_flag is not None:
        tag = parse_price_and_text(message.price_flag, currency)
        if tag is None:
            raise UserError(
                gettext_lazy(
                    "I can't read the price “{price}” on your file.",
                    price=message.price_flag,
                )
            )
        return ParsedPrice(tag.price, message.caption if asked is None else tag.text)
    if asked is None:
        return None
    tag = parse_price_and_text(asked, currency)
    if tag is None:
        raise UserError(
            gettext_lazy(
                "I can't see a price there. Write it like this: `!ppv 5 USD` and then your text."
            )
        )
    return tag
