"""The journeys after which the disks are searched, in a town of which everything that is sent is known."""

import base64
import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from bot.crypto.attachment_cipher import ContentKey
from bot.crypto.upload_parts import encrypt_part
from sandbox.clients import MatrixUser, RoomEvent
from sandbox.environment import Environment
from sandbox.sample_media import MediaFile, blob, photo
from tests.adversary.canary import Canary
from tests.integration.test_studio_on_synapse import Studio, signed_in
from tests.support.synapse.market import Market
from tests.support.tus_client import SEALED, TUS, metadata


@dataclass(slots=True)
class World:
    market: Market
    encrypted: bool
    canary: Canary = field(default_factory=Canary)
    seen: Canary = field(default_factory=Canary)
    """What stood in a room before anybody knew that it was for sale."""
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @property
    def town(self) -> Environment:
        return self.market.town

    def picture(self, journey: str) -> MediaFile:
        number = next(self.numbers)
        media = photo(f"zanzibar-{journey}-{number}.jpg", seed=200 + 7 * number)
        self.canary.sends(media)
        return media

    def secret_words(self, words: str) -> str:
        self.canary.words.add(words)
        return words

    async def room(self) -> str:
        seller = self.market.seller
        room = await seller.create_room(
            f"Room {next(self.numbers)}",
            public=True,
            invite=[self.town.bot],
            encrypted=self.encrypted,
            powers={self.town.bot: 50},
        )
        await seller.wait_for_member(room, self.town.bot, seconds=60)
        return room


async def by_the_studio(world: World) -> None:
    """Put on sale, bought, delivered, refunded, taken off sale; another draft is thrown away."""
    market = world.market
    buyer, placeholder = await bought(world, "studio")
    code = code_in(placeholder)
    sale = (await market.hears(market.seller, market.studio, "Sold for")).body.rpartition("sale ")[
        2
    ]
    heard = buyer.mark()
    chat = await buyer.wait_for_direct_room(market.bot, seconds=60)
    await buyer.say(chat, f"!ppv library {code}")
    await market.goods(buyer, 1, after=heard)
    await seller_says(world, f"!ppv refund {sale.strip()}", "Refunded")
    await seller_says(world, f"!ppv withdraw {code}", "It is off sale")
    heard = market.seller.mark()
    caption = world.secret_words("a caption that nobody ever publishes")
    await market.seller.send_file(market.studio, world.picture("discarded"), caption=caption)
    await market.hears(market.seller, market.studio, "zanzibar-discarded", after=heard)
    await seller_says(world, "!ppv discard", "The draft is gone")


async def by_a_buyer_who_gives_it_back(world: World) -> None:
    market = world.market
    buyer, placeholder = await bought(world, "returned")
    chat = await buyer.wait_for_direct_room(market.bot, seconds=60)
    for word, answer in (("", "yes"), (" yes", "Your purchase is cancelled")):
        heard = buyer.mark()
        await buyer.say(chat, f"!ppv cancel {code_in(placeholder)}{word}")
        await market.hears(buyer, chat, answer, after=heard)
    await market.hears(buyer, None, "on its way back")


async def by_a_flag(world: World) -> None:
    """Announced, then sent into the room."""
    market = world.market
    room = await world.room()
    await market.seller.say(room, "!ppv 5 USD Flagged")
    await market.hears(market.seller, room, "Send the files for 5.00 USD now")
    await market.seller.send_file(room, world.picture("flagged"))
    await market.seller.say(room, "!ppv done")
    await market.hears(market.seller, room, "!ppv buy")


async def by_a_later_flag(world: World) -> None:
    """Sent into the room, and flagged after that: by words, and by a reply that quotes the file."""
    market = world.market
    bystander = await market.buyer()  # What goes to the bot alone, the gate may delete.
    for journey in ("after", "reply"):
        room = await world.room()
        await bystander.join(room)
        await market.seller.wait_for_member(room, bystander.user_id, seconds=60)
        file = blob(
            f"zanzibar-{journey}-{next(world.numbers)}.bin", size=50_000
        )  # Like no picture.
        world.seen.sends(file)
        sent = await market.seller.send_file(room, file)
        event = await market.seller.wait_for_event(sent)
        if journey == "reply":
            await market.seller.reply(event, "!ppv 5 USD Replied")
        else:
            await market.seller.say(room, "!ppv 5 USD Afterwards")
            await market.seller.say(room, "!ppv done")
        await market.hears(market.seller, room, "!ppv buy")


