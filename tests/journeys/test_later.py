"""A draft goes on sale at the time that its seller has set, once, whatever happens in between."""

import pytest

from bot.domain.offers.offer import Offer, OfferState
from bot.domain.people.permissions import Level, Permissions
from bot.errors import TemporaryError
from bot.ids import OfferId, code_of
from bot.messages import Decision, DraftCard, Line, Placeholder, Published
from tests.support.bot_harness import ALICE, BOB, LOUNGE, RULES, STUDIO, BotHarness
from tests.support.fake_homeserver import BOT
from tests.support.member_pages_client import Browser, signed_in

PNG = b"\x89PNG a picture of the harbour"
AT_SIX = "!ppv publish #lounge:test at 2026-11-23 18:00"
"""It is noon."""


@pytest.fixture
async def house() -> BotHarness:
    house = BotHarness()
    await house.open_studio()
    await house.sends(ALICE, STUDIO, PNG, "1.png")
    await house.says(ALICE, STUDIO, "5 USD Sunset")
    return house


def only(house: BotHarness) -> Offer:
    (offer,) = house.store.records.offers.values()
    return offer


def last_line(house: BotHarness) -> str:
    return house.matrix.of(Line)[-1].words


async def test_it_goes_on_sale_at_that_time_and_not_before(house: BotHarness) -> None:
    await house.says(ALICE, STUDIO, AT_SIX)
    assert "goes on sale at Mon 23 Nov 2026, 18:00 (UTC)" in last_line(house)
    assert "It goes on sale at" in house.matrix.of(DraftCard)[-1].next_step
    await house.time_passes(hours=5, minutes=59)
    assert not house.matrix.of(Placeholder)
    house.restart()
    await house.time_passes(minutes=1)
    assert len(house.matrix.of(Placeholder)) == 1
    assert house.matrix.of(Published)[0].rooms == ("#lounge:test",)
    assert (only(house).state, only(house).schedule) == (OfferState.OPEN, None)
    await house.time_passes(days=3)
    assert len(house.matrix.of(Placeholder)) == 1


async def test_a_zone_behind_the_time_counts_and_is_told_back(house: BotHarness) -> None:
    await house.says(ALICE, STUDIO, f"{AT_SIX} Europe/Berlin")
    assert "18:00 (Europe/Berlin, UTC+01:00)" in last_line(house)
    await house.time_passes(hours=5)
    assert house.matrix.of(Placeholder)


async def test_while_it_waits_a_new_file_begins_another_draft(house: BotHarness) -> None:
    await house.says(ALICE, STUDIO, AT_SIX)
    await house.sends(ALICE, STUDIO, PNG, "next.png")
    assert sorted(len(each.attachments) for each in house.store.records.offers.values()) == [1, 1]
    await house.says(ALICE, STUDIO, "7 USD Dawn")
    await house.time_passes(hours=6)
    assert [each.text for each in house.matrix.of(Placeholder)] == ["Sunset"]


async def test_a_file_that_its_seller_deletes_leaves_what_waits(house: BotHarness) -> None:
    second = await house.sends(ALICE, STUDIO, PNG, "2.png")
    await house.says(ALICE, STUDIO, AT_SIX)
    await house.hears(house.timeline.redaction(STUDIO, ALICE, second))
    assert [each.name for each in only(house).attachments] == ["1.png"]


async def test_it_is_listed_moved_and_called_off(house: BotHarness) -> None:
    await house.says(ALICE, STUDIO, "!ppv scheduled")
    assert "Nothing of yours waits" in last_line(house)
    await house.says(ALICE, STUDIO, AT_SIX)
    code = code_of(only(house).id)
    await house.says(ALICE, STUDIO, "!ppv scheduled")
    assert last_line(house) == f"{code} “Sunset”: Mon 23 Nov 2026, 18:00 (UTC), in #lounge:test"
    await house.says(ALICE, STUDIO, f"!ppv scheduled {code} at 2026-11-23 20:00 +01:00")
    assert "20:00 (UTC+01:00) now" in last_line(house)
    await house.time_passes(hours=6)
    assert not house.matrix.of(Placeholder), "the time that was set first counts no more"
    await house.says(ALICE, STUDIO, f"!ppv scheduled {code} cancel")
    assert "a draft again" in last_line(house)
    await house.time_passes(days=2)
    assert not house.matrix.of(Placeholder)
    await house.says(ALICE, STUDIO, "!ppv publish #lounge:test")
    assert house.matrix.of(Placeholder)


