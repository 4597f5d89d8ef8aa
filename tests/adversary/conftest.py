"""What the tests on one homeserver share with the integration tests."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.synapse import Synapse
from tests.integration.conftest import newcomer
from tests.support.synapse.encrypted_bot import EncryptedBot

# A homeserver of their own, because the bot's account has one cross-signing identity.
from tests.support.synapse.synapse_fixtures import appservice_port, registration, synapse

__all__ = ["appservice_port", "newcomer", "registration", "synapse"]


@pytest.fixture(scope="session")
def bot_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all, because the bot's account has one identity."""
    return tmp_path_factory.mktemp("crypto")


@pytest.fixture
async def bot(
    synapse: Synapse, registration: dict[str, Any], bot_folder: Path
) -> AsyncIterator[EncryptedBot]:
    async with EncryptedBot.online(synapse, registration, bot_folder) as bot:
        yield bot
