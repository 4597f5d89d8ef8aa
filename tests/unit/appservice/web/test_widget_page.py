"""The studio within a chat app, over HTTP: who may frame it, and whose requests it believes."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from appservice.web.site import Site
from bot.ids import form_token
from bot.services.auth.widget_login import WidgetExpired
from tests.support.fake_page_data import ALICE, BOT, SECRET
from tests.support.fake_pages import Client, Shop

APP, DESKTOP = "https://app.element.test", "vector://vector"
BROWSER = {"Accept": "text/html"}
OURS = {"Sec-Fetch-Site": "same-origin"}
FRAMED = f"frame-ancestors {APP} {DESKTOP}"


@asynccontextmanager
async def opened(shop: Shop, prefix: str = "") -> AsyncIterator[tuple[Client, dict[str, str], str]]:
    """With the form that the page brings along, and its cookie: clients keep none like it over plain http."""
    shop.apps = (APP, DESKTOP)
    async with shop.open(prefix=prefix, headers={}) as client:
        page = await client.get(f"{prefix}/widget?for=a-secret", headers=BROWSER)
        assert page.status == 200
        html = await page.text()
        token = re.findall(r'data-token="([^"]+)"', html)[0]
        form = {"token": token, "for": "a-secret", "openid": "t", "server": "example.org"}
        yield client, form, page.headers["Set-Cookie"].partition(";")[0]


async def test_without_apps_there_is_nothing() -> None:
    async with Shop().open() as client:
        for path in ("/widget", "/widget/studio"):
            assert (await client.get(path, headers=BROWSER)).status == 404
        page = await client.get("/studio", headers=BROWSER)
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]


async def test_only_the_named_apps_may_frame_it_and_only_it() -> None:
    shop = Shop()
    async with opened(shop) as (client, _, _):
        for path, framed in (
            ("/widget", True),
            ("/widget/studio", True),
            ("/widget/nothing", True),
            ("/studio", False),
            ("/library", False),
            ("/m/k7qm2xpa4e", False),
            ("/widgets", False),
        ):
            answer = await client.get(path, headers=BROWSER)
            policy = answer.headers["Content-Security-Policy"]
            assert (FRAMED in policy, "frame-ancestors 'none'" in policy) == (framed, not framed)
            assert policy.startswith("default-src 'none'")


@pytest.mark.parametrize("prefix", ["", "/shop"])
async def test_a_token_from_the_app_signs_in_there_and_nowhere_else(prefix: str) -> None:
    shop = Shop()
    async with opened(shop, prefix) as (client, form, door):
        answer = await client.post(
            f"{prefix}/widget/sign-in", data=form, headers=OURS | {"Cookie": door}
        )
        assert (answer.status, await answer.json()) == (200, {"go": f"{prefix}/widget/studio"})
        assert shop.door.openid == [("a-secret", "t", "example.org")]
        cookie = answer.headers["Set-Cookie"].split("; ")
        assert cookie[0] == f"ppv-widget={SECRET}"
        assert set(cookie[1:]) == {
            "Max-Age=43200",
            f"Path={prefix}/widget",
            "Secure",
            "HttpOnly",
            "SameSite=None",
            "Partitioned",
        }
        kept = {"Cookie": f"ppv-widget={SECRET}"}
        inside = await client.get(f"{prefix}/widget/studio", headers=BROWSER | OURS | kept)
        html = await inside.text()
        assert inside.status == 200
        assert str(ALICE) in html
        assert f'href="{prefix}/widget/library"' in html
        assert "Sign out" not in html
        alone = await client.get(f"{prefix}/studio", headers=BROWSER | OURS | kept)
        assert alone.status == 401


@pytest.mark.parametrize("site", [None, "cross-site", "same-site", "none"])
async def test_the_cookie_counts_only_where_our_own_page_asks(site: str | None) -> None:
    shop = Shop()
    async with opened(shop) as (client, form, door):
        await client.post("/widget/sign-in", data=form, headers=OURS | {"Cookie": door})
        headers = BROWSER | {"Cookie": f"ppv-widget={SECRET}"}
        headers |= {"Sec-Fetch-Site": site} if site else {}
        assert (await client.get("/widget/studio", headers=headers)).status == 401


async def test_the_cookie_of_a_link_is_none_of_the_widget_s() -> None:
    shop = Shop()
    async with opened(shop) as (client, form, door):
        await client.post("/widget/sign-in", data=form, headers=OURS | {"Cookie": door})
        link = BROWSER | OURS | {"Cookie": f"ppv={SECRET}"}
        assert (await client.get("/studio", headers=link)).status == 200
        assert (await client.get("/widget/studio", headers=link)).status == 401


@pytest.mark.parametrize(
    ("headers", "changes"),
    [
        ({}, {}),
        ({"Sec-Fetch-Site": "cross-site"}, {}),
        ({"Sec-Fetch-Site": "same-site"}, {}),
        (OURS | {"Origin": APP}, {}),
        (OURS, {"token": form_token("guessed")}),
        (OURS, {"token": ""}),
    ],
)
async def test_nobody_else_signs_a_browser_in(
    headers: dict[str, str], changes: dict[str, str]
) -> None:
    shop = Shop()
    async with opened(shop) as (client, form, door):
        answer = await client.post(
            "/widget/sign-in", data=form | changes, headers=headers | {"Cookie": door}
        )
        assert answer.status == 403
        assert shop.door.openid == []


async def test_a_browser_that_keeps_no_cookies_is_told() -> None:
    shop = Shop()
    async with opened(shop) as (client, form, door):
        assert door
        answer = await client.post("/widget/sign-in", data=form, headers=OURS)
        assert answer.status == 403
        assert "keeps no cookies" in (await answer.json())["error"]


async def test_what_is_refused_is_said_as_json() -> None:
    shop = Shop()
    async with opened(shop) as (client, form, door):
        shop.door.failure = WidgetExpired()
        answer = await client.post("/widget/sign-in", data=form, headers=OURS | {"Cookie": door})
        assert answer.status == 409
        assert "!ppv widget" in (await answer.json())["error"]


async def test_the_secret_and_the_origins_stand_quoted_on_the_page() -> None:
    shop = Shop()
    async with opened(shop) as (client, _, _):
        page = await client.get('/widget?for="><script>', headers=BROWSER)
        html = await page.text()
    assert '"><script>' not in html
    assert f'data-apps=\'["{APP}", "{DESKTOP}"]\'' in html


def test_beside_a_chat_links_to_public_pages_lead_out_of_it() -> None:
    site = Site(
        bot=BOT, origin="https://ppv.test", prefix="/shop", checkout_origins=frozenset()
    ).for_widget((APP,))
    assert site.path("/studio") == "/shop/widget/studio"
    assert site.top_level.path("/studio") == "/shop/studio"
    assert "'none'" in site.top_level.policy().rpartition("frame-ancestors")[2]
