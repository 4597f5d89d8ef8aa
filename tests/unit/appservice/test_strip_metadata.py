"""Pictures lose place, camera and comments, and keep every pixel, their orientation and their colours."""

import io
from collections.abc import AsyncIterator

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from appservice.pictures.metadata.cleaning import cleaned, looked_through
from appservice.pictures.metadata.heif import items_of
from bot.ports import Metadata
from tests.support.sample_pictures import CASES

GPS = (CASES / "gps.jpg").read_bytes()
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
PICTURE = Image.effect_noise((40, 30), 60).convert("RGB")
PRIVATE = (b"GPS", b"Canon", b"secret", b"exif:", b"Photoshop")


async def pieces(file: bytes, size: int) -> AsyncIterator[bytes]:
    for start in range(0, len(file), size):
        yield file[start : start + size]


async def without_metadata(file: bytes, size: int = 1 << 20) -> tuple[bytes, Metadata]:
    found = Metadata()
    return b"".join([each async for each in cleaned(pieces(file, size), found)]), found


def exif(orientation: int = 1) -> Image.Exif:
    facts = Image.Exif()
    facts[0x0112] = orientation
    facts[0x010F] = "Canon"
    facts.get_ifd(0x8825)[1] = "N"
    facts.get_ifd(0x8825)[2] = (52.0, 31.0, 12.0)
    return facts


def saved(format_: str, **more: object) -> bytes:
    file = io.BytesIO()
    PICTURE.save(file, format_, **more)
    return file.getvalue()


def with_text(orientation: int) -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", "secret")
    words.add_itxt("XML:com.adobe.xmp", "<x exif:GPSLatitude='52,31N'/>", zip=True)
    return saved("PNG", pnginfo=words, exif=exif(orientation), icc_profile=PROFILE)


def with_everything(format_: str, orientation: int) -> bytes:
    if format_ == "PNG":
        return with_text(orientation)
    more = {"lossless": True} if format_ == "WEBP" else {"comment": b"secret"}
    xmp = b"<x exif:GPSLatitude='52,31N'/>"
    return saved(format_, exif=exif(orientation), xmp=xmp, icc_profile=PROFILE, **more)


@pytest.mark.parametrize("orientation", [1, 6, 8])
@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
async def test_place_and_camera_are_taken_out_and_the_rest_stays(
    format_: str, orientation: int
) -> None:
    before = with_everything(format_, orientation)
    file, found = await without_metadata(before)
    assert found == Metadata(place=True, removed=True)
    assert not [each for each in PRIVATE if each in file]
    with Image.open(io.BytesIO(before)) as was, Image.open(io.BytesIO(file)) as is_:
        assert is_.tobytes() == was.tobytes()
        assert is_.getexif().get(0x0112, 1) == orientation
        assert is_.info["icc_profile"] == PROFILE
        assert set(is_.getexif()) <= {0x0112}
        assert not is_.info.keys() & {"comment", "Comment", "xmp"}


async def test_the_photo_of_a_report_says_nothing_any_more() -> None:
    file, found = await without_metadata(GPS)
    assert found.place
    with Image.open(io.BytesIO(GPS)) as was, Image.open(io.BytesIO(file)) as is_:
        assert is_.tobytes() == was.tobytes()
        assert not is_.getexif().get_ifd(0x8825)


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP", "AVIF"])
async def test_a_picture_without_any_is_the_same_to_the_byte(format_: str) -> None:
    before = saved(format_)
    assert await without_metadata(before) == (before, Metadata())


async def test_what_stands_behind_a_picture_goes_with_its_metadata() -> None:
    for before in (saved("JPEG"), saved("PNG"), saved("WEBP")):
        file, found = await without_metadata(before + GPS)
        assert file == before
        assert found.removed


async def test_a_progressive_picture_keeps_all_its_scans() -> None:
    before = saved("JPEG", progressive=True, exif=exif())
    file, _ = await without_metadata(before)
    with Image.open(io.BytesIO(before)) as was, Image.open(io.BytesIO(file)) as is_:
        assert is_.tobytes() == was.tobytes()


