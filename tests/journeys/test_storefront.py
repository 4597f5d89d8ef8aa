"""A seller's page for everybody: off until it is wanted, and with nothing on it that was not put there."""

import pytest
from aiohttp.test_utils import TestClient, TestServer

from bot.domain.people.permissions import Level, Permissions
from bot.ids import OfferId, UserId, code_of
from bot.messages import Line
from tests.support.bot_harness import ALICE, BOB, LOUNGE, RULES, STUDIO, BotHarness
from tests.support.member_pages_client import Browser, application, signed_in

PNG = b"\x89PNG a picture of the harbour"
MARKUP = "<script>alert(1)</script>\"'><b>&amp;{{ 7 * 7 }}"


async def says(house: BotHarness, words: str) -> str:
    """The answer."""
    await house.says(ALICE, STUDIO, words)
    return house.matrix.of(Line)[-1].words


async def visited(house: BotHarness, path: str) -> tuple[int, str]:
    """By somebody whom nobody knows."""
    async with TestClient(TestServer(application(house))) as client:
        answer = await client.get(path, headers={"Accept": "text/html"})
        return answer.status, await answer.text()


async def sells(house: BotHarness, words: str) -> OfferId:
    await house.time_passes(minutes=1)
    await house.sends(ALICE, STUDIO, PNG, "secret name.png")
    await house.says(ALICE, STUDIO, f"5 USD {words}")
    await house.says(ALICE, STUDIO, "!ppv publish #lounge:test")
    return max(house.store.records.offers.values(), key=lambda each: each.created_at).id


async def test_it_is_off_by_default_and_shows_nothing_unasked(house: BotHarness) -> None:
    await sells(house, "Sunset")
    assert (await visited(house, "/s/harbour"))[0] == 404
    assert "no page for everybody" in await says(house, "!ppv page")
    answer = await says(house, "!ppv page on harbour")
    assert "shows 0 offers to everybody: https://ppv.test/s/harbour" in answer
    status, html = await visited(house, "/s/harbour")
    assert status == 200
    assert "Sunset" not in html
    assert "Nothing is on sale here just now" in html


async def test_what_is_marked_stands_there_the_newest_first_and_leads_to_its_page(
    house: BotHarness,
) -> None:
    first, second, hidden = [await sells(house, each) for each in ("Sunset", "Dawn", "Noon")]
    await says(house, "!ppv page on harbour")
    for offer in (first, second):
        assert "for everybody to read" in await says(house, f"!ppv page show {code_of(offer)}")
    await says(house, "!ppv page about Harbours\nat night")
    _, html = await visited(house, "/s/harbour")
    assert html.index("Dawn") < html.index("Sunset")
    assert f'href="/m/{first}"' in html
    assert "Harbours\nat night" in html
    assert '<meta property="og:title" content="Alice (@alice:test)">' in html
    assert '<meta property="og:url" content="http://ppv.test/s/harbour">' in html
    for secret in ("Noon", code_of(hidden), "lounge", "secret name"):
        assert secret not in html
    await says(house, f"!ppv page hide {code_of(second)}")
    await says(house, f"!ppv withdraw {code_of(first)}")
    _, html = await visited(house, "/s/harbour")
    assert "Sunset" not in html
    assert "Dawn" not in html


async def test_a_whole_room_is_put_on_it_at_once(house: BotHarness) -> None:
    await says(house, "!ppv page on harbour")
    assert "nothing on sale in that room" in await says(house, "!ppv page show #lounge:test")
    for words in ("Sunset", "Dawn"):
        await sells(house, words)
    answer = await says(house, "!ppv page show #lounge:test")
    assert answer == "2 offers stand on your page, for everybody to read."
    assert "Dawn" in (await visited(house, "/s/harbour"))[1]
    assert "no more" in await says(house, "!ppv page hide #lounge:test")
    assert "Dawn" not in (await visited(house, "/s/harbour"))[1]


async def test_it_is_searched_and_has_pages(house: BotHarness) -> None:
    for number in range(21):
        await sells(house, f"Sunset {number} {'red' if number == 3 else 'blue'}")
    await says(house, "!ppv page on harbour")
    await says(house, "!ppv page show #lounge:test")
    _, html = await visited(house, "/s/harbour")
    assert html.count('class="title"') == 20
    assert "Page 1 of 2" in html
    _, html = await visited(house, "/s/harbour?page=2")
    assert html.count('class="title"') == 1
    _, html = await visited(house, "/s/harbour?q=RED+sunset")
    assert html.count('class="title"') == 1
    assert "Sunset 3 red" in html
    assert "One offer speaks of that." in html
    status, html = await visited(house, f"/s/harbour?q={MARKUP}&page=nonsense")
    assert status == 200
    assert "<script>" not in html
    assert "0 offers speak of that." in html


