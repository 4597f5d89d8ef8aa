"""A whole town for the tests of one module, and short ways to act in it."""

from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from sandbox.app_process import PROGRAM
from sandbox.browser import Browser, Page
from sandbox.clients import MatrixUser, RoomEvent
from sandbox.environment import Environment, open_environment
from sandbox.sample_media import MediaFile

SELLER = "sally"
_PATIENCE = 90.0
_TEST_CARD = {"card": "4242 4242 4242 4242", "action": "pay"}


@dataclass(frozen=True, slots=True)
class Market:
    """A town with a seller whose studio is open; every test makes its own room and buyers."""

    town: Environment
    seller: MatrixUser
    studio: str
    _numbers: Iterator[int]
    patience: float = _PATIENCE

    @property
    def bot(self) -> str:
        return self.town.bot

    async def room(self, *guests: MatrixUser, bot_power: int = 50) -> str:
        """A public room of the seller's with the bot and guests in it."""
        number = next(self._numbers)
        room = await self.seller.create_room(
            f"Room {number}",
            public=True,
            alias=f"room{number}",
            invite=[self.bot],
            powers={self.bot: bot_power} if bot_power else None,
        )
        for guest in guests:
            await guest.join(room)
            await self.seller.wait_for_member(room, guest.user_id)
        await self.seller.wait_for_member(room, self.bot, seconds=self.patience)
        return room

    async def buyer(self) -> MatrixUser:
        return await self.town.cast.register(f"bob{next(self._numbers)}", display_name="Bob")

    async def publishes(
        self, room: str, *goods: MediaFile, words: str = "5 USD Sunset"
    ) -> RoomEvent:
        """By way of the studio; the placeholder."""
        heard = self.seller.mark()
        for file in goods:
            await self.seller.send_file(self.studio, file)
        await self.hears(self.seller, self.studio, goods[-1].name, after=heard)
        await self.seller.say(self.studio, words)
        await self.seller.say(self.studio, f"!ppv publish {room}")
        return await self.hears(self.seller, room, "!ppv buy")

    async def link(self, buyer: MatrixUser, room: str, placeholder: RoomEvent) -> str:
        """The buyer reacts; the personal link that comes back."""
        await buyer.react(room, placeholder.event_id, "🔓")
        chat = await buyer.wait_for_direct_room(self.bot, seconds=self.patience)
        event = await self.hears(buyer, chat, "?for=")
        return next(word for word in event.body.split() if "?for=" in word)

    async def pays(self, link: str) -> Page:
        """The success page."""
        async with Browser.open() as browser:
            checkout = await browser.submit(await browser.visit(link))
            return await browser.submit(checkout, _TEST_CARD)

    async def hears(
        self, person: MatrixUser, room: str | None, words: str, *, after: int = 0
    ) -> RoomEvent:
        """What the bot says with these words in it, edits included."""

        def fits(event: RoomEvent) -> bool:
            return event.sender == self.bot and words in event.body

        return await person.wait_for(fits, room_id=room, after=after, seconds=self.patience)

    async def goods(self, buyer: MatrixUser, number: int, *, after: int = 0) -> list[RoomEvent]:
        """So many attachments with keys, from the bot, in the order of their arrival."""

        def arrived() -> list[RoomEvent]:
            return [
                event
                for event in buyer.heard(after=after)
                if event.sender == self.bot and "file" in event.content
            ]

        await buyer.wait_for(lambda _: len(arrived()) >= number, after=after, seconds=self.patience)
        return arrived()


@asynccontextmanager
async def open_market(
    folder: Path, program: Sequence[str] = PROGRAM, patience: float = _PATIENCE
) -> AsyncIterator[Market]:
    """Of rooms without encryption; `encrypted_town` has the others."""
    clear = {"encryption": {"direct_rooms": "off"}}
    async with open_environment(folder, sellers=(SELLER,), changes=clear, program=program) as town:
        seller = await town.cast.register(SELLER)
        studio = await seller.open_direct_room(town.bot)
        await seller.wait_for_member(studio, town.bot, seconds=_PATIENCE)
        yield Market(town, seller, studio, count(1), patience)
