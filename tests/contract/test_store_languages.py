"""Which language somebody has chosen: in memory and in SQLite alike."""

from bot.ids import UserId
from tests.contract.conftest import AnyStore

ALICE, BOB = UserId("@alice:test"), UserId("@bob:test")


async def test_the_language_chosen_last_is_kept_until_its_person_is_forgotten(
    store: AnyStore,
) -> None:
    async with store.begin() as uow:
        assert await uow.languages.of(BOB) is None
        await uow.languages.save(BOB, "fr")
        await uow.languages.save(BOB, "de")
        await uow.languages.save(ALICE, "fr")
    async with store.begin() as uow:
        assert await uow.languages.of(BOB) == "de"
        await uow.languages.forget(BOB)
    async with store.begin() as uow:
        assert await uow.languages.of(BOB) is None
        assert await uow.languages.of(ALICE) == "fr"
