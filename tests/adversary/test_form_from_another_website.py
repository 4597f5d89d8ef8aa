"""Another website wants a visitor's browser to act here: to pay, ask, report, claim, sell or delete.

Its forms come without the token of our pages, and from browsers that do not say where they come from.
"""

import re
from collections.abc import Iterator

import pytest
from aiohttp import FormData, web
from aiohttp.test_utils import TestClient, TestServer

from tests.support.bot_harness import BotHarness
from tests.support.fake_page_data import LINK, OFFER
from tests.support.fake_pages import Shop
from tests.support.member_pages_client import Client, application, link_for, signed_in

EXCEPTIONS = {
    "/webhooks/stripe": "Stripe signs the body, and no browser is asked for anything",
}
READS = {"GET", "HEAD", "OPTIONS"}
NO_HEADER = {"Accept": "text/html"}


def acts(app: web.Application) -> Iterator[tuple[str, str]]:
    """Method and path of all that may change something."""
    for route in app.router.routes():
        assert route.resource
        path = re.sub(r"\{(\w+)(?::[^{}]*(?:\{\d+\})?[^{}]*)?\}", _filled, route.resource.canonical)
        if route.method not in READS:
            yield route.method, path


def _filled(name: re.Match[str]) -> str:
    return {"offer": OFFER, "number": "0"}.get(name[1], "a" * 16)


async def refuses(client: Client, method: str, path: str, headers: dict[str, str]) -> None:
    form = {"for": LINK, "who": "@bob:test", "rounds": "1", "token": "guessed", "with": "guessed"}
    tus = {"Tus-Resumable": "1.0.0", "Upload-Length": "1", "X-Form-Token": "guessed"}
    data: object = form
    if path.endswith("/files"):
        data = FormData(form, default_to_multipart=True)
        data.add_field("file", b"bytes", filename="a.png")
    answer = await client.request(
        method, path, data=data, headers=headers | tus, allow_redirects=False
    )
    assert answer.status == 403, (method, path, answer.status)


@pytest.mark.parametrize(
    "headers",
    [
        NO_HEADER,
        NO_HEADER | {"Origin": "null"},
        NO_HEADER | {"Origin": "https://evil.test"},
        NO_HEADER | {"Sec-Fetch-Site": "cross-site"},
        NO_HEADER | {"Sec-Fetch-Site": "same-site"},
    ],
    ids=["silent", "null", "origin", "cross", "same-site"],
)
async def test_no_route_acts_without_a_token(headers: dict[str, str]) -> None:
    """For somebody who is signed in, on every route that there is."""
    house = BotHarness()
    await house.open_studio()
    before = dict(house.store.records.offers)
    async with signed_in(house) as browser:
        routes = [each for each in acts(application(house)) if each[1] not in EXCEPTIONS]
        assert len(routes) > 25
        for method, path in routes:
            await refuses(browser.client, method, path, headers)
        assert "token" in await browser.page("/studio"), "still signed in"
    assert house.store.records.offers == before


PUBLIC_FORMS = [
    (f"/m/{OFFER}", f"/m/{OFFER}/ask", {"who": "@bob:example.org"}, 303),
    (
        f"/report/{OFFER}",
        f"/report/{OFFER}",
        {
            "ground": "minors",
            "words": "This must not be here, because …",
            "good_faith": "yes",
        },
        303,
    ),
    (f"/m/{OFFER}/claim?for={LINK}", f"/m/{OFFER}/claim", {"for": LINK}, 303),
    (f"/m/{OFFER}?for={LINK}", f"/m/{OFFER}/again", {"for": LINK, "rounds": "1"}, 303),
]


@pytest.mark.parametrize(("page", "form", "fields", "status"), PUBLIC_FORMS)
@pytest.mark.parametrize("prefix", ["", "/shop"])
async def test_forms_of_our_pages_work_in_browsers_that_send_no_such_header(
    page: str, form: str, fields: dict[str, str], status: int, prefix: str
) -> None:
    shop = Shop(owned=True)
    async with TestClient(TestServer(shop.application(prefix=prefix))) as client:
        html = await (await client.get(prefix + page, headers=NO_HEADER)).text()
        token = re.findall(r'name="token" value="([^"]+)"', html)[0]
        assert f'action="{prefix}{form}"' in html
        answer = await client.post(
            prefix + form, data=fields | {"token": token}, allow_redirects=False
        )
        assert answer.status == status, await answer.text()
        client.session.cookie_jar.clear()
        answer = await client.post(
            prefix + form, data=fields | {"token": token}, allow_redirects=False
        )
        assert answer.status == 403, "a token of another browser"


async def test_the_personal_page_sends_a_browser_to_pay_by_its_token() -> None:
    shop = Shop()
    async with TestClient(TestServer(shop.application())) as client:
        html = await (await client.get(f"/m/{OFFER}?for={LINK}", headers=NO_HEADER)).text()
        token = re.findall(r'name="token" value="([^"]+)"', html)[0]
        pay = "/api/stripe/chatmessages"
        assert f'action="{pay}"' in html
        refused = await client.post(pay, data={"for": LINK}, allow_redirects=False)
        assert (refused.status, shop.started) == (403, [])
        answer = await client.post(pay, data={"for": LINK, "token": token}, allow_redirects=False)
        assert (answer.status, shop.started) == (303, [LINK])


@pytest.mark.parametrize("origin", ["https://ppv.test", "http://ppv.test"])
@pytest.mark.parametrize("prefix", ["", "/shop"])
async def test_the_cookie_of_forms_is_bound_to_our_host(origin: str, prefix: str) -> None:
    shop = Shop(origin=origin)
    async with TestClient(TestServer(shop.application(prefix=prefix))) as client:
        answer = await client.get(f"{prefix}/m/{OFFER}")
        (cookie,) = answer.cookies.values()
    secure = origin.startswith("https:")
    mark = ("__Secure-" if prefix else "__Host-") if secure else ""
    assert cookie.key == f"{mark}ppv-form"
    assert (cookie["path"], cookie["samesite"], cookie["httponly"]) == (prefix or "/", "Lax", True)
    assert bool(cookie["secure"]) is secure
    assert not cookie["domain"]


async def test_a_sign_in_from_another_website_signs_nobody_in() -> None:
    """Login CSRF: the visitor would upload into the attacker's account."""
    house = BotHarness()
    link = await link_for(house)
    async with TestClient(TestServer(application(house))) as client:
        answer = await client.post(
            "/sign-in",
            data={"with": link.partition("=")[2], "token": "guessed"},
            allow_redirects=False,
        )
        assert answer.status == 403
