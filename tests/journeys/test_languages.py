"""Everybody is spoken to in their own language where nobody else listens, and a room in the house's."""

import pytest

from appservice.languages import ENGLISH
from appservice.matrix.content.render_message import renderers
from bot.domain.people.permissions import Level, Permissions
from bot.ids import RoomId, UserId
from bot.messages import Bought, Decision, Line, PersonalLink, Placeholder
from bot.services.auth.room_language import RoomLanguage
from tests.support.bot_harness import ADMINS, ALICE, BOB, LOUNGE, STUDIO, BotHarness
from tests.support.fake_homeserver import BOT

DORA, BOBS = UserId("@dora:test"), RoomId("!bobs:test")
RENDERERS = renderers(external_payment_span=False)


@pytest.fixture
async def house() -> BotHarness:
    house = BotHarness()
    people = {"test": Level.BUYER, ALICE: Level.SELLER, DORA: Level.ADMIN}
    house.restart(permissions=Permissions(people))
    house.matrix.members[ADMINS] |= {DORA}
    await house.open_studio()
    house.matrix.members[BOBS] = {BOB}
    await house.hears(house.timeline.invitation(BOBS, BOB, BOT, direct=True))
    return house


async def heard(house: BotHarness, room: RoomId, language: str = ENGLISH) -> list[str]:
    """What was said in a room, as it is read there. `language`: the house's."""
    code = await RoomLanguage(house.store, language)(room)
    said = [RENDERERS[code].content(each) for each in house.matrix.in_room(room)]
    return [each["body"] for each in said if "formatted_body" in each]


async def test_who_asks_for_german_hears_german_and_the_room_hears_the_houses(
    house: BotHarness,
) -> None:
    await house.says(BOB, BOBS, "lang Deutsch")
    assert "spreche ich von jetzt an Deutsch mit dir" in (await heard(house, BOBS))[-1]
    await house.says(BOB, BOBS, "pubish")
    assert (
        "„pubish“ kenne ich nicht. Meintest du `!ppv publish`?".replace("`", "")
        in (await heard(house, BOBS))[-1]
    )
    await house.says(BOB, LOUNGE, "!ppv byu")
    assert "Did you mean" in (await heard(house, LOUNGE))[-1]
    await house.says(ALICE, STUDIO, "pubish")
    assert "Did you mean" in (await heard(house, STUDIO))[-1]


async def test_it_may_be_chosen_in_a_room_and_is_remembered_after_a_restart(
    house: BotHarness,
) -> None:
    await house.says(BOB, LOUNGE, "!ppv lang german")
    assert "In our direct chat I speak Deutsch with you" in (await heard(house, LOUNGE))[-1]
    house.restart()
    await house.says(BOB, BOBS, "lang")
    assert (await heard(house, BOBS))[-1].startswith(
        "Ich spreche Deutsch mit dir. Andere Sprachen: English (!ppv lang en)"
    )


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("lang duetsch", "Did you mean !ppv lang deutsch?"),
        ("lang klingon", "I don't speak “klingon” yet. I speak English (!ppv lang en), Deutsch"),
        ("lang", "I speak English with you. Other languages: Deutsch (!ppv lang de)"),
    ],
)
async def test_what_is_no_language_of_ours_is_answered_with_those_that_are(
    house: BotHarness, typed: str, answer: str
) -> None:
    await house.says(BOB, BOBS, typed)
    assert answer in (await heard(house, BOBS))[-1]
    assert house.matrix.of(Line)


async def test_whoever_never_chose_hears_the_language_of_the_house(house: BotHarness) -> None:
    assert "Hallo! Ich verkaufe" in (await heard(house, BOBS, "de"))[0]
    await house.says(BOB, BOBS, "lang english")
    assert "Hello! I sell" in (await heard(house, BOBS, "de"))[0]


async def test_a_german_buyer_has_a_german_sale(house: BotHarness) -> None:
    await house.says(BOB, BOBS, "lang de")
    await house.publishes(b"one")
    await house.says(BOB, LOUNGE, f"!ppv buy {house.matrix.of(Placeholder)[0].code}")
    await house.pays(BOB)
    told = "\n".join(await heard(house, BOBS))
    assert house.matrix.of(PersonalLink)
    assert house.matrix.of(Bought)
    for words in (
        "Freischalten für 5,00 USD",
        "Danke! Hier ist, was du von",
        "Bezahlt: 5,00 USD, an @alice:test am 23. November 2026, 12:00 UTC",
    ):
        assert words in told
    assert "sold by" in "\n".join(await heard(house, LOUNGE))


async def test_what_admins_decide_is_said_in_the_language_of_whom_it_concerns(
    house: BotHarness,
) -> None:
    await house.says(ALICE, STUDIO, "lang de")
    await house.publishes(b"one")
    code = house.matrix.of(Placeholder)[0].code
    await house.says(DORA, ADMINS, f"!ppv admin takedown {code} stolen")
    assert house.matrix.of(Decision)
    told = (await heard(house, STUDIO))[-1]
    assert told.startswith(f"Die Betreiber dieses Dienstes haben dein Angebot {code} gesperrt.")
    assert "Ihr Grund: stolen\nEs ist nicht mehr zu kaufen" in told
    assert "Was verkauft ist, bleibt verkauft." in told


async def test_who_is_forgotten_is_spoken_to_like_anybody(house: BotHarness) -> None:
    await house.says(BOB, BOBS, "lang de")
    await house.says(BOB, BOBS, "forget-me")
    await house.says(BOB, BOBS, "forget-me yes")
    async with house.store.begin() as uow:
        assert await uow.people.language(UserId(BOB)) is None
