"""How fast one visitor may load pages."""

from datetime import timedelta

import pytest

from appservice.web.rate_limit import visitor_of
from tests.support.fake_page_data import LINK, OFFER
from tests.support.fake_pages import Shop

BROWSER = {"Accept": "text/html"}


def coming_from(address: str) -> dict[str, str]:
    return {**BROWSER, "X-Forwarded-For": address}


@pytest.mark.parametrize(
    ("peer", "forwarded", "visitor"),
    [
        ("8.8.8.8", [], "8.8.8.8"),
        ("8.8.8.8", ["1.1.1.1"], "8.8.8.8"),
        ("127.0.0.1", ["1.1.1.1"], "1.1.1.1"),
        ("172.18.0.1", ["9.9.9.9, 1.1.1.1"], "1.1.1.1"),
        ("::1", ["9.9.9.9", "1.1.1.1, 10.0.0.2"], "1.1.1.1"),
        ("127.0.0.1", ["192.168.1.20"], "192.168.1.20"),
        ("127.0.0.1", ["2a00:1450:4001:82a::200e"], "2a00:1450:4001:82a::/64"),
        ("::ffff:127.0.0.1", ["::ffff:1.1.1.1"], "1.1.1.1"),
        ("127.0.0.1", ["unknown, <script>"], None),
        ("127.0.0.1", [], None),
        (None, ["1.1.1.1"], None),
    ],
)
def test_the_visitor_is_whoever_sits_behind_our_own_web_server(
    peer: str | None, forwarded: list[str], visitor: str | None
) -> None:
    assert visitor_of(peer, forwarded) == visitor


async def test_who_loads_too_many_pages_is_asked_to_wait() -> None:
    shop = Shop(pages_per_minute=2)
    async with shop.open() as client:
        for _ in range(2):
            assert (await client.get(f"/m/{OFFER}", headers=coming_from("1.1.1.1"))).status == 200
        answer = await client.get(f"/m/{OFFER}", headers=coming_from("1.1.1.1"))
        assert (answer.status, answer.headers["Retry-After"]) == (429, "30")
        assert "please wait half a minute" in await answer.text()
        assert (await client.get(f"/m/{OFFER}", headers=coming_from("9.9.9.9"))).status == 200
        shop.clock.advance(timedelta(seconds=30))
        assert (await client.get(f"/m/{OFFER}", headers=coming_from("1.1.1.1"))).status == 200


async def test_all_pages_count_together_and_no_checkout_begins_beyond_them() -> None:
    shop = Shop(pages_per_minute=2)
    async with shop.open() as client:
        await client.get(f"/m/{OFFER}?for={LINK}", headers=coming_from("1.1.1.1"))
        await client.get(f"/m/{OFFER}/teaser.png", headers=coming_from("1.1.1.1"))
        answer = await client.post(
            "/api/stripe/chatmessages", json={"for": LINK}, headers={"X-Forwarded-For": "1.1.1.1"}
        )
        assert answer.status == 429
        assert "wait half a minute" in (await answer.json())["error"]
    assert shop.started == []


async def test_webhooks_are_never_held_up() -> None:
    async with Shop(pages_per_minute=1).open() as client:
        for _ in range(3):
            headers = coming_from("1.1.1.1")
            answer = await client.post("/webhooks/stripe", data=b"{}", headers=headers)
            assert answer.status == 400


async def test_where_the_web_server_names_nobody_nobody_is_held_up() -> None:
    async with Shop(pages_per_minute=1).open() as client:
        for _ in range(3):
            assert (await client.get(f"/m/{OFFER}", headers=BROWSER)).status == 200
