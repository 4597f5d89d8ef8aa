"""One real homeserver a worker, and fresh people for every test."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.clients import ClientPool
from sandbox.processes import free_port
from sandbox.synapse import Synapse
from tests.support.synapse.synapse_users import Company, Newcomers


@pytest.fixture(scope="session")
def appservice_port() -> int:
    """Where the homeserver looks for the product: chosen before either of them starts."""
    return free_port()


@pytest.fixture(scope="session")
def registration(appservice_port: int) -> dict[str, Any]:
    return {
        "id": "ppv",
        "url": f"http://127.0.0.1:{appservice_port}",
        "as_token": secrets.token_hex(),
        "hs_token": secrets.token_hex(),
        "sender_localpart": "_ppv",
        "rate_limited": False,
        "namespaces": {
            "users": [{"exclusive": True, "regex": r"@ppvbot:ppv\.localhost"}],
            "aliases": [],
            "rooms": [],
        },
    }


@pytest.fixture(scope="session")
def synapse(
    tmp_path_factory: pytest.TempPathFactory, registration: dict[str, Any]
) -> Iterator[Synapse]:
    """Shared by the tests of one worker. It may be killed if it is restarted in the same test."""
    folder = tmp_path_factory.mktemp("synapse")
    server = asyncio.run(Synapse.boot(folder, registration))
    yield server
    asyncio.run(server.stop())


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
