"""What is sold arrives as what it was, whatever the seller's app or browser called it."""

import pytest

from bot.domain.offers.attachment import MediaKind
from bot.messages import Goods
from tests.support.bot_harness import ALICE, BOB, LOUNGE, STUDIO, BotHarness

HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(60)
OGG = b"OggS\0\x02" + bytes(22) + b"\x01\x13OpusHead\x01\x02" + bytes(60)


@pytest.fixture
def house() -> BotHarness:
    return BotHarness()


async def bought(house: BotHarness) -> Goods:
    await house.says(ALICE, STUDIO, "5 USD Sunset")
    await house.says(ALICE, STUDIO, "!ppv publish #lounge:test")
    (offer,) = house.store.records.offers.values()
    await house.says(BOB, LOUNGE, f"!ppv buy {offer.id}")
    await house.pays(BOB)
    (goods,) = house.matrix.of(Goods)
    return goods


async def test_a_picture_without_info_arrives_as_one(house: BotHarness) -> None:
    await house.open_studio()
    await house.sends(ALICE, STUDIO, HEIC, "1.heic", msgtype="m.file", info={})
    goods = await bought(house)
    assert (goods.kind, goods.info.mimetype) == (MediaKind.IMAGE, "image/heic")
    assert goods.size == len(HEIC)


async def test_a_voice_message_arrives_as_one(house: BotHarness) -> None:
    await house.open_studio()
    marks = {
        "org.matrix.msc3245.voice": {},
        "org.matrix.msc1767.audio": {"duration": 2500, "waveform": [1, 2, 3]},
    }
    info = {"mimetype": "audio/ogg; codecs=opus", "duration": 2500}
    await house.sends(ALICE, STUDIO, OGG, "voice.ogg", msgtype="m.audio", info=info, **marks)
    goods = await bought(house)
    assert (goods.kind, goods.info.mimetype) == (MediaKind.AUDIO, "audio/ogg; codecs=opus")
    assert (goods.info.voice, goods.info.waveform) == (True, (1, 2, 3))
