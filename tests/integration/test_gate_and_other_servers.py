"""The gate and people of another homeserver: theirs see nothing, and what they try to sell is dropped."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
import pytest_asyncio

from sandbox.clients import ClientPool, MatrixError, MatrixUser
from sandbox.environment import open_environment
from sandbox.processes import free_port
from sandbox.sample_media import MediaFile, photo
from sandbox.synapse import Synapse
from sandbox.synapse.federation import federation_settings
from tests.support.synapse.market import SELLER, Market

pytestmark = pytest.mark.asyncio(loop_scope="module")
PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class TwoTowns:
    market: Market
    there: Synapse
    frank: MatrixUser
    room: str


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def towns(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[TwoTowns]:
    folder = tmp_path_factory.mktemp("towns")
    changes = {"encryption": {"direct_rooms": "off"}, "permissions": {"*": "buyer"}}
    async with AsyncExitStack() as stack:
        town = await stack.enter_async_context(
            open_environment(
                folder / "here",
                sellers=(SELLER,),
                changes=changes,
                gate=True,
                gate_config={"remote": "drop"},
                federated=True,
            )
        )
        port = free_port()
        settings = federation_settings(folder / "there", port)
        there = await stack.enter_async_context(
            Synapse.start(folder / "there", port=port, settings=settings)
        )
        cast = await stack.enter_async_context(ClientPool(there, folder / "people"))
        seller, frank = await town.cast.register(SELLER), await cast.register("frank")
        studio = await seller.open_direct_room(town.bot)
        await seller.wait_for_member(studio, town.bot, seconds=PATIENCE)
        market = Market(town, seller, studio, count(1))
        room = await market.room()
        await frank.join(f"#room1:{town.synapse.server_name}")
        await seller.wait_for_member(room, frank.user_id, seconds=PATIENCE)
        yield TwoTowns(market, there, frank, room)


def stored(synapse: Synapse, words: str) -> int:
    with sqlite3.connect(f"file:{synapse.folder / 'homeserver.db'}?mode=ro", uri=True) as database:
        query = "SELECT COUNT(*) FROM event_json WHERE instr(json, ?) > 0"
        return int(database.execute(query, (words,)).fetchone()[0])


async def offered(
    person: MatrixUser, room: str, picture: MediaFile, caption: str
) -> tuple[str, str]:
    """The event and the media address of a picture with a price in its caption."""
    mxc = await person.session.upload(picture.data, picture.mimetype, picture.name)
    content: dict[str, Any] = {
        "msgtype": "m.image",
        "body": caption,
        "filename": picture.name,
        "url": mxc,
    }
    return await person.send(room, "m.room.message", content), mxc


async def test_what_is_sold_here_is_never_seen_there(towns: TwoTowns) -> None:
    market, frank, room = towns.market, towns.frank, towns.room
    picture = photo("ours.jpg", seed=90)
    _, mxc = await offered(market.seller, room, picture, "!ppv 5 USD From here")
    await market.hears(frank, room, "From here")
    assert stored(towns.there, mxc) == stored(market.town.synapse, mxc) == 0
    assert not [event for event in frank.heard() if mxc in str(event.content)]
    with pytest.raises(MatrixError):
        await frank.session.download(mxc)


async def test_what_a_stranger_flags_does_not_happen_here(towns: TwoTowns) -> None:
    market, frank, room = towns.market, towns.frank, towns.room
    _, mxc = await offered(frank, room, photo("theirs.jpg", seed=91), "!ppv 5 USD From there")
    after = await frank.say(room, "And some words.")
    await market.seller.wait_for(
        lambda event: event.event_id == after, room_id=room, seconds=PATIENCE
    )
    history = await market.seller.session.request(
        "GET", "rooms", room, "messages", params={"dir": "b", "limit": "100"}
    )
    assert after in str(history)
    assert mxc not in str(history)
    assert not [event for event in market.seller.heard(room) if mxc in str(event.content)]


async def test_a_stranger_buys_like_everybody(towns: TwoTowns) -> None:
    market, frank, room = towns.market, towns.frank, towns.room
    goods = photo("again.jpg", seed=92)
    await offered(market.seller, room, goods, "!ppv 5 USD For everybody")
    placeholder = await market.hears(frank, room, "For everybody")
    await market.pays(await market.link(frank, room, placeholder))
    (sold,) = await market.goods(frank, 1)
    assert await frank.open(sold) == goods.data
