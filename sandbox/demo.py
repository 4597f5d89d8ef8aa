"""One whole sale between two people with real clients, told as it happens."""

import hashlib
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from sandbox.browser import Browser, Page
from sandbox.clients import MatrixUser, RoomEvent
from sandbox.environment import Environment
from sandbox.sample_media import MediaFile, photo, song

SELLER, BUYER, BYSTANDER = "sally", "bob", "eve"
_ROOM = "gallery"
_PATIENCE = 30.0


class SaleFailedError(Exception):
    """A step did not do what it should; the message says which."""


@dataclass(slots=True)
class Transcript:
    """Says what happens, with the seconds since the beginning."""

    write: Callable[[str], None]
    _began: float = field(default_factory=time.monotonic)

    def step(self, words: str) -> None:
        self.write(f"\n[{time.monotonic() - self._began:5.1f} s] {words}")

    def quote(self, words: str) -> None:
        for line in words.splitlines():
            self.write(f"          │ {line}")


@dataclass(frozen=True, slots=True)
class Stage:
    """Who plays, and where."""

    town: Environment
    seller: MatrixUser
    buyer: MatrixUser
    bystander: MatrixUser
    room: str

    @property
    def alias(self) -> str:
        return f"#{_ROOM}:{self.town.synapse.server_name}"


async def set_stage(town: Environment) -> Stage:
    """Three people and a room with the bot in it."""
    seller, buyer, bystander = [
        await town.cast.register(name, password=f"{name}-password")
        for name in (SELLER, BUYER, BYSTANDER)
    ]
    room = await seller.create_room(
        "The gallery", public=True, alias=_ROOM, encrypted=True, powers={town.bot: 50}
    )
    for guest in (buyer, bystander):
        await guest.join(room)
    await seller.invite(room, town.bot)
    await seller.wait_for_member(room, town.bot, seconds=_PATIENCE)
    return Stage(town, seller, buyer, bystander, room)


async def play_sale(stage: Stage, tell: Transcript) -> str:
    """The offer's link for everybody. Raises SaleFailedError, and what the servers refuse."""
    goods = [
        photo(name="harbour.jpg"),
        photo(name="lighthouse.jpg", seed=2),
        song(name="waves.wav"),
    ]
    placeholder = await _sells(stage, goods, tell)
    checkout = await _asks_to_buy(stage, placeholder, tell)
    await _pays(stage, checkout, tell)
    await _opens(stage, goods, tell)
    await _others_look(stage, tell)
    return next(word for word in placeholder.body.split() if "/m/" in word)


async def _sells(stage: Stage, goods: list[MediaFile], tell: Transcript) -> RoomEvent:
    seller, bot = stage.seller, stage.town.bot
    tell.step(f"{seller.name} opens a direct chat with {bot}, and the bot answers:")
    studio = await seller.open_direct_room(bot, encrypted=True)
    welcome = await _hears(seller, studio, bot, "Hello")
    tell.quote(welcome.body)
    tell.step(f"{seller.name} sends {len(goods)} files there, and prices them:")
    for file in goods:
        await seller.send_file(studio, file)
        tell.quote(f"{file.name} ({len(file.data):,} bytes)")
    await _hears(seller, studio, bot, goods[-1].name)
    for words in ("5 USD Three pieces of summer", f"publish {stage.alias}"):
        tell.quote(words)
        await seller.say(studio, words)
    placeholder = await _hears(stage.bystander, stage.room, bot, "!ppv buy")
    tell.step("In the room everybody reads:")
    tell.quote(placeholder.body)
    return placeholder


async def _asks_to_buy(stage: Stage, placeholder: RoomEvent, tell: Transcript) -> Page:
    buyer, bot = stage.buyer, stage.town.bot
    tell.step(f"{buyer.name} reacts with 🔓, and the bot writes to {buyer.name} alone:")
    await buyer.react(stage.room, placeholder.event_id, "🔓")
    chat = await buyer.wait_for_direct_room(bot, seconds=_PATIENCE)
    offer = await _hears(buyer, chat, bot, "?for=")
    tell.quote(offer.body)
    link = next(word for word in offer.body.split() if "?for=" in word)
    async with Browser.open() as browser:
        page = await browser.visit(link)
        if not page.forms:
            raise SaleFailedError(f"the personal page has no button: {page.words}")
        tell.step("The link shows the offer. Pressing its button leads to the checkout:")
        checkout = await browser.submit(page)
    tell.quote(checkout.url)
    tell.quote(checkout.words)
    return checkout


async def _pays(stage: Stage, checkout: Page, tell: Transcript) -> None:
    tell.step(f"{stage.buyer.name} pays with the test card 4242 4242 4242 4242:")
    async with Browser.open() as browser:
        done = await browser.submit(checkout, {"card": "4242 4242 4242 4242", "action": "pay"})
    tell.quote(done.words)
    if "Paid" not in done.words:
        raise SaleFailedError(f"the success page does not say that it is paid: {done.words}")


async def _opens(stage: Stage, goods: list[MediaFile], tell: Transcript) -> None:
    buyer, bot = stage.buyer, stage.town.bot
    chat = await buyer.wait_for_direct_room(bot)
    receipt = await _hears(buyer, chat, bot, "🧾")
    files = [
        event for event in buyer.heard(chat) if event.sender == bot and "file" in event.content
    ]
    tell.step(f"{buyer.name}'s client opens what has arrived:")
    if len(files) != len(goods):
        raise SaleFailedError(f"{len(goods)} files were bought, {len(files)} have arrived")
    for sold, event in zip(goods, files, strict=True):
        bought = await buyer.open(event)
        original, arrived = (hashlib.sha256(data).hexdigest() for data in (sold.data, bought))
        if original != arrived:
            raise SaleFailedError(f"{event.body} is not what {stage.seller.name} sent")
        tell.quote(f"{event.body}  SHA-256 {arrived[:16]}…  equals the original's")
    tell.quote(receipt.body)


async def _others_look(stage: Stage, tell: Transcript) -> None:
    seller, bot = stage.seller, stage.town.bot
    studio = seller.direct_room(bot)
    sale = await _hears(seller, studio, bot, stage.buyer.user_id)
    tell.step(f"{seller.name} is told:")
    tell.quote(sale.body)
    tell.step(f"And all that {stage.bystander.name}, who has not paid, can see:")
    tell.quote("\n".join(stage.bystander.read(stage.room)))


async def _hears(person: MatrixUser, room: str | None, bot: str, words: str) -> RoomEvent:
    """What the bot says there with these words in it. Raises SaleFailedError if it does not."""

    def fits(event: RoomEvent) -> bool:
        return event.sender == bot and words in event.body

    try:
        return await person.wait_for(fits, room_id=room, seconds=_PATIENCE)
    except TimeoutError:
        raise SaleFailedError(
            f"{person.name} has waited {_PATIENCE:.0f} s for the bot to say “{words}”"
        ) from None
