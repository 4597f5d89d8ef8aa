"""The program dies at every place where it matters, once each; after a new start all is as if it had not."""

from collections import Counter
from collections.abc import Awaitable, Callable

from bot.domain.offers.attachment import MediaKind
from bot.domain.offers.offer import OfferState
from bot.messages import Goods, Message, PersonalLink, Placeholder
from tests.support.bot_harness import ALICE, BOB, LOUNGE, BotHarness

PNG = b"\x89PNG a picture of the harbour"

Story = Callable[[BotHarness], Awaitable[None]]


async def sale_by_way_of_the_studio(house: BotHarness) -> None:
    await house.publishes(PNG, PNG + b"2")
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    await house.pays(BOB)


async def sale_of_files_that_were_in_the_room(house: BotHarness) -> None:
    for name in ("1.png", "2.png"):
        await house.sends(ALICE, LOUNGE, PNG, name)
    await house.says(ALICE, LOUNGE, "!ppv 5 USD Sunset")
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    await house.pays(BOB)


async def sale_of_files_that_came_after_the_flag(house: BotHarness) -> None:
    await house.says(ALICE, LOUNGE, "!ppv 5 USD Sunset")
    await house.sends(ALICE, LOUNGE, PNG, "1.png")
    await house.sends(ALICE, LOUNGE, PNG, "2.bin", msgtype=MediaKind.FILE)
    await house.says(ALICE, LOUNGE, "!ppv done")
    await house.time_passes(seconds=10)
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    await house.pays(BOB)
    await house.says(BOB, LOUNGE, "!ppv library")


def what_people_got(house: BotHarness) -> Counter[str]:
    """Every message by kind and room; the times of the draft's card do not matter."""

    def kind(message: Message) -> str:
        return type(message).__name__

    return Counter(f"{said.room} {kind(said.message)}" for said in house.matrix.said)


async def crash_everywhere(story: Story) -> int:
    calm = BotHarness()
    await story(calm)
    places, expected = calm.fuse.places, what_people_got(calm)
    for place in range(1, places + 1):
        house = BotHarness()
        house.fuse.kills_at = place
        await story(house)
        await house.time_passes(hours=1)
        assert house.fuse.places >= place, "the fuse has burnt"
        assert what_people_got(house) == expected, f"killed at place {place}"
        assert sorted(house.matrix.redacted) == sorted(calm.matrix.redacted)
        assert len(house.stripe.checkouts) == 1
        (purchase,) = house.store.records.purchases.values()
        assert purchase.has_access
        assert purchase.delivered
        (offer,) = house.store.records.offers.values()
        assert offer.state is OfferState.OPEN
        assert not house.store.records.jobs
        assert len({each.link for each in house.matrix.of(PersonalLink)}) == 1
        assert len(house.matrix.of(Goods)) == 2
    return places


async def test_the_studio_survives_a_crash_at_every_place() -> None:
    assert await crash_everywhere(sale_by_way_of_the_studio) > 30


async def test_flagging_afterwards_survives_a_crash_at_every_place() -> None:
    assert await crash_everywhere(sale_of_files_that_were_in_the_room) > 30


async def test_flagging_beforehand_survives_a_crash_at_every_place() -> None:
    assert await crash_everywhere(sale_of_files_that_came_after_the_flag) > 30
