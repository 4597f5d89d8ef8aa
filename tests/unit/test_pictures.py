"""What is made of a picture: a thumbnail for those who paid, and squares for everybody."""

import io

import pytest
from PIL import Image

from appservice.pictures.pillow import TEASER_SIDE, PillowPictures
from sandbox.goods import drawing, photo

pictures = PillowPictures()


def opened(file: bytes) -> Image.Image:
    return Image.open(io.BytesIO(file))


def png(image: Image.Image, **more: object) -> bytes:
    file = io.BytesIO()
    image.save(file, "PNG", **more)
    return file.getvalue()


def board(square: int, side: int = 640) -> bytes:
    """A chessboard with squares of so many pixels, in fine lines that a teaser must not show."""
    pixels = bytes(
        255 * ((x // square + y // square) % 2) for y in range(side) for x in range(side)
    )
    return png(Image.frombytes("L", (side, side), pixels).convert("RGB"))


async def test_a_photo_gets_its_size_a_thumbnail_and_a_teaser() -> None:
    file = photo(width=1280, height=853)
    look = await pictures.look(file.data)
    assert look is not None
    assert (look.width, look.height) == (1280, 853)
    assert (
        opened(look.thumbnail).size == (look.thumbnail_width, look.thumbnail_height) == (800, 533)
    )
    assert look.thumbnail_mimetype == "image/jpeg"
    assert opened(look.teaser).size == (TEASER_SIDE, 11)


async def test_no_detail_can_be_had_back_from_a_teaser() -> None:
    """Pictures that differ in every detail, and agree only in sixteen means a side, tease alike."""
    fine, finer = [await pictures.look(board(square)) for square in (4, 10)]
    assert fine is not None
    assert finer is not None
    assert board(4) != board(10)
    assert opened(fine.teaser).tobytes() == opened(finer.teaser).tobytes()


async def test_the_enlarged_teaser_holds_nothing_but_its_squares() -> None:
    look = await pictures.look(photo().data)
    assert look is not None
    large, width, height = await pictures.enlarge(look.teaser)
    enlarged, tiny = opened(large), opened(look.teaser)
    assert enlarged.size == (width, height)
    assert max(width, height) == 480
    shrunk = enlarged.resize(tiny.size, Image.Resampling.NEAREST)
    assert shrunk.tobytes() == tiny.tobytes()
    assert len(set(enlarged.get_flattened_data())) <= TEASER_SIDE**2


@pytest.mark.parametrize("size", [(4000, 3), (3, 4000), (1, 1), (16, 16)])
async def test_odd_shapes_are_teased_too(size: tuple[int, int]) -> None:
    look = await pictures.look(png(Image.new("RGB", size, "teal")))
    assert look is not None
    assert 1 <= min(opened(look.teaser).size) <= max(opened(look.teaser).size) <= TEASER_SIDE
    await pictures.enlarge(look.teaser)


async def test_see_through_pictures_keep_their_holes_in_the_thumbnail_only() -> None:
    look = await pictures.look(png(Image.new("RGBA", (100, 100), (255, 0, 0, 0))))
    assert look is not None
    assert look.thumbnail_mimetype == "image/png"
    assert opened(look.teaser).mode == "RGB"
    assert set(opened(look.teaser).get_flattened_data()) == {(255, 255, 255)}


async def test_a_picture_that_lies_on_its_side_is_turned() -> None:
    image = Image.new("RGB", (40, 20), "teal")
    exif = image.getexif()
    exif[0x0112] = 6
    look = await pictures.look(png(image, exif=exif))
    assert look is not None
    assert (look.width, look.height) == (20, 40)


async def test_where_and_when_a_photo_was_taken_does_not_travel_with_its_thumbnail() -> None:
    image = Image.new("RGB", (900, 900), "teal")
    exif = image.getexif()
    exif[0x010E] = "taken at home"
    look = await pictures.look(png(image, exif=exif))
    assert look is not None
    assert b"taken at home" not in look.thumbnail + look.teaser


@pytest.mark.parametrize("data", [b"", b"no picture", drawing().data[:100], b"\x89PNG\r\n\x1a\n"])
async def test_what_is_no_picture_is_none(data: bytes) -> None:
    assert await pictures.look(data) is None


async def test_a_picture_too_large_to_decode_is_left_alone() -> None:
    bomb = png(Image.new("1", (20_000, 20_000)))
    assert len(bomb) < 100_000
    assert await pictures.look(bomb) is None


async def test_a_qr_code_is_a_png_with_a_quiet_zone_that_says_its_size() -> None:
    png, width, height = await PillowPictures().qr_code("https://ppv.example.org/m/k7qm2xpa4e")
    with Image.open(io.BytesIO(png)) as picture:
        assert picture.size == (width, height)
        edge = picture.convert("L").crop((0, 0, width, 40))
        assert edge.getextrema() == (255, 255)
