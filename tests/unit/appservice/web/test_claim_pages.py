"""The claim page over HTTP: cookie, policy, and who is let in."""

import pytest

from tests.support.fake_page_data import LINK, OFFER, SECRET
from tests.support.fake_pages import Client, Shop

CLAIM = f"/m/{OFFER}/claim"
FOR = f"?for={LINK}"
COOKIE = {"Cookie": f"ppv_claim={SECRET}"}


async def page(client: Client, path: str, *, headers: dict[str, str] | None = None) -> str:
    answer = await client.get(path, headers=headers)
    assert answer.status == 200
    return await answer.text()


async def test_it_asks_for_a_code_and_holds_the_secret_in_a_cookie_of_its_own() -> None:
    async with Shop(owned=True, stuck="Your account takes no invitations.").open(
        prefix="/shop"
    ) as client:
        html = await page(client, f"/shop{CLAIM}{FOR}")
        assert "takes no invitations" in html
        assert "Show me a code" in html
        answer = await client.post(f"/shop{CLAIM}", data={"for": LINK}, allow_redirects=False)
        assert (answer.status, answer.headers["Location"]) == (303, f"/shop{CLAIM}{FOR}")
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith(f"ppv_claim={SECRET}")
        for part in ("HttpOnly", "SameSite=Lax", f"Path=/shop{CLAIM}"):
            assert part in cookie
        html = await page(client, f"/shop{CLAIM}{FOR}")
        assert "!ppv claim 123456" in html
        assert 'http-equiv="refresh"' in html


async def test_another_browser_sees_no_code() -> None:
    shop = Shop(owned=True, claim_code="123456")
    async with shop.open() as client:
        assert "claim 123456" not in await page(client, CLAIM + FOR)
        html = await page(client, CLAIM + FOR, headers={"Cookie": "ppv_claim=x"})
        assert "claim 123456" not in html


async def test_only_the_page_that_opens_files_may_run_our_script() -> None:
    async with Shop(owned=True, proven=True).open() as client:
        answer = await client.get(CLAIM + FOR, headers=COOKIE)
        policy = answer.headers["Content-Security-Policy"]
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        answer = await client.get(f"/m/{OFFER}{FOR}")
        assert "script-src" not in answer.headers["Content-Security-Policy"]


async def test_without_the_cookie_of_a_proven_browser_nothing_is_handed_out() -> None:
    shop = Shop(owned=True, goods=(b"picture",))
    async with shop.open() as client:
        for headers in ({}, COOKIE, {"Cookie": "ppv_claim=guessed"}):
            shop.proven = headers != COOKIE
            for path in ("/files", "/files/0"):
                answer = await client.get(CLAIM + path + FOR, headers=headers)
                assert answer.status == 403
                assert b"picture" not in await answer.read()


async def test_what_is_fetched_is_ciphertext() -> None:
    async with Shop(owned=True, proven=True, goods=(b"picture" * 1000,)).open() as client:
        answer = await client.get(CLAIM + "/files" + FOR, headers=COOKIE)
        (file,) = (await answer.json())["files"]
        assert (file["name"], file["words"]) == ("0.png", "7 kB")
        answer = await client.get(file["url"], headers=COOKIE)
        assert answer.headers["Content-Length"] == "7000"
        assert answer.headers["Cache-Control"] == "no-store"
        assert b"picture" not in await answer.read()


@pytest.mark.parametrize("headers", [{"Sec-Fetch-Site": "cross-site"}])
async def test_other_websites_can_not_ask_for_a_code(headers: dict[str, str]) -> None:
    async with Shop(owned=True).open() as client:
        answer = await client.post(CLAIM, data={"for": LINK}, headers=headers)
        assert answer.status == 403
        assert "Set-Cookie" not in answer.headers


async def test_what_is_not_paid_for_can_not_be_claimed() -> None:
    async with Shop().open() as client:
        assert "not paid for" in await page(client, CLAIM + FOR)
        assert (await client.post(CLAIM, data={"for": LINK})).status == 409
        assert (await client.post(CLAIM, data={"for": "%"})).status == 400


async def test_a_dead_link_is_unknown() -> None:
    async with Shop(owned=True).open() as client:
        for path in (CLAIM, f"{CLAIM}?for=wrong", f"/m/0000000000/claim{FOR}"):
            assert (await client.get(path)).status == 404