async def test_it_is_closed_again_and_gone_for_who_may_not_sell(house: BotHarness) -> None:
    await says(house, "!ppv page on harbour")
    assert "closed" in await says(house, "!ppv page off")
    assert (await visited(house, "/s/harbour"))[0] == 404
    await says(house, "!ppv page on")
    assert (await visited(house, "/s/harbour"))[0] == 200
    house.restart(permissions=Permissions({**RULES.permissions.rules, ALICE: Level.BUYER}))
    assert (await visited(house, "/s/harbour"))[0] == 404


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("!ppv page on", "no page yet"),
        ("!ppv page on A B", "What shall it be called"),
        ("!ppv page on ../x", "What shall it be called"),
        ("!ppv page on ab", "What shall it be called"),
        ("!ppv page off", "no page yet"),
        ("!ppv page about x", "no page yet"),
        ("!ppv page show", "Which offer?"),
        ("!ppv page show K7QM2-XPA4E", "nothing on sale with that code"),
        ("!ppv page show #nowhere:test", "no room"),
        ("!ppv page dance", "don't know what to do"),
    ],
)
async def test_what_cannot_be_is_said(house: BotHarness, words: str, answer: str) -> None:
    assert answer in await says(house, words)


async def test_names_and_offers_are_ones_own(house: BotHarness) -> None:
    offer = await sells(house, "Sunset")
    await says(house, "!ppv page on harbour")
    house.restart(permissions=Permissions({**RULES.permissions.rules, BOB: Level.SELLER}))
    room = await house.matrix.open_direct(BOB)
    async with house.store.begin() as uow:
        await uow.direct_rooms.save(BOB, room)
    for words, answer in (
        ("!ppv page on Harbour", "somebody else's already"),
        (f"!ppv page show {code_of(offer)}", "nothing on sale with that code"),
        ("!ppv page show #lounge:test", "nothing on sale in that room"),
    ):
        await house.says(BOB, room, words)
        assert answer in house.matrix.of(Line)[-1].words
    assert not house.store.records.offers[offer].in_storefront
    assert LOUNGE in house.matrix.members


async def saves(browser: Browser, **typed: str) -> tuple[int, str]:
    await browser.page("/studio/page")
    answer = await browser.sends("/studio/page", **typed)
    return answer.status, await answer.text()


async def test_in_the_studio_it_is_named_worded_opened_and_filled(house: BotHarness) -> None:
    offer = await sells(house, "Sunset")
    other = await sells(house, "Dawn")
    async with signed_in(house) as browser:
        assert "#lounge:test" in await browser.page("/studio/page")
        typed = {"name": "Harbour", "about": MARKUP, "open": "yes", "shown": code_of(offer)}
        status, html = await saves(browser, **typed)
        assert status == 200
        assert "http://ppv.test/s/harbour" in html
        assert "<script>alert" not in html
        _, html = await visited(house, "/s/harbour")
        assert "Sunset" in html
        assert "Dawn" not in html
        assert "<script>alert" not in html
        status, html = await saves(browser, name="harbour", shown=code_of(other))
        assert "The page is closed" in html
        assert (await visited(house, "/s/harbour"))[0] == 404
    marked = {id_ for id_, each in house.store.records.offers.items() if each.in_storefront}
    assert marked == {other}


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"name": "no name at all"}, "What shall it be called"),
        ({"name": "taken"}, "somebody else"),
        ({"name": "mine", "about": "a" * 501}, "501 characters"),
    ],
)
async def test_what_cannot_be_saved_is_said_and_stays_to_be_mended(
    house: BotHarness, typed: dict[str, str], says: str
) -> None:
    await house.bot.edit_storefront.name(ALICE, "taken", open_=True)
    house.store.records.storefronts = {
        UserId("@other:test"): next(iter(house.store.records.storefronts.values()))
    }
    other = house.store.records.storefronts[UserId("@other:test")]
    house.store.records.storefronts[UserId("@other:test")] = type(other)(
        seller=UserId("@other:test"), name="taken"
    )
    async with signed_in(house) as browser:
        status, html = await saves(browser, open="yes", **typed)
    assert (status, says in html) == (409, True)
    assert typed["name"] in html
    assert ALICE not in house.store.records.storefronts


async def test_a_form_without_the_right_token_changes_nothing(house: BotHarness) -> None:
    async with signed_in(house) as browser:
        browser.token = "x" * 32
        answer = await browser.sends("/studio/page", name="harbour", open="yes")
        assert answer.status == 403
    assert not house.store.records.storefronts
