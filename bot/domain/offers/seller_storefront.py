"""A seller's page for everybody, if they want one."""

import re
from dataclasses import dataclass, field, replace
from typing import Self

from bot.errors import UserError
from bot.i18n import gettext_lazy
from bot.ids import UserId

MAX_ABOUT_LENGTH = 500
"""Characters."""
_NAME = re.compile(r"[a-z0-9](?:-?[a-z0-9]){2,31}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class Storefront:
    seller: UserId
    name: str
    """What stands in its address."""
    about: str = field(default="", repr=False)
    """A few words of the seller's."""
    open: bool = False
    """Only then it is there for others."""

    def with_about(self, about: str) -> Self:
        """Raises UserError for more than a few words."""
        words = "\n".join(about.split("\r\n")).strip()
        if len(words) > MAX_ABOUT_LENGTH:
            raise UserError(
                gettext_lazy(
                    "Those are {number} characters. Up to {most} fit on your page: please make it"
                    " shorter.",
                    number=len(words),
                    most=MAX_ABOUT_LENGTH,
                )
            )
        return replace(self, about=words)


def parse_storefront_name(typed: str) -> str:
    """Raises UserError for what can be no name in an address."""
    name = typed.strip().lower()
    if not _NAME.fullmatch(name):
        raise UserError(
            gettext_lazy(
                "What shall it be called in its address? Three to 32 letters from a to z, digits and"
                " single hyphens, such as harbour-photos."
            )
        )
    return name
