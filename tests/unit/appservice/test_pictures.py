"""What is made of a picture: a thumbnail for those who paid, and squares for everybody."""

import io

import pytest
from PIL import Image, ImageChops, ImageStat

from appservice.pictures.decoder import LEAST_LOSS, PIXELS_EACH, TEASER_SIDE, decode
from appservice.pictures.pillow_adapter import PillowPictures
from bot.ports import NoPicture
from sandbox.sample_media import photo
from tests.support.real_pictures import RealPictures
from tests.support.sample_pictures import board, noise, opened, png

pictures = RealPictures()


async def teaser_of(file: bytes) -> bytes | None:
    return (await pictures.look(file)).teaser


async def shown(file: bytes) -> bytes:
    teaser = await teaser_of(file)
    assert teaser is not None
    return teaser


async def test_a_photo_gets_its_size_a_thumbnail_and_a_teaser() -> None:
    look = await pictures.look(photo(width=1280, height=853).data)
    assert (look.width, look.height) == (1280, 853)
    assert (
        opened(look.thumbnail).size == (look.thumbnail_width, look.thumbnail_height) == (800, 533)
    )
    assert look.thumbnail_mimetype == "image/jpeg"
    assert look.teaser
    assert opened(look.teaser).size == (TEASER_SIDE, 11)


async def test_no_detail_can_be_had_back_from_a_teaser() -> None:
    """Pictures that differ in every detail, and agree only in sixteen means a side, tease alike."""
    fine, finer = board(4), board(10)
    assert fine != finer
    assert opened(await shown(fine)).tobytes() == opened(await shown(finer)).tobytes()


async def test_the_enlarged_teaser_holds_nothing_but_its_squares() -> None:
    teaser = await shown(photo().data)
    large, width, height = await pictures.enlarge(teaser)
    enlarged, tiny = opened(large), opened(teaser)
    assert enlarged.size == (width, height)
    assert max(width, height) == 480
    shrunk = enlarged.resize(tiny.size, Image.Resampling.NEAREST)
    assert shrunk.tobytes() == tiny.tobytes()
    assert len(set(enlarged.get_flattened_data())) <= TEASER_SIDE**2


@pytest.mark.parametrize("size", [(4000, 3), (3, 4000), (100, 90), (1, 2000)])
async def test_odd_shapes_are_teased_too(size: tuple[int, int]) -> None:
    teaser = await shown(png(noise(*size)))
    assert 1 <= min(opened(teaser).size) <= max(opened(teaser).size) <= TEASER_SIDE
    await pictures.enlarge(teaser)


async def test_see_through_pictures_keep_their_holes_in_the_thumbnail_only() -> None:
    picture = Image.new("RGBA", (100, 100), (255, 0, 0, 0))
    picture.paste("navy", (10, 10, 60, 45))
    look = await pictures.look(png(picture))
    assert look.thumbnail_mimetype == "image/png"
    assert look.teaser
    assert opened(look.teaser).mode == "RGB"
    assert opened(look.teaser).getpixel((7, 7)) == (255, 255, 255)


async def test_a_picture_that_lies_on_its_side_is_turned() -> None:
    image = noise(40, 20)
    exif = image.getexif()
    exif[0x0112] = 6
    look = await pictures.look(png(image, exif=exif))
    assert (look.width, look.height) == (20, 40)
    assert opened(look.thumbnail).size == (20, 40)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "kind of picture"),
        (b"no picture", "kind of picture"),
        (png(noise(90, 90))[:200], "damaged"),
        (b"\x89PNG\r\n\x1a\n", "kind of picture"),
    ],
)
async def test_what_is_no_picture_says_why(data: bytes, why: str) -> None:
    with pytest.raises(NoPicture, match=why):
        await pictures.look(data)


async def test_a_picture_too_large_to_decode_is_left_alone() -> None:
    bomb = png(Image.new("1", (20_000, 20_000)))
    assert len(bomb) < 100_000
    with pytest.raises(NoPicture, match="more pixels"):
        await pictures.look(bomb)


async def test_a_large_jpeg_is_decoded_at_a_part_of_its_size() -> None:
    file = io.BytesIO()
    Image.effect_noise((3000, 3000), 80).resize((9000, 9000)).save(file, "JPEG", quality=30)
    look = await pictures.look(file.getvalue())
    assert (look.width, look.height) == (9000, 9000)
    assert (look.thumbnail_width, look.thumbnail_height) == (600, 600)


async def test_a_qr_code_is_a_png_with_a_quiet_zone_that_says_its_size() -> None:
    png, width, height = await PillowPictures().qr_code("https://ppv.example.org/m/k7qm2xpa4e")
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.size == (width, height)
        edge = picture.convert("L").crop((0, 0, width, 40))
        assert edge.getextrema() == (255, 255)


def recovered(picture: Image.Image, teaser: Image.Image) -> float:
    """How far, of 255, the teaser is from the picture, where one is laid over the other."""
    back = teaser.resize(picture.size, Image.Resampling.NEAREST)
    loss = ImageStat.Stat(ImageChops.difference(picture.convert("RGB"), back)).mean
    return sum(loss) / len(loss)


SIZES = [1, 7, 16, 33, 100, 250]


@pytest.mark.parametrize("format_", ["PNG", "JPEG", "GIF", "WEBP", "AVIF", "BMP"])
@pytest.mark.parametrize("side", SIZES)
@pytest.mark.parametrize("kind", ["noise", "pixel art", "plain", "board"])
def test_a_teaser_is_always_much_poorer_than_the_goods(format_: str, side: int, kind: str) -> None:
    """Of no picture are there more squares than one for 64 pixels, nor can they stand for the picture."""
    picture = {
        "noise": lambda: noise(side, max(1, side * 2 // 3)),
        "pixel art": lambda: noise(16, 16).resize((side, side), Image.Resampling.NEAREST),
        "plain": lambda: Image.new("RGB", (side, side), "teal"),
        "board": lambda: opened(board(max(1, side // 16), side)),
    }[kind]()
    file = io.BytesIO()
    picture.save(file, format_)
    facts, _, pixels = decode(file.getvalue())
    if facts["teaser"] is None:
        assert pixels == b""
        return
    width, height = facts["teaser"]
    assert len(pixels) == width * height * 3
    assert width * height * PIXELS_EACH <= picture.width * picture.height
    decoded = opened(file.getvalue())
    assert recovered(decoded, Image.frombytes("RGB", (width, height), pixels)) >= LEAST_LOSS / 2
