"""Another key-encryption key: what was sold opens as before, and the old key can go."""

import pytest

from bot.crypto.attachment_cipher import ContentKey
from bot.crypto.envelope import KeyContext, WrappedKey
from bot.ids import KekId
from bot.messages import Alert, Goods, Placeholder
from tests.support.bot_harness import BOB, LOUNGE, BotHarness
from tests.support.crash_point import Killed
from tests.support.memory.memory_vault import MemoryKeyVault

PICTURES = tuple(f"picture {number}".encode() for number in range(3))
OLD, NEW = KekId("memory"), KekId("second")


@pytest.fixture
async def house() -> BotHarness:
    return BotHarness()


async def used(house: BotHarness) -> dict[KekId, int]:
    async with house.store.begin() as uow:
        return dict(await uow.offers.kek_usage())


async def starts_anew(house: BotHarness) -> None:
    house.restart()
    await house.bot.rewrap_keys.begin()
    await house.work()


async def test_what_was_sold_before_opens_once_the_old_key_is_gone(house: BotHarness) -> None:
    await house.publishes(PICTURES[0])
    house.vault.rotate(NEW)
    await starts_anew(house)
    assert await used(house) == {NEW: 1}
    del house.vault.keks[OLD]
    await house.reacts(BOB, LOUNGE, house.matrix.event_of(Placeholder), "🔓")
    await house.pays(BOB)
    assert len(house.matrix.of(Goods)) == 1


async def test_a_start_without_a_new_key_changes_nothing(house: BotHarness) -> None:
    await house.publishes(PICTURES[0])
    before = house.store.records.offers.copy()
    await starts_anew(house)
    assert house.store.records.offers == before


class Flickering(MemoryKeyVault):
    """The power goes once, when so many keys were wrapped under a new one."""

    def __init__(self, wraps: int) -> None:
        super().__init__()
        self.left = wraps

    async def wrap(self, key: ContentKey, context: KeyContext) -> WrappedKey:
        if self.active == NEW:
            self.left -= 1
            if self.left == -1:
                raise Killed
        return await super().wrap(key, context)


@pytest.mark.parametrize("wraps", range(4))
async def test_a_rotation_that_is_cut_off_goes_on_where_it_was(
    house: BotHarness, wraps: int
) -> None:
    house.vault = vault = Flickering(wraps)
    house.restart()
    for data in PICTURES:
        await house.publishes(data)
    vault.rotate(NEW)
    await starts_anew(house)
    assert await used(house) == {NEW: 3}
    keys = 3 + len(["that of the fingerprints"])
    assert vault.left == wraps - keys - 1, "nothing was done twice but what was cut off"


async def test_a_key_that_does_not_open_stops_no_other_and_is_told(house: BotHarness) -> None:
    await house.publishes(PICTURES[0])
    house.vault.rotate("lost")
    await house.publishes(PICTURES[1])
    house.vault.rotate(NEW)
    await house.publishes(PICTURES[2])
    del house.vault.keks[KekId("lost")]
    await starts_anew(house)
    assert await used(house) == {KekId("lost"): 1, NEW: 2}
    (alert,) = house.matrix.of(Alert)
    assert "keys of one offer could not be moved" in alert.words
    assert "lost" in alert.words
