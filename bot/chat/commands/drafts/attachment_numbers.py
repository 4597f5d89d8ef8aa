"""The number of an attachment, as people type it."""

from bot.errors import UserError
from bot.i18n import gettext_lazy


def number_in(argument: str, example: str) -> int:
    """Raises UserError, with the example, when there is none."""
    typed = argument.strip().lstrip("#")
    if not (typed.isascii() and typed.isdigit()):
        raise UserError(
            gettext_lazy(
                "Which attachment? Give its number from the draft, like this: `{example}`",
                example=example,
            )
        )
    return int(typed[:6])
