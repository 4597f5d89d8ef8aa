"""Fresh people for every test."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from sandbox.clients import ClientPool
from sandbox.synapse import Synapse
from tests.support.synapse.synapse_users import Company, Newcomers


@pytest.fixture
async def newcomer(synapse: Synapse, tmp_path: Path) -> AsyncIterator[Newcomers]:
    async with ClientPool(synapse, tmp_path / "devices") as cast:
        yield Newcomers(cast, synapse)


@pytest.fixture
async def company(newcomer: Newcomers) -> Company:
    seller = await newcomer("sally")
    buyer = await newcomer("bob", accepts_invites=True)
    bystander = await newcomer("eve")
    room_id = await seller.create_room("The shop", public=True)
    for guest in (buyer, bystander):
        await guest.join(room_id)
        await seller.wait_for_member(room_id, guest.user_id)
    return Company(room_id, seller, buyer, bystander)
