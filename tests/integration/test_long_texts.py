"""Texts as long as an offer may have, in encrypted rooms of a real homeserver: posted, changed, sold, delivered."""

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


@pytest.mark.parametrize(
    ("text", "is_cut"),
    [
        ("😀" * 3900, True),
        ("\"\\&<'\n" * 666, False),
        ("海边的日落很长很长的故事" * 333, False),
        ("👩‍👩‍👧‍👦 " * 500, False),
    ],
    ids=["emoji", "escapes", "chinese", "families"],
)
async def test_a_long_text_is_posted_changed_sold_and_delivered(
    town: EncryptedTown, text: str, is_cut: bool
) -> None:
    assert len(text) <= 4000
    buyer = await town.buyer()
    room = await town.room(buyer)
    goods = photo("harbour.jpg", seed=len(text))
    heard = town.seller.mark()
    await town.seller.send_file(town.studio, goods)
    await town.hears(town.seller, town.studio, goods.name, after=heard)
    await town.seller.say(town.studio, f"5 USD {text}")
    await town.seller.say(town.studio, f"!ppv publish {room}")
    placeholder = await town.hears(buyer, room, "!ppv buy")
    assert placeholder.encrypted
    assert ("Read the rest of it on its page: http" in placeholder.body) is is_cut
    assert text[:1000].strip() in placeholder.body
    code = next(w for w in placeholder.body.split() if len(w) == 11 and w[5] == "-")
    before = buyer.mark()
    await town.seller.say(town.studio, f"!ppv price {code} 7 USD")
    changed = await town.hears(buyer, room, "7.00 USD", after=before)
    assert changed.encrypted
    before = buyer.mark()
    await town.buys(buyer, room, placeholder)
    (arrived,) = await town.goods(buyer, 1, after=before)
    assert await buyer.open(arrived) == goods.data
    await town.seller.say(town.studio, f"!ppv withdraw {code}")
    ended = await town.hears(buyer, room, "This offer has ended", after=before)
    assert ("Read the rest of it on its page: http" in ended.body) is is_cut
