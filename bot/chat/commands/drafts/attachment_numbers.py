"""The number of an attachment, as people type it."""

from bot.errors import Refusal
from bot.i18n import spoken


def number_in(argument: str, example: str) -> int:
    """Raises Refusal, with the example, when there is none."""
    typed = argument.strip().lstrip("#")
    if not (typed.isascii() and typed.isdigit()):
        raise Refusal(
            spoken(
                "Which attachment? Give its number from the draft, like this: `{example}`",
                example=example,
            )
        )
    return int(typed[:6])
