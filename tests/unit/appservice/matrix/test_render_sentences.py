"""The bot's own words, with what one may type in them."""

import pytest

from appservice.languages import load_languages
from appservice.matrix.content.render_message import Renderer
from bot.messages import Line


@pytest.mark.parametrize(
    ("words", "html"),
    [
        ("say `!ppv help`", "say <code>!ppv help</code>"),
        ("here\n`!ppv help` tells", "here<br><code>!ppv help</code> tells"),
        ("one\ntwo `three`", "one<br>two <code>three</code>"),
        ("`one`\ntwo\n", "<code>one</code><br>two<br>"),
        ("a <b> & `<i>`", "a &lt;b&gt; &amp; <code>&lt;i&gt;</code>"),
        ("", ""),
    ],
)
def test_lines_end_where_they_end_and_nothing_is_markup(words: str, html: str) -> None:
    content = Renderer(load_languages()["en"], others=(), external_payment_span=False).content(
        Line(words)
    )
    assert content["formatted_body"] == html
