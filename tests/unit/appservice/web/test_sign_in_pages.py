"""Signing in over HTTP: the button, the cookie, and what other websites cannot do."""

import re

import pytest

from bot.ids import form_token
from bot.services.auth.login import CurrentUser
from tests.support.auth_fixture import Door
from tests.support.fake_page_data import ALICE, SECRET, SIGN_IN_SECRET
from tests.support.fake_pages import Client, Shop

LINK = f"/sign-in?with={SIGN_IN_SECRET}"
BROWSER = {"Accept": "text/html"}


async def token_on(client: Client, path: str) -> str:
    answer = await client.get(path, headers=BROWSER)
    assert answer.status == 200
    return str(re.findall(r'name="token" value="([^"]+)"', await answer.text())[0])


async def signs_in(client: Client, prefix: str = "") -> str:
    """The Set-Cookie header that it brings."""
    form = {"token": await token_on(client, prefix + LINK), "with": SIGN_IN_SECRET}
    answer = await client.post(f"{prefix}/sign-in", data=form, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, f"{prefix}/studio")
    return answer.headers["Set-Cookie"]


async def test_the_link_shows_whom_it_signs_in_and_the_button_does_it() -> None:
    shop = Shop()
    async with shop.open() as client:
        answer = await client.get(LINK, headers=BROWSER)
        html = await answer.text()
        assert str(ALICE) in html
        assert "Sign in</button>" in html
        assert shop.door.visitor is None, "looking signs nobody in"
        cookie = await signs_in(client)
        assert cookie.startswith(f"ppv={SECRET};")
        assert {"HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"} <= set(cookie.split("; "))
        page = await client.get("/studio", headers=BROWSER)
        assert page.status == 200
        assert str(ALICE) in await page.text()
        assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    ("prefix", "name", "path"),
    [("", "__Host-ppv", "Path=/"), ("/shop", "__Secure-ppv", "Path=/shop")],
)
async def test_over_https_the_cookie_is_bound_to_our_host_and_path(
    prefix: str, name: str, path: str
) -> None:
    shop = Shop(origin="https://ppv.test")
    async with shop.open(prefix=prefix) as client:
        answer = await client.get(prefix + LINK)
        door = answer.headers["Set-Cookie"]
        assert door.startswith(f"{name}=")
        assert {"Secure", "HttpOnly", path} <= set(door.split("; "))
        secret = re.findall(r"ppv=([^;]+)", door)[0]
        answer = await client.post(
            f"{prefix}/sign-in",
            data={"token": form_token(secret), "with": SIGN_IN_SECRET},
            headers={"Cookie": f"{name}={secret}", "Origin": "https://ppv.test"},
            allow_redirects=False,
        )
        assert answer.headers["Set-Cookie"].startswith(f"{name}={SECRET};")


@pytest.mark.parametrize("link", ["/sign-in", "/sign-in?with=", "/sign-in?with=guessed"])
async def test_a_dead_link_says_how_to_get_a_new_one(link: str) -> None:
    async with Shop().open() as client:
        answer = await client.get(link, headers=BROWSER)
        assert answer.status == 409
        assert "<code>!ppv studio</code>" in await answer.text()
        assert "Set-Cookie" not in answer.headers


async def test_a_guessed_secret_in_the_form_is_refused() -> None:
    async with Shop().open() as client:
        token = await token_on(client, LINK)
        for form in ({"token": token, "with": "guessed"}, {"token": token}):
            assert (await client.post("/sign-in", data=form)).status == 409


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.test"},
        {"Origin": "http://ppv.test.evil.test"},
    ],
)
@pytest.mark.parametrize("path", ["/sign-in", "/sign-out"])
async def test_other_websites_cannot_send_our_forms(headers: dict[str, str], path: str) -> None:
    shop = Shop()
    async with shop.open() as client:
        form = {"token": await token_on(client, LINK), "with": SIGN_IN_SECRET}
        answer = await client.post(path, data=form, headers=headers)
        assert answer.status == 403
        assert (shop.door.visitor, shop.door.left) == (None, [])


async def test_a_form_of_one_browser_is_nothing_to_another() -> None:
    shop = Shop()
    async with shop.open() as client, shop.open() as other:
        form = {"token": await token_on(client, LINK), "with": SIGN_IN_SECRET}
        await token_on(other, LINK)
        assert (await other.post("/sign-in", data=form)).status == 403
    assert shop.door.visitor is None


async def test_a_form_without_its_token_is_refused() -> None:
    shop = Shop()
    async with shop.open() as client:
        await token_on(client, LINK)
        for form in ({}, {"token": ""}, {"token": "x" * 32}, {"token": "\u00e9"}):
            answer = await client.post("/sign-in", data={**form, "with": SIGN_IN_SECRET})
            assert answer.status == 403
    assert shop.door.visitor is None


async def test_the_secret_changes_when_somebody_signs_in() -> None:
    """So that whoever planted a cookie before does not sit there after."""
    shop = Shop()
    async with shop.open() as client:
        planted = re.findall(
            r"ppv=([^;]+)", (await client.get(LINK, headers=BROWSER)).headers["Set-Cookie"]
        )[0]
        await signs_in(client)
        assert planted != SECRET
        assert shop.door.left == [planted]


async def test_signing_out_ends_it_here_and_in_the_browser() -> None:
    shop = Shop()
    async with shop.open() as client:
        await signs_in(client)
        token = await token_on(client, "/studio")
        answer = await client.post("/sign-out", data={"token": token}, headers=BROWSER)
        assert "You are signed out" in await answer.text()
        assert "Max-Age=0" in answer.headers["Set-Cookie"]
        assert shop.door.left[-1] == SECRET
        assert (await client.get("/studio")).status == 401


async def test_who_is_not_signed_in_is_told_how_to() -> None:
    async with Shop().open() as client:
        for headers in (BROWSER, {**BROWSER, "Cookie": "ppv=guessed"}):
            answer = await client.get("/studio", headers=headers)
            assert answer.status == 401
            assert "<code>!ppv studio</code>" in await answer.text()


async def test_who_may_not_sell_any_more_does_not_get_in() -> None:
    shop = Shop(door=Door(visitor=CurrentUser(user=ALICE, may_sell=False)))
    async with shop.open() as client:
        answer = await client.get("/studio", headers={"Cookie": f"ppv={SECRET}"})
        assert answer.status == 403
