"""Somebody who runs the seller's homeserver wants the seller's studio."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

import pytest
import pytest_asyncio

from sandbox.clients import MatrixUser, RoomEvent
from sandbox.clients.cross_signing import set_up_identity, sign_device
from sandbox.environment import Environment, open_environment
from sandbox.synapse import Account

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(240)]

PATIENCE = 60.0
SELLERS = ("sally", "sue", "sid")
LINK = "/sign-in"
"""What a link that opens the studio has in it."""


@dataclass(frozen=True, slots=True)
class Seller:
    """A seller on the device that they had from the beginning."""

    town: Environment
    account: Account
    person: MatrixUser
    chat: str

    async def hears(self, words: str, *, after: int = 0) -> RoomEvent:
        return await hears(self.town, self.person, self.chat, words, after=after)

    def heard_a_link(self) -> bool:
        return any(LINK in event.body for event in self.person.heard(self.chat))


async def hears(
    town: Environment, person: MatrixUser, chat: str, words: str, *, after: int = 0
) -> RoomEvent:
    return await person.wait_for(
        lambda event: event.sender == town.bot and words in event.body,
        room_id=chat,
        after=after,
        seconds=PATIENCE,
    )


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Environment]:
    async with open_environment(tmp_path_factory.mktemp("town"), sellers=SELLERS) as town:
        yield town


async def opens_a_studio(town: Environment, name: str) -> Seller:
    account = await town.synapse.register(name)
    person = await town.cast.log_in(account)
    chat = await person.open_direct_room(town.bot, encrypted=True)
    seller = Seller(town, account, person, chat)
    await seller.hears("Hello!")
    return seller


async def test_by_clear_words_in_the_sellers_encrypted_chat(town: Environment) -> None:
    seller = await opens_a_studio(town, "sally")
    content = {"msgtype": "m.text", "body": "!ppv studio"}
    marks = {"encrypted": True, "author": {"device": "d", "master_key": "", "devices": ["d"]}}
    for number in ("1", "2"):
        path = ("rooms", seller.chat, "send", "m.room.message", number)
        await seller.person.session.request("PUT", *path, body=content | marks)
    await seller.hears("This came unencrypted")
    assert not seller.heard_a_link()
    await seller.person.say(seller.chat, "!ppv studio")
    await seller.hears(LINK)
    told = [e for e in seller.person.heard(seller.chat) if "This came unencrypted" in e.body]
    assert len(told) == 1


async def test_by_a_device_that_the_seller_has_not_signed(town: Environment) -> None:
    seller = await opens_a_studio(town, "sue")
    identity = await set_up_identity(seller.person, seller.account)
    await seller.person.say(seller.chat, "!ppv identity confirm")
    await seller.hears("I know your new encryption identity")
    added = await town.cast.log_in(seller.account)
    await added.say(seller.chat, "!ppv studio")
    answer = await seller.hears("not verified")
    assert not seller.heard_a_link()
    seen = await added.wait_for(
        lambda event: event.event_id == answer.event_id, room_id=seller.chat, seconds=PATIENCE
    )
    assert seen.undecryptable
    await sign_device(added, identity)
    await added.say(seller.chat, "!ppv studio")
    await seller.hears(LINK)


async def test_by_a_new_identity_of_the_seller(town: Environment) -> None:
    seller = await opens_a_studio(town, "sid")
    await set_up_identity(seller.person, seller.account)
    await seller.person.say(seller.chat, "!ppv identity confirm")
    await seller.hears("I know your new encryption identity")
    mark = seller.person.mark()
    thief = await town.cast.log_in(seller.account)
    identity = await set_up_identity(thief, seller.account)
    await thief.say(seller.chat, "!ppv studio")
    await seller.hears("Before I do that", after=mark)
    await seller.hears("or somebody did it for you", after=mark)
    await thief.say(seller.chat, "!ppv identity confirm")
    await seller.hears("I don't know this app from before", after=mark)
    assert not seller.heard_a_link()
    mark = seller.person.mark()
    await seller.person.say(seller.chat, "!ppv identity confirm")
    await seller.hears("has not verified this app", after=mark)
    await sign_device(seller.person, identity)
    await seller.person.say(seller.chat, "!ppv identity confirm")
    await seller.hears("I know your new encryption identity", after=mark)
    await thief.say(seller.chat, "!ppv studio")
    await hears(town, thief, seller.chat, LINK)
