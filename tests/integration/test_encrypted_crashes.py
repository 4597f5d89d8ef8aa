"""Encrypted sales over crashes of the product and of the homeserver."""

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from sandbox.clients import MatrixUser
from sandbox.sample_media import photo
from tests.support.synapse.encrypted_environment import (
    PATIENCE,
    EncryptedTown,
    link_in,
    open_encrypted_town,
    pay,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EncryptedTown]:
    async with open_encrypted_town(tmp_path_factory.mktemp("town")) as town:
        yield town


async def test_after_a_restart_both_sides_read_each_other(town: EncryptedTown) -> None:
    buyer = await town.buyer()
    chat = await buyer.open_direct_room(town.bot, encrypted=True)
    await town.hears(buyer, chat, "Hello!")
    await buyer.say(chat, "help")
    await town.hears(buyer, chat, "Get it again")
    town.town.product.kill()
    await town.town.product.restart()
    mark = buyer.mark()
    await buyer.say(chat, "!ppv library")
    answer = await town.hears(buyer, chat, "bought", after=mark)
    assert answer.encrypted


async def test_what_is_said_while_the_bot_is_away_is_answered_when_it_is_back(
    town: EncryptedTown,
) -> None:
    buyer = await town.buyer()
    chat = await buyer.open_direct_room(town.bot, encrypted=True)
    await town.hears(buyer, chat, "Hello!")
    town.town.product.kill()
    mark = buyer.mark()
    await buyer.say(chat, "!ppv library")
    await town.town.product.restart()
    await town.hears(buyer, chat, "bought", after=mark)


async def test_sessions_that_were_rotated_while_the_bot_was_away_are_understood(
    town: EncryptedTown,
) -> None:
    buyer = await town.buyer()
    chat = await buyer.open_direct_room(town.bot, encrypted=True)
    await town.hears(buyer, chat, "Hello!")
    town.town.product.kill()
    mark = buyer.mark()
    for _ in range(3):
        buyer.rotate_keys(chat)
        await buyer.say(chat, "!ppv library")
    await town.town.product.restart()
    await answered(town, buyer, chat, times=3, after=mark)


async def test_a_kill_in_the_middle_of_a_delivery_delivers_each_file_once(
    town: EncryptedTown,
) -> None:
    buyer = await town.buyer()
    room = await town.room(buyer)
    goods = [photo(f"{n}.jpg", seed=20 + n) for n in range(4)]
    placeholder = await town.publishes(room, *goods)
    await buyer.react(room, placeholder.event_id, "🔓")
    chat = await buyer.wait_for_direct_room(town.bot, seconds=PATIENCE)
    offer = await town.hears(buyer, chat, "?for=")
    await pay(link_in(offer.body))
    await town.goods(buyer, 1)
    town.town.product.kill()
    await town.town.product.restart()
    await town.hears(buyer, chat, "🧾")
    arrived = await town.goods(buyer, 4)
    assert [event.body for event in arrived] == [file.name for file in goods]
    assert [await buyer.open(event) for event in arrived] == [file.data for file in goods]


async def test_a_killed_homeserver_loses_nothing_said_in_encrypted_rooms(
    town: EncryptedTown,
) -> None:
    buyer = await town.buyer()
    chat = await buyer.open_direct_room(town.bot, encrypted=True)
    await town.hears(buyer, chat, "Hello!")
    town.town.product.kill()
    mark = buyer.mark()
    for _ in range(3):
        await buyer.say(chat, "!ppv library")
    town.town.synapse.kill()
    await town.town.synapse.restart()
    await town.town.product.restart()
    await answered(town, buyer, chat, times=3, after=mark)


async def test_a_second_process_on_the_same_device_refuses_to_start(town: EncryptedTown) -> None:
    configuration = town.town.product.configuration
    second = subprocess.run(  # noqa: ASYNC221 - our own program; nobody else has anything to do
        [sys.executable, "-P", "-m", "appservice", "run", "--config", str(configuration.file)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert second.returncode == 1
    assert "Another matrix-ppv is running" in second.stderr
    assert "Traceback" not in second.stderr


async def test_status_and_reset_speak_of_the_device_that_people_see(town: EncryptedTown) -> None:
    product = town.town.product
    seen = command(town, "status")
    assert "The device is signed" in seen.stdout
    assert "Another matrix-ppv is running" in command(town, "reset", "--yes").stderr
    await product.stop()
    assert "is gone" in command(town, "reset", "--yes").stdout
    assert "has no device yet" in command(town, "status").stdout
    await product.restart()
    again = command(town, "status")
    assert "The device is signed" in again.stdout
    assert again.stdout.split()[1] != seen.stdout.split()[1]
    buyer = await town.buyer()
    chat = await buyer.open_direct_room(town.bot, encrypted=True)
    assert (await town.hears(buyer, chat, "Hello!")).encrypted


async def answered(
    town: EncryptedTown, buyer: MatrixUser, chat: str, *, times: int, after: int
) -> None:
    """Until the bot has told what was bought that many times."""

    def answers() -> int:
        heard = buyer.heard(chat, after=after)
        return sum(event.sender == town.bot and "bought" in event.body for event in heard)

    await buyer.wait_for(lambda _: answers() == times, room_id=chat, after=after, seconds=PATIENCE)


def command(town: EncryptedTown, *words: str) -> subprocess.CompletedProcess[str]:
    """`matrix-ppv crypto …`."""
    file = str(town.town.product.configuration.file)
    return subprocess.run(
        [sys.executable, "-P", "-m", "appservice", "crypto", *words, "--config", file],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
