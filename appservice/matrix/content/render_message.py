"""How the bot's messages look: each is written once, as HTML, and its plain text is derived from that."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import fields
from decimal import Decimal
from functools import partial
from importlib.resources import files
from textwrap import shorten
from typing import Any

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from appservice.languages import Language, load_languages
from appservice.matrix.content.address_display import without_addresses, without_links
from appservice.matrix.content.event_size import (
    MOST_EVENT_BYTES,
    left_out,
    limits,
    most_bytes_sent,
    shortened,
)
from appservice.matrix.content.media_content import attachment_content
from appservice.matrix.content.plain_text import plain_text
from appservice.no_break import with_no_breaks
from bot.domain.matrix.gate_coverage import Exposure
from bot.domain.money.currencies import CURRENCIES
from bot.domain.offers.attachment import HomeserverCopy
from bot.domain.people.display_names import name_with_id, visible_lines
from bot.domain.people.web_session import LoginTarget
from bot.i18n import gettext_lazy
from bot.ids import UserId
from bot.messages import (
    Alert,
    Bought,
    BuyerNews,
    CopiesLeft,
    Decision,
    Enclosure,
    Exposed,
    FreePreview,
    Goods,
    GoodsOnPage,
    Message,
    PersonalLink,
    Placeholder,
    Published,
    Receipt,
    SellerNews,
    Sold,
    TeaserPicture,
)

_WORTH_A_SOUND = (
    *(
        Placeholder,
        PersonalLink,
        Bought,
        GoodsOnPage,
        Receipt,
        Sold,
        Published,
        Exposed,
        CopiesLeft,
    ),
    *(BuyerNews, SellerNews, Alert, Decision),
)
"""Money and goods are said as people speak (m.text); all else is a notice, which no bot answers."""

_TEMPLATES = files("appservice.matrix.content") / "templates"
_PILL = re.compile(r"(?:https?://)?matrix\.to/#/", re.IGNORECASE)
"""Clients turn a link that begins so into a mention; what follows it reads well by itself."""

_CLASS_NAME = re.compile(r"(?<!^)(?=[A-Z])")


class Renderer:
    """From a message to the content of a Matrix event, in one language."""

    def __init__(
        self, language: Language, *, others: Sequence[Language], external_payment_span: bool
    ) -> None:
        """`external_payment_span` marks price and link as MSC4286 asks, so that apps may hide them."""
        self._templates = Environment(
            loader=FunctionLoader(_template),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
        )
        # What the extension adds is not known to type checkers.
        self._templates.install_gettext_translations(language.catalogue, newstyle=True)  # type: ignore[attr-defined]
        self._spoken = language.spoken
        self._templates.filters.update(
            amount=language.amount,
            day=language.day,
            excerpt=partial(_excerpt, language),
            length_of_time=language.duration,
            lines=_lines,
            moment=language.moment,
            person=_person,
            sample=_sample,
            sentence=_sentence,
            spoken=language.spoken,
        )
        self._templates.globals.update(
            external_payment_span=external_payment_span,
            other_languages=others,
            HomeserverCopy=HomeserverCopy,
            Place=LoginTarget,
            Exposure=Exposure,
        )

    def content(self, message: Message) -> dict[str, Any]:
        """Return the content of an `m.room.message` event.

        What is too long for an event is shortened for the worst room, so that a message reads the same in all rooms.
        """
        if isinstance(message, TeaserPicture | FreePreview | Goods | Enclosure):
            return attachment_content(message)
        content = self._content(message)
        if most_bytes_sent(content) <= MOST_EVENT_BYTES:
            return content
        ever_tighter = list(limits(message, self._spoken))

        def shorter(limit: tuple[int, int]) -> dict[str, Any]:
            return self._content(message, shortened(message, *limit, self._spoken))

        def room_left(limit: tuple[int, int]) -> int:
            return MOST_EVENT_BYTES - most_bytes_sent(shorter(limit))

        first = bisect_left(ever_tighter, 0, key=room_left)
        return shorter(ever_tighter[min(first, len(ever_tighter) - 1)])

    def _content(self, whole: Message, short: Message | None = None) -> dict[str, Any]:
        message = short or whole
        html = self._html(message, whole)
        return {
            "msgtype": "m.text" if isinstance(message, _WORTH_A_SOUND) else "m.notice",
            "body": plain_text(html),
            "format": "org.matrix.custom.html",
            "formatted_body": with_no_breaks(html),
            "m.mentions": {},
        }

    def _html(self, message: Message, whole: Message) -> str:
        name = _CLASS_NAME.sub("_", type(message).__name__).lower()
        values = {each.name: getattr(message, each.name) for each in fields(message)}
        values["text_cut"] = getattr(message, "text", "") != getattr(whole, "text", "")
        values["left_out"] = left_out(whole, message)
        if "more" in values:
            values["more"] += values["left_out"]
        page = self._templates.get_template(f"{name}.html").render(values)
        return re.sub(r"\s*\n\s*", " ", page).strip()


def _template(name: str) -> str:
    return (_TEMPLATES / name).read_text("utf-8")


def _sentence(text: str) -> Markup:
    """Words of the bot's own; what one may type stands between backticks."""
    parts = enumerate(_PILL.sub(" ", text).split("`"))
    return Markup("").join(
        Markup("<code>{}</code>").format(part)
        if number % 2
        else Markup("<br>").join([*part.splitlines(), *[""] * part.endswith("\n")] or [""])
        for number, part in parts
    )


def _lines(text: str) -> Markup:
    """Somebody's words with their line breaks: no markup, no links, and no pills of people."""
    lines = _PILL.sub(" ", visible_lines(text.strip())).splitlines()
    return Markup("<br>").join(without_links(line.strip()) for line in lines)


def _excerpt(language: Language, text: str) -> str:
    """The first words of an offer, to tell it from others."""
    words = shorten(without_addresses(_PILL.sub(" ", visible_lines(text))), 60, placeholder="…")
    return language.spoken(gettext_lazy("“{words}”, ", words=words)) if words else ""


def _person(user: UserId, name: str = "") -> str:
    """The id, which nobody chooses at will, behind the display name.

    It is no link, because apps show a link to somebody as a display name alone.
    """
    return name_with_id(name, user)


def _sample(currency: str) -> str:
    """A price that one might really ask for: `5 USD`, `500 JPY`."""
    known = CURRENCIES[currency.lower()]
    amounts = (Decimal(5), Decimal(50), Decimal(500), Decimal(5000))
    for amount in amounts:
        minor = int(amount.scaleb(known.exponent))
        if minor >= 2 * known.minimum:
            break
    return f"{amount} {known.code.upper()}"


def renderers(*, external_payment_span: bool) -> Mapping[str, Renderer]:
    """By the code of the language."""
    languages = load_languages()
    return {
        code: Renderer(
            language,
            others=[each for each in languages.values() if each is not language],
            external_payment_span=external_payment_span,
        )
        for code, language in languages.items()
    }
