"""Cross-signing identities of people: in memory and in both databases alike."""

from datetime import UTC, datetime

from bot.domain.people.cross_signing import Identity, SeenIdentity
from bot.ids import UserId
from tests.contract.conftest import AnyStore

ALICE, BOB = UserId("@alice:test"), UserId("@bob:test")
NOW = datetime(2026, 12, 1, 12, tzinfo=UTC)


async def test_an_identity_is_kept_until_its_person_is_forgotten(store: AnyStore) -> None:
    first = Identity.first(BOB, SeenIdentity(master_key="m1", devices=frozenset({"a", "b"})))
    changed = first.updated(SeenIdentity(master_key="m2", devices=frozenset()), NOW)
    async with store.begin() as uow:
        assert await uow.people.identity(BOB) is None
        await uow.people.save_identity(first)
    async with store.begin() as uow:
        assert await uow.people.identity(BOB) == first
        assert await uow.people.identity(ALICE) is None
        await uow.people.save_identity(changed)
    async with store.begin() as uow:
        assert await uow.people.identity(BOB) == changed
