"""A copy of one's data and a purchase that is given back, on a real homeserver, in encrypted chats."""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from sandbox.sample_media import photo
from tests.support.synapse.encrypted_environment import EncryptedTown, open_encrypted_town

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[EncryptedTown]:
    async with open_encrypted_town(tmp_path_factory.mktemp("town")) as town:
        yield town


async def test_a_buyer_gets_a_copy_of_what_is_kept_and_gives_a_purchase_back(
    town: EncryptedTown,
) -> None:
    buyer = await town.buyer()
    room = await town.room(buyer)
    placeholder = await town.publishes(room, photo("harbour.jpg", seed=11))
    code = next(w for w in placeholder.body.split() if len(w) == 11 and w[5] == "-")
    chat = await town.buys(buyer, room, placeholder)
    await town.goods(buyer, 1)

    await buyer.say(chat, "!ppv export")
    file = await town.hears(buyer, chat, "my-data.json")
    assert file.encrypted
    data = json.loads(await buyer.open(file))
    assert data["person"] == buyer.user_id
    assert data["purchases"][0]["offer"]["code"] == code
    assert data["chats_with_the_bot"] == [chat]

    sold = town.seller.mark()
    await buyer.say(chat, f"!ppv cancel {code}")
    await town.hears(buyer, chat, f"!ppv cancel {code} yes")
    await buyer.say(chat, f"!ppv cancel {code} yes")
    await town.hears(buyer, chat, "Your purchase is cancelled")
    refunded = await town.hears(town.seller, town.studio, "Refunded", after=sold)
    assert "5.00 USD" in refunded.body
