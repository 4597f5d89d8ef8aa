"""One homeserver for all tests of a worker that need a real one: those of integration and of the contract."""

import asyncio
import secrets
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.processes import free_port
from sandbox.synapse import Synapse


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
