"""The words of an offer, as they are typed into a page."""

from bot.domain.offers.offer import MAX_TEXT_LENGTH
from bot.errors import UserError
from bot.i18n import gettext_lazy


def fitting_text(typed: str) -> str:
    """With lines that end as everywhere here. Raises UserError for more than an event can carry."""
    text = "\n".join(typed.split("\r\n")).strip()
    if len(text) > MAX_TEXT_LENGTH:
        raise UserError(
            gettext_lazy(
                "Your text has {number} characters. Up to {most} fit into one message: please"
                " make it shorter.",
                number=len(text),
                most=MAX_TEXT_LENGTH,
            )
        )
    return text