async def test_moved_away_and_back_it_goes_on_sale_once(house: BotHarness) -> None:
    await house.says(ALICE, STUDIO, AT_SIX)
    code = code_of(only(house).id)
    await house.says(ALICE, STUDIO, f"!ppv scheduled {code} 2026-11-23 15:00")
    await house.says(ALICE, STUDIO, f"!ppv scheduled {code} 2026-11-23 18:00")
    await house.time_passes(hours=3)
    assert not house.matrix.of(Placeholder)
    await house.time_passes(hours=3)
    assert len(house.matrix.of(Placeholder)) == 1


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("!ppv publish #lounge:test at", "When?"),
        ("!ppv publish #lounge:test at six", "When?"),
        ("!ppv publish at 2026-11-23 18:00", "In which room"),
        ("!ppv publish #lounge:test at 2026-11-23 11:59", "here it is Mon 23 Nov 2026, 12:00"),
        ("!ppv publish #lounge:test at 2028-01-01 12:00", "more than a year"),
        ("!ppv publish #nowhere:test at 2026-11-23 18:00", "no room"),
        ("!ppv scheduled K7QM2-XPA4E 2026-11-23 18:00", "not there any more"),
        ("!ppv scheduled K7QM2-XPA4E", "what of it"),
        ("!ppv scheduled 2026-11-23 18:00", "Which one"),
    ],
)
async def test_what_cannot_be_is_said_and_plans_nothing(
    house: BotHarness, words: str, answer: str
) -> None:
    await house.says(ALICE, STUDIO, words)
    assert answer in last_line(house)
    assert only(house).schedule is None


async def test_what_is_not_ready_is_refused_at_once(house: BotHarness) -> None:
    await house.says(ALICE, STUDIO, "!ppv free 1")
    await house.says(ALICE, STUDIO, AT_SIX)
    assert "nothing to sell" in last_line(house)
    assert only(house).schedule is None


async def test_put_on_sale_by_hand_before_its_time_it_is_not_posted_again(
    house: BotHarness,
) -> None:
    offer = only(house).id
    async with signed_in(house) as browser:
        await sends(browser, offer, do="plan", **BERLIN)
        await sends(browser, offer, do="publish", rooms=LOUNGE)
        assert only(house).schedule is None
    await house.time_passes(days=1)
    assert len(house.matrix.of(Placeholder)) == 1
    assert not house.matrix.of(Decision)


async def test_discarded_before_its_time_it_is_never_posted(house: BotHarness) -> None:
    await house.says(ALICE, STUDIO, AT_SIX)
    async with signed_in(house) as browser:
        await sends(browser, only(house).id, do="discard")
    await house.time_passes(days=1)
    assert (only(house).state, only(house).schedule) == (OfferState.DISCARDED, None)
    assert not house.matrix.of(Placeholder)


async def test_what_is_flagged_in_a_room_just_now_cannot_be_planned(house: BotHarness) -> None:
    await house.says(ALICE, LOUNGE, "!ppv 5 USD Sunset")
    await house.sends(ALICE, LOUNGE, PNG, "room.png")
    (flagged,) = [each for each in house.store.records.offers.values() if each.collect_window]
    async with signed_in(house) as browser:
        status, html = await sends(browser, flagged.id, do="plan", **BERLIN)
    assert (status, "still coming in" in html) == (409, True)


@pytest.mark.parametrize("trouble", ["bot left", "seller left", "may not sell", "quota"])
async def test_if_it_cannot_be_then_the_seller_is_told_and_has_the_draft_back(
    house: BotHarness, trouble: str
) -> None:
    await house.says(ALICE, STUDIO, AT_SIX)
    match trouble:
        case "bot left":
            house.matrix.members[LOUNGE].discard(BOT)
        case "seller left":
            house.matrix.members[LOUNGE].discard(ALICE)
        case "may not sell":
            house.restart(permissions=Permissions({**RULES.permissions.rules, ALICE: Level.BUYER}))
        case _:
            house.restart(quotas=type(RULES.quotas)(storage=10_000_000, offers_a_day=0))
    await house.time_passes(hours=6)
    (told,) = house.matrix.of(Decision)
    assert (
        "was to go on sale at Mon 23 Nov 2026, 18:00 (UTC), and I have posted nothing" in told.words
    )
    assert {
        "bot left": "Invite me there",
        "seller left": "Join it first",
        "may not sell": "may not sell here",
        "quota": "go on tomorrow",
    }[trouble] in told.words
    assert (only(house).state, only(house).schedule) == (OfferState.DRAFT, None)
    house.matrix.members[LOUNGE] |= {BOT, ALICE}
    house.restart()
    await house.says(ALICE, STUDIO, "!ppv publish #lounge:test")
    assert house.matrix.of(Placeholder)


