"""Addresses in a seller's words are no links of the bot's, and hide nothing."""

import pytest

from appservice.matrix.content.address_display import without_addresses, without_links


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("see https://example.org/a?b=c.", "see <code>https://example.org/a?b=c</code>."),
        ("(www.example.org)", "(<code>www.example.org</code>)"),
        ("example.org is mine", "<code>example.org</code> is mine"),
        ("https://paypal.com@evil.example/x", "<code>https://evil.example/x</code>"),
        ("https://paypal.com:1@evil.example", "<code>https://evil.example</code>"),
        ("https://p\u0430ypal.com/login", "<code>https://xn--pypal-4ve.com/login</code>"),
        ("[Pay here](https://evil.example)", "[Pay <code>here](https://evil.example</code>)"),
        ("<a href='https://evil.example'>", "&lt;a <code>href=&#39;https://evil.example</code>&#39;&gt;"),
        ("mailto:a@example.org", "<code>mailto:a@example.org</code>"),
        ("@alice:example.org", "<code>@alice:example.org</code>"),
        ("https://[::1", "<code>https://[::1</code>"),
        ("3.5 hours, 4 photos. Yes", "3.5 hours, 4 photos. Yes"),
        ("At 12.30 it begins...", "At 12.30 it begins..."),
    ],
)  # fmt: skip
def test_an_address_is_shown_and_leads_nowhere(said: str, shown: str) -> None:
    assert str(without_links(said)) == shown


def test_a_list_shows_none() -> None:
    assert without_addresses("Sunset, see https://example.org now") == "Sunset, see … now"
