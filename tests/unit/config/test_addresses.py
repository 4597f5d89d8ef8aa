"""An address has many spellings, and is one address in all of them."""

import pytest
from pydantic import TypeAdapter, ValidationError

from appservice.payments.stripe_processor import checkout_origins
from config.addresses import is_same_address, is_same_origin, normalised, origin_of
from config.values import AppOrigin, HttpUrl

SPELLINGS = [
    ("https://ppv.example.org", "https://ppv.example.org"),
    ("https://ppv.example.org/", "https://ppv.example.org"),
    (" https://ppv.example.org\n", "https://ppv.example.org"),
    ("HTTPS://PPV.Example.ORG", "https://ppv.example.org"),
    ("https://ppv.example.org:443", "https://ppv.example.org"),
    ("https://ppv.example.org:443//", "https://ppv.example.org"),
    ("https://ppv.example.org:8443", "https://ppv.example.org:8443"),
    ("https://ppv.example.org:80", "https://ppv.example.org:80"),
    ("http://ppv.example.org:80", "http://ppv.example.org"),
    ("http://ppv.example.org:443", "http://ppv.example.org:443"),
    ("https://Bücher.example", "https://xn--bcher-kva.example"),
    ("https://bu\u0308cher.example", "https://xn--bcher-kva.example"),
    ("https://XN--BCHER-KVA.example/", "https://xn--bcher-kva.example"),
    ("https://ppv。example.org", "https://ppv.example.org"),
    ("https://例え.テスト:443", "https://xn--r8jz45g.xn--zckzah"),
    ("http://[::1]:80/", "http://[::1]"),
    ("http://[0:0:0:0:0:0:0:1]:29331", "http://[::1]:29331"),
    ("https://[2001:DB8::00A]", "https://[2001:db8::a]"),
    ("http://LOCALHOST:29331", "http://localhost:29331"),
]


@pytest.mark.parametrize(("said", "meant"), SPELLINGS)
def test_every_spelling_of_an_address_is_that_address(said: str, meant: str) -> None:
    assert normalised(said) == meant
    assert origin_of(said) == meant
    assert is_same_origin(said, meant)
    assert TypeAdapter(HttpUrl).validate_python(said) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("HTTPS://Host.example:443/Shop/", "https://host.example/Shop"),
        ("https://host.example/übung/", "https://host.example/%C3%BCbung"),
        ("https://host.example//", "https://host.example"),
    ],
)
def test_a_path_keeps_its_letters(said: str, meant: str) -> None:
    assert TypeAdapter(HttpUrl).validate_python(said) == meant
    assert origin_of(said) == "https://host.example"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://ppv.example.org", "http://ppv.example.org"),
        ("https://ppv.example.org", "https://ppv.example.org:8443"),
        ("https://ppv.example.org", "https://ppv.example.org.evil.test"),
        ("https://ppv.example.org", "https://evil.test/https://ppv.example.org"),
        ("https://ppv.example.org", "https://ppv.example.org@evil.test"),
        ("https://bücher.example", "https://bucher.example"),
        ("https://ppv.example.org", "null"),
        ("https://ppv.example.org", ""),
        ("https://ppv.example.org", "https://"),
        ("https://ppv.example.org", "https://ppv.example.org:99999"),
        ("https://ppv.example.org", "https://xn--ü.example"),
        ("https://ppv.example.org", "\udcff"),
        ("null", "null"),
    ],
)
def test_other_origins_are_others(one: str, other: str) -> None:
    assert not is_same_origin(one, other)


@pytest.mark.parametrize(
    "said", ["https://:443", "https://a b.example", "https://host:99999", "https://xn--ü.example"]
)
def test_what_is_no_address_is_refused_in_words(said: str) -> None:
    with pytest.raises(ValidationError, match="must be a plain address"):
        TypeAdapter(HttpUrl).validate_python(said)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("https://App.Element.io:443/", "https://app.element.io"),
        ("https://chat.bücher.example", "https://chat.xn--bcher-kva.example"),
        ("https://[2001:DB8::1]:8443", "https://[2001:db8::1]:8443"),
        ("http://LOCALHOST:8080/", "http://localhost:8080"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("vector://vector/", "vector://vector"),
    ],
)
def test_a_chat_app_is_known_in_every_spelling(said: str, meant: str) -> None:
    assert TypeAdapter(AppOrigin).validate_python(said) == meant


@pytest.mark.parametrize(
    "said",
    [
        "http://chat.example",
        "https://chat.example/app",
        "https://chat.example?x",
        "https://chat.example; script-src *",
        "https://*.example",
        "https://u@chat.example",
        "ftp://chat.example",
        "javascript:alert(1)",
    ],
)
def test_no_chat_app_is_where_none_can_be(said: str) -> None:
    with pytest.raises(ValidationError, match="must be where people open"):
        TypeAdapter(AppOrigin).validate_python(said)


def test_the_payment_page_is_known_in_every_spelling_of_the_api() -> None:
    assert checkout_origins("HTTPS://API.Stripe.com:443/") == {"https://checkout.stripe.com"}
    assert "http://localhost:12111" in checkout_origins("http://LOCALHOST:12111/")


def test_an_endpoint_is_found_in_every_spelling_of_its_address() -> None:
    ours = "https://ppv.example.org/shop/webhooks/stripe"
    assert is_same_address("HTTPS://PPV.example.org:443/shop/webhooks/stripe/", ours)
    assert not is_same_address("https://ppv.example.org/Shop/webhooks/stripe", ours)
    assert not is_same_address("", ours)