async def test_a_homeserver_that_is_away_only_puts_it_off(
    house: BotHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.says(ALICE, STUDIO, AT_SIX)

    async def away(*_: object) -> bool:
        raise TemporaryError("the homeserver does not answer")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(type(house.matrix), "is_member", away)
        await house.time_passes(hours=6)
    assert only(house).schedule is not None
    await house.time_passes(minutes=1)
    assert house.matrix.of(Placeholder)


async def test_wherever_it_is_killed_it_is_posted_once_and_told_once() -> None:
    for place in range(1, 40):
        trial = BotHarness()
        await trial.open_studio()
        await trial.sends(ALICE, STUDIO, PNG, "1.png")
        await trial.says(ALICE, STUDIO, "5 USD Sunset")
        await trial.says(ALICE, STUDIO, AT_SIX)
        before = trial.fuse.places
        trial.fuse.kills_at = before + place
        await trial.time_passes(hours=6)
        assert len(trial.matrix.of(Placeholder)) == 1
        assert len(trial.matrix.of(Published)) == 1
        if trial.fuse.places < before + place:
            break
    else:
        pytest.fail("there are more places than were tried")


async def sends(browser: Browser, offer: OfferId, **typed: str) -> tuple[int, str]:
    """The form of the draft, with what stands in it but for what is `typed`."""
    html = await browser.page(f"/studio/offers/{offer}")
    seen = html.partition('name="seen" value="')[2].partition('"')[0]
    form = {"seen": seen, "price": "5 USD", "text": "Sunset", **typed}
    answer = await browser.sends(f"/studio/offers/{offer}/draft", **form)
    return answer.status, await answer.text()


BERLIN = {"when": "2026-11-23T18:00", "zone": "Europe/Berlin", "room": "#lounge:test"}


async def test_in_the_browser_the_zone_is_chosen_and_kept(house: BotHarness) -> None:
    offer = only(house).id
    async with signed_in(house) as browser:
        status, html = await sends(browser, offer, do="plan", **BERLIN)
        assert status == 200
        assert "Mon 23 Nov 2026, 18:00 (Europe/Berlin, UTC+01:00)" in html
        assert 'value="2026-11-23T18:00"' in html
        listed = await browser.page("/studio")
        assert "Scheduled" in listed
        assert "On sale from Mon 23 Nov 2026, 18:00" in listed
        _, html = await sends(browser, offer, do="unplan")
        assert "It waits for you now" in html
        assert "<option selected>Europe/Berlin</option>" in html
    await house.time_passes(days=1)
    assert not house.matrix.of(Placeholder)


async def test_words_that_change_while_it_waits_are_those_that_are_posted(
    house: BotHarness,
) -> None:
    offer = only(house).id
    async with signed_in(house) as browser:
        await sends(browser, offer, do="plan", **BERLIN)
        await sends(browser, offer, do="save", price="7 USD", text="Dawn")
    await house.time_passes(hours=6)
    (placeholder,) = house.matrix.of(Placeholder)
    assert (placeholder.text, placeholder.price) == ("Dawn", "7.00 USD")


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"when": "", "zone": "UTC"}, "When?"),
        ({"when": "2026-11-23T11:00", "zone": "UTC"}, "That time is over"),
        ({"when": "2026-11-23T18:00", "zone": "Nowhere/At_all"}, "know the time zone"),
    ],
)
async def test_a_time_that_cannot_be_is_said_on_the_page_and_stays_to_be_mended(
    house: BotHarness, typed: dict[str, str], says: str
) -> None:
    async with signed_in(house) as browser:
        form = {**BERLIN, **typed}
        status, html = await sends(browser, only(house).id, do="plan", **form)
    assert (status, says in html) == (409, True)
    assert form["when"] in html
    assert only(house).schedule is None


async def test_others_can_neither_see_nor_change_it(house: BotHarness) -> None:
    await house.says(ALICE, STUDIO, AT_SIX)
    house.restart(permissions=Permissions({**RULES.permissions.rules, BOB: Level.SELLER}))
    room = await house.matrix.open_direct(BOB)
    async with house.store.begin() as uow:
        await uow.direct_rooms.save(BOB, room)
    await house.says(BOB, room, "!ppv scheduled")
    assert "Nothing of yours" in last_line(house)
    await house.says(BOB, room, f"!ppv scheduled {code_of(only(house).id)} cancel")
    assert only(house).schedule is not None
