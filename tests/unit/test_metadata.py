"""Pictures lose place, camera and comments, and keep every pixel, their orientation and their colours."""

import io
from pathlib import Path

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from appservice.pictures.metadata import without_metadata

GPS = (Path(__file__).parents[1] / "cases" / "gps.jpg").read_bytes()
PROFILE = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
PICTURE = Image.effect_noise((40, 30), 60).convert("RGB")
PRIVATE = (b"GPS", b"Canon", b"secret", b"exif:", b"Photoshop")


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
def test_place_and_camera_are_taken_out_and_the_rest_stays(format_: str, orientation: int) -> None:
    before = with_everything(format_, orientation)
    cleaned = without_metadata(before)
    assert cleaned.place
    assert cleaned.clean
    assert not [each for each in PRIVATE if each in cleaned.file]
    with Image.open(io.BytesIO(before)) as was, Image.open(io.BytesIO(cleaned.file)) as is_:
        assert is_.tobytes() == was.tobytes()
        assert is_.getexif().get(0x0112, 1) == orientation
        assert is_.info["icc_profile"] == PROFILE
        assert set(is_.getexif()) <= {0x0112}
        assert not is_.info.keys() & {"comment", "Comment", "xmp"}


def test_the_photo_of_a_report_says_nothing_any_more() -> None:
    cleaned = without_metadata(GPS)
    assert cleaned.place
    with Image.open(io.BytesIO(GPS)) as was, Image.open(io.BytesIO(cleaned.file)) as is_:
        assert is_.tobytes() == was.tobytes()
        assert not is_.getexif().get_ifd(0x8825)


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_a_picture_without_any_is_the_same_to_the_byte(format_: str) -> None:
    before = saved(format_)
    assert without_metadata(before).file == before
    assert not without_metadata(before).place


def test_what_stands_behind_a_picture_goes_with_its_metadata() -> None:
    for before in (saved("JPEG"), saved("PNG"), saved("WEBP")):
        assert without_metadata(before + GPS).file == before


def test_a_progressive_picture_keeps_all_its_scans() -> None:
    before = saved("JPEG", progressive=True, exif=exif())
    with (
        Image.open(io.BytesIO(before)) as was,
        Image.open(io.BytesIO(without_metadata(before).file)) as is_,
    ):
        assert is_.tobytes() == was.tobytes()


@pytest.mark.parametrize("format_", ["TIFF", "AVIF"])
def test_of_other_formats_it_is_told_that_the_place_stays(format_: str) -> None:
    before = b"Exif\0\0".join([b"a picture", exif().tobytes().removeprefix(b"Exif\0\0")])
    cleaned = without_metadata(saved(format_) + before)
    assert (cleaned.place, cleaned.clean) == (True, False)
    assert cleaned.file == saved(format_) + before


@pytest.mark.parametrize("format_", ["JPEG", "PNG", "WEBP"])
def test_whatever_is_cut_off_or_bent_harms_nobody(format_: str) -> None:
    whole = with_everything(format_, 6)
    for length in range(0, len(whole), 7):
        without_metadata(whole[:length])
    for place in range(0, len(whole), 11):
        for value in (0, 0x7F, 0xFF):
            bent = bytearray(whole)
            bent[place] = value
            without_metadata(bytes(bent))