@pytest.mark.parametrize("name", ["gps.heic", "gps.avif"])
async def test_pictures_of_phones_lose_place_and_camera_and_keep_their_length(name: str) -> None:
    before = (
        saved("AVIF", exif=exif(), xmp=b"<x exif:GPSLatitude='52,31N'/>")
        if name == "gps.avif"
        else (CASES / name).read_bytes()
    )
    file, found = await without_metadata(before)
    assert found == Metadata(place=True, removed=True)
    assert len(file) == len(before)
    assert not [each for each in (b"Canon", b"exif:", b"52,31") if each in file]
    if name == "gps.avif":
        with Image.open(io.BytesIO(before)) as was, Image.open(io.BytesIO(file)) as is_:
            assert is_.tobytes() == was.tobytes()
            assert not is_.getexif()


async def test_of_a_picture_whose_place_stands_before_its_table_it_is_told_that_it_stays() -> None:
    """A decoder finds it by the table, which comes too late for a stream."""
    before = saved("AVIF", exif=exif())
    meta, data = before.index(b"meta") - 4, before.index(b"mdat") - 4
    table = before[meta:data]
    for item in items_of(table[12:], meta + 12):
        table = table.replace(
            item.start.to_bytes(4, "big"), (item.start - len(table)).to_bytes(4, "big")
        )
    turned = before[:meta] + before[data:] + table
    file, found = await without_metadata(turned)
    assert file == turned
    assert (found.place, found.unknown) == (True, True)


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
@pytest.mark.parametrize(
    "name", ["gps_udta.mov", "gps_mdta.mov", "gps_loci.3gp", "gps.webm", "gps_live.webm"]
)
async def test_films_lose_place_and_camera_and_nothing_moves_in_them(name: str, size: int) -> None:
    before = (CASES / name).read_bytes()
    assert b"+52.5200" in before or b"loci" in before
    file, found = await without_metadata(before, size)
    assert found == Metadata(place=True, removed=True)
    assert not [each for each in (b"52.52", b"Canon", b"loci") if each in file]
    assert len(file) == len(before)
    same = sum(one == other for one, other in zip(file, before, strict=True))
    assert same > 0.85 * len(before)


async def test_a_sound_keeps_what_it_says_of_itself() -> None:
    before = (CASES / "title.m4a").read_bytes()
    assert await without_metadata(before) == (before, Metadata())
    assert b"Sunset" in before


async def test_of_a_camera_that_follows_where_it_is_it_is_told_that_the_place_stays() -> None:
    before = (CASES / "gps_udta.mov").read_bytes().replace(b"mp4v", b"gpmd", 1)
    _, found = await without_metadata(before)
    assert (found.place, found.unknown) == (True, True)


async def test_a_large_picture_is_cleaned_as_well() -> None:
    head, tail = GPS[:2], GPS[2:]
    comment = b"\xff\xe9" + (65_535).to_bytes(2, "big") + bytes(65_533)
    file, found = await without_metadata(head + comment * 520 + tail)
    assert file == (await without_metadata(GPS))[0]
    assert found.place


async def test_of_other_formats_it_is_told_that_the_place_stays() -> None:
    before = exif().tobytes().removeprefix(b"Exif\0\0")  # As a TIFF and most raw pictures are
    assert await without_metadata(before) == (before, Metadata(place=True, unknown=True))


async def test_what_is_kept_on_purpose_is_looked_through_and_stays_as_it_is() -> None:
    for name in ("gps.jpg", "gps.heic", "gps_udta.mov", "gps.webm"):
        before, found = (CASES / name).read_bytes(), Metadata()
        kept = [each async for each in looked_through(pieces(before, 700), found)]
        assert b"".join(kept) == before
        assert found == Metadata(place=True, removed=True)


FORMATS = ["JPEG", "PNG", "WEBP", "gps.heic", "gps_mdta.mov", "gps.webm"]


@pytest.mark.parametrize("format_", FORMATS)
async def test_whatever_is_cut_off_or_bent_harms_nobody_and_grows_into_nothing(
    format_: str,
) -> None:
    case = CASES / format_
    whole = case.read_bytes() if case.is_file() else with_everything(format_, 6)
    for length in range(0, len(whole), 37):
        await without_metadata(whole[:length])
    for place in range(0, min(len(whole), 1500), 5):
        for value in (0, 0x01, 0x7F, 0xFF):
            bent = bytearray(whole)
            bent[place] = value
            file, _ = await without_metadata(bytes(bent))
            assert len(file) <= len(bent) + 64
