"""A whole town whose people encrypt, and short ways to act in it."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sandbox.browser import Browser
from sandbox.clients import MatrixUser, RoomEvent
from sandbox.environment import Environment, open_environment
from sandbox.sample_media import MediaFile
from tests.support.js_buyer import JsBuyer, Line

SELLER = "sally"
PATIENCE = 90.0
_TEST_CARD = {"card": "4242 4242 4242 4242", "action": "pay"}


@dataclass(frozen=True, slots=True)
class EncryptedTown:
    """A seller with an encrypted studio; every test makes its own rooms and buyers."""

    town: Environment
    seller: MatrixUser
    studio: str
    _numbers: Iterator[int]

    @property
    def bot(self) -> str:
        return self.town.bot

    def name(self, first: str) -> str:
        return f"{first}{next(self._numbers)}"

    async def buyer(self) -> MatrixUser:
        return await self.town.cast.register(self.name("bob"))

    async def room(self, *guests: MatrixUser) -> str:
        """An encrypted public room of the seller's with the bot and guests in it."""
        room = await self.seller.create_room(
            "A room", public=True, invite=[self.bot], encrypted=True
        )
        await self.seller.wait_for_member(room, self.bot, seconds=PATIENCE)
        for guest in guests:
            await guest.join(room)
            await self.seller.wait_for_member(room, guest.user_id)
        return room

    async def publishes(self, room: str, *goods: MediaFile) -> RoomEvent:
        """By way of the studio; the placeholder as the seller sees it."""
        heard = self.seller.mark()
        for file in goods:
            await self.seller.send_file(self.studio, file)
        await self.hears(self.seller, self.studio, goods[-1].name, after=heard)
        await self.seller.say(self.studio, "5 USD Sunset")
        await self.seller.say(self.studio, f"!ppv publish {room}")
        return await self.hears(self.seller, room, "!ppv buy")

    async def buys(self, buyer: MatrixUser, room: str, placeholder: RoomEvent) -> str:
        """From the reaction to the payment; the direct room."""
        await buyer.react(room, placeholder.event_id, "🔓")
        chat = await buyer.wait_for_direct_room(self.bot, seconds=PATIENCE)
        event = await self.hears(buyer, chat, "?for=")
        await pay(link_in(event.body))
        return chat

    async def hears(
        self, person: MatrixUser, room: str | None, words: str, *, after: int = 0
    ) -> RoomEvent:
        """What the bot says with these words in it."""
        return await person.wait_for(
            lambda event: event.sender == self.bot and words in event.body,
            room_id=room,
            after=after,
            seconds=PATIENCE,
        )

    async def goods(self, buyer: MatrixUser, number: int, *, after: int = 0) -> list[RoomEvent]:
        """So many attachments with keys, from the bot, in the order of their arrival."""

        def arrived() -> list[RoomEvent]:
            return [
                event
                for event in buyer.heard(after=after)
                if event.sender == self.bot
                and "file" in event.content
                and event.body != "pixelated.png"
            ]

        await buyer.wait_for(lambda _: len(arrived()) >= number, after=after, seconds=PATIENCE)
        return arrived()


@asynccontextmanager
async def open_encrypted_town(folder: Path) -> AsyncIterator[EncryptedTown]:
    async with open_environment(folder, sellers=(SELLER,)) as town:
        seller = await town.cast.register(SELLER)
        studio = await seller.open_direct_room(town.bot, encrypted=True)
        await seller.wait_for_member(studio, town.bot, seconds=PATIENCE)
        yield EncryptedTown(town, seller, studio, count(1))


def link_in(words: str) -> str:
    return next(word for word in words.split() if "?for=" in word)


async def pay(link: str) -> str:
    """What the success page says."""
    async with Browser.open() as browser:
        checkout = await browser.submit(await browser.visit(link))
        return (await browser.submit(checkout, _TEST_CARD)).words


async def heard_by(js: JsBuyer, bot: str, words: str) -> Line:
    return await js.wait_for_words(bot, words, seconds=PATIENCE)
