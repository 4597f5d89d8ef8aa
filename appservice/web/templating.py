"""The templates of all pages, in one language."""

import base64
from collections.abc import Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from appservice.languages import Language
from appservice.web.site import Site
from appservice.web.streaming import may_be_shown
from bot.domain.offers.content_summary import format_duration
from bot.domain.people.display_names import display_name, name_with_id, visible_lines
from bot.ids import UserId

_OUTWARD = Markup(' target="_blank" rel="noreferrer"')
"""For links that lead away, where our pages stand within somebody else's."""
_TEMPLATES = Path(__file__).parent / "templates"


def templates_in(
    language: Language, *, site: Site, stylesheet: str, scripts: Mapping[str, str]
) -> Environment:
    """`stylesheet` and `scripts`, by the names of their files, are paths as browsers see them."""
    templates = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    # What the extension adds is not known to type checkers.
    templates.install_gettext_translations(language.catalogue, newstyle=True)  # type: ignore[attr-defined]
    templates.filters.update(
        amount=language.amount,
        day=language.day,
        moment=language.moment,
        base64=_base64,
        contents=language.contents,
        duration=format_duration,
        kind=language.kind,
        lines=visible_lines,
        name=display_name,
        person=_person,
        size=language.size,
        spoken=language.spoken,
        typed=_typed,
    )
    templates.globals.update(
        language=language.code,
        may_be_shown=may_be_shown,
        outward=_OUTWARD if site.framed_by else "",
        scripts=scripts,
        site=site,
        stylesheet=stylesheet,
    )
    return templates


def _base64(picture: bytes) -> str:
    return base64.b64encode(picture).decode()


def _person(user: UserId, name: str) -> str:
    return name_with_id(name, user)


def _typed(words: str) -> Markup:
    """Words of the bot's own; what one may type stands between backticks."""
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else part
        for number, part in enumerate(words.split("`"))
    )
