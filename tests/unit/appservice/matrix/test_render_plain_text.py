"""From our HTML to plain text."""

import pytest

from appservice.matrix.content.plain_text import plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("plain &lt;b&gt; &amp; “”", "plain <b> & “”"),
        ("one<br>two", "one\ntwo"),
        ("<p>one</p> <p>two</p>", "one\n\ntwo"),
        ("<p>one</p><p></p><p>two</p>", "one\n\ntwo"),
        ("say <code>!ppv help</code> or <strong>so</strong>", "say !ppv help or so"),
        ("<p>Do:</p> <ol> <li>this</li> <li>that</li> </ol> <p>Well done</p>",
         "Do:\n\n1. this\n2. that\n\nWell done"),
        ("<ul><li>this</li><li>that</li></ul>", "• this\n• that"),
        ('<a href="https://a.test/x?a=1&amp;b=2">Buy</a> now', "Buy: https://a.test/x?a=1&b=2 now"),
        ('<a href="https://a.test/x">https://a.test/x</a>', "https://a.test/x"),
        ('<a href="https://a.test/x"><span> 🔓 Buy </span></a>', "🔓 Buy: https://a.test/x"),
        ('<a href="https://matrix.to/#/@al%2Fi:test">Alice</a>', "Alice (@al/i:test)"),
        ('<a href="https://matrix.to/#/@a:test">@a:test</a>', "@a:test"),
        ("  a \n b  ", "a b"),
    ],
)  # fmt: skip
def test_plain_text_says_what_the_html_says(html: str, text: str) -> None:
    assert plain_text(html) == text