async def by_a_later_flag_in_an_encrypted_room(world: World) -> None:
    """It makes no goods of what went into the room before, so nothing of that is kept."""
    market = world.market
    room = await world.room()
    sent = await market.seller.send_file(room, world.picture("unannounced"))
    await market.seller.wait_for_event(sent)
    await market.seller.say(room, "!ppv 5 USD Afterwards")
    await market.hears(market.seller, room, "Send the files for 5.00 USD now")
    await market.seller.say(room, "!ppv done")


async def by_the_browser(world: World) -> None:
    """One file by a form and one sealed in the browser are put on sale; another draft stays a draft."""
    market = world.market
    room = await world.room()
    async with signed_in(market) as studio:
        offer, _ = await studio.sends(f"{studio.base}/studio/offers", form="published")
        await studio.uploads(offer, world.picture("form"))
        await uploads_sealed(world, studio, offer, world.picture("sealed"))
        html = await studio.page(offer)
        (seen,) = set(re.findall(r'name="seen" value="([^"]+)"', html))
        words = {"price": "5 USD", "text": "Browsed", "rooms": room, "do": "publish"}
        await studio.sends(f"{offer}/draft", seen=seen, **words)
        await market.hears(market.seller, room, "Browsed")
        draft, _ = await studio.sends(f"{studio.base}/studio/offers", form="draft")
        await studio.uploads(draft, world.picture("uploaded"))


async def uploads_sealed(world: World, studio: Studio, offer: str, file: MediaFile) -> None:
    """As browsers with WebCrypto do it, in one part."""
    ours = TUS | {"X-Form-Token": studio.token}
    digest = hashlib.sha256(file.data).hexdigest()
    said = metadata(filename=file.name, filetype=file.mimetype, content=digest)
    begin = ours | {"Upload-Length": str(len(file.data)), "Upload-Metadata": said}
    async with studio.http.post(f"{offer}/uploads", headers=begin) as answer:
        assert answer.status == 201, await answer.text()
        path = answer.headers["Location"].partition("/studio")[2]
    address = f"{studio.base}/studio{path}"
    async with studio.http.get(f"{address}/key", headers=ours) as answer:
        assert answer.status == 200, await answer.text()
        key = base64.b64decode((await answer.json())["key"])
    world.canary.keys.add(base64.urlsafe_b64encode(key).decode().rstrip("="))
    sealed = encrypt_part(ContentKey(key, b""), address.rpartition("/")[2], "0", file.data)
    headers = ours | {"Upload-Offset": "0", "Content-Type": SEALED}
    async with studio.http.patch(address, data=sealed, headers=headers) as answer:
        assert answer.status == 204, await answer.text()


async def bought(world: World, journey: str) -> tuple[MatrixUser, RoomEvent]:
    """The buyer, who has the goods, and the placeholder."""
    market = world.market
    buyer = await market.buyer()
    room = await world.room()
    await buyer.join(room)
    placeholder = await market.publishes(room, world.picture(journey), words="5 USD Harbour")
    await market.pays(await market.link(buyer, room, placeholder))
    await market.goods(buyer, 1)
    await market.hears(buyer, None, "🧾")  # Until then the files are still on their way.
    return buyer, placeholder


async def seller_says(world: World, words: str, answer: str) -> None:
    market = world.market
    heard = market.seller.mark()
    await market.seller.say(market.studio, words)
    await market.hears(market.seller, market.studio, answer, after=heard)


def code_in(placeholder: RoomEvent) -> str:
    return placeholder.body.split("!ppv buy ")[1].split()[0]
