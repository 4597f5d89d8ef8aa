"""What the bot says in chat is said in every language, and nothing of it in two."""

import re
from dataclasses import fields, replace
from gettext import NullTranslations
from html import unescape
from typing import get_args

import pytest

from appservice.languages import ENGLISH, Language, load_languages
from appservice.matrix.content.plain_text import plain_text
from appservice.matrix.content.render_message import Renderer, renderers
from bot.i18n import gettext_lazy
from bot.messages import (
    Alert,
    Enclosure,
    FreePreview,
    Goods,
    Line,
    Message,
    Placeholder,
    TeaserPicture,
)
from tests.support.message_queries import LOUD, PLACEHOLDER, QUIET

FILES = (Enclosure, FreePreview, Goods, TeaserPicture)
RENDERERS = renderers(external_payment_span=False)
TRANSLATED = [code for code in RENDERERS if code != ENGLISH]
NAMES = {
    "Sunset",
    "The",
    "pier",
    "Sally",
    "harbour",
    "office",
    "K7QM2",
    "XPA4E",
    "UTC",
    "USD",
    "ppv",
}
OUTSIDE = re.compile(r"[^\W\d_]{2,}")


class Brackets(NullTranslations):
    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, one: str, many: str, number: int) -> str:
        return self.gettext(one if number == 1 else many)


def outside(html: str) -> list[str]:
    """Words that stand outside of brackets, but for names and what is to be typed."""
    text = re.sub(r"<code>[^⟦⟧]*?</code>|[#@][^\s⟦⟧]+:test", "", unescape(html))
    text = re.sub(r"<[^⟦⟧>]*>", "", text)
    while "⟦" in text:
        fewer = re.sub(r"⟦[^⟦⟧]*⟧", "", text)
        assert fewer != text, "brackets that are open at their end"
        text = fewer
    return [word for word in OUTSIDE.findall(text) if word not in NAMES]


def test_every_kind_of_message_is_among_those_that_are_tried() -> None:
    assert {type(each) for each in QUIET + LOUD} == set(get_args(Message)) - set(FILES)


@pytest.mark.parametrize("message", [each for each in QUIET + LOUD if not isinstance(each, Alert)])
def test_every_word_of_a_message_is_in_the_catalogues(message: Message) -> None:
    language = Language("en", Brackets())
    renderer = Renderer(language, others=(), external_payment_span=False)
    html = renderer.content(message)["formatted_body"]
    assert "⟦" in html
    assert outside(html) == []


def test_words_that_are_not_would_be_found() -> None:
    assert outside("<p>⟦one <b>two</b>⟧ <code>!ppv buy</code></p><p>four</p>") == ["four"]


@pytest.mark.parametrize("code", TRANSLATED)
@pytest.mark.parametrize("message", [each for each in QUIET + LOUD if not isinstance(each, Alert)])
def test_every_message_is_said_in_every_language(message: Message, code: str) -> None:
    content, english = RENDERERS[code].content(message), RENDERERS[ENGLISH].content(message)
    read = [
        each.replace("\xa0", " ")
        for each in (content["body"], plain_text(content["formatted_body"]))
    ]
    assert read[0] == read[1]
    assert not re.search(r"%\(\w+\)|\{\w*\}|\{\{|None|  ", content["body"])
    made_up = isinstance(message, Line) or "words" in {each.name for each in fields(message)}
    assert made_up or content["body"] != english["body"]
    assert content["formatted_body"].count("<a ") == english["formatted_body"].count("<a ")


def test_a_placeholder_in_german_can_be_bought_from() -> None:
    message = replace(PLACEHOLDER, text="Abend\nrot", free=2)
    assert isinstance(message, Placeholder)
    assert RENDERERS["de"].content(message)["body"] == (
        "Abend\nrot\n\n"
        "🔒 3 photos, 1 video (2:14), 48 MB für 5,00 USD, verkauft von Sally (@sally:test)."
        " 2 kostenlose Vorschauen folgen.\n\n"
        "Zum Kaufen mit 🔓 reagieren\noder !ppv buy K7QM2-XPA4E schreiben\n\n"
        "🔓 Freischalten für 5,00 USD: https://pay.test/m/k7qm2xpa4e"
    )


@pytest.mark.parametrize("code", load_languages())
def test_what_somebody_typed_stays_as_it_is(code: str) -> None:
    typed = "file {limits} %(x)s `<b>`"
    words = Line(
        gettext_lazy("I don't know “{name}”. Did you mean `!ppv {near}`?", name=typed, near="help")
    )
    body = RENDERERS[code].content(words)["body"]
    assert "file {limits} %(x)s <b>" in body
    assert "!ppv help" in body
