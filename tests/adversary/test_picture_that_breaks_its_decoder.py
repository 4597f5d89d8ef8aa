"""A picture wants the bot to stop, to swell, to wait for ever, or to be sold with more than was meant."""

import asyncio
import io
import os
import zlib
from pathlib import Path

import pytest
from PIL import Image

from appservice.pictures import decoder
from appservice.pictures.decoder_process import DecoderFailed, DecoderProcess
from appservice.pictures.pillow_adapter import PillowPictures
from bot.ports import NoPicture
from tests.support.sample_pictures import CASES, noise, opened, png

GOOD = png(noise(90, 90))
MB = 1024 * 1024


def wide_png(width: int, height: int) -> bytes:
    """A PNG of one colour: some kilobytes that become width x height x 3 bytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + kind + data + check

    head = width.to_bytes(4, "big") + height.to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"
    packer, rows = zlib.compressobj(9), bytearray()
    for _ in range(height):
        rows += packer.compress(bytes(1 + 3 * width))
    rows += packer.flush()
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", bytes(rows))
        + chunk(b"IEND", b"")
    )


def peak_of(pid: int) -> int:
    """Bytes that the process held at most, of physical memory."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(each for each in status.splitlines() if each.startswith("VmHWM"))
    return int(line.split()[1]) * 1024


async def test_a_small_file_takes_no_memory_without_end() -> None:
    """Three at once take no more than one: they wait for each other."""
    bomb = wide_png(7700, 7700)
    assert len(bomb) < 250_000
    process = DecoderProcess()
    try:
        await asyncio.gather(*(process.decode(bomb) for _ in range(3)))
        await process.decode(GOOD)
        assert process.pid
        assert peak_of(process.pid) < decoder.MEMORY_BYTES + 64 * MB
    finally:
        await process.close()


async def test_what_needs_more_memory_than_there_is_says_so_and_the_next_one_is_decoded() -> None:
    """An alpha channel, a palette: more copies are made of these."""
    big = Image.new("P", (7700, 7700))
    big.info["transparency"] = 0
    async with PillowPictures.open() as pictures:
        with pytest.raises(NoPicture, match="more pixels"):
            await pictures.look(png(big))
        assert (await pictures.look(GOOD)).teaser


CODE, OPENS = Path(decoder.__file__).read_text(), "    with Image.open("
ODD = {
    "raises": "raise NotImplementedError",
    "raises what nobody catches": "raise SystemExit(3)",
    "crashes": "import os, signal; os.kill(os.getpid(), signal.SIGSEGV)",
    "says nonsense": "sys.stdout.buffer.write(b'\\xff' * 64); sys.stdout.flush()",
    "hangs": "import time; time.sleep(10_000)",
    "spins": "import resource; resource.setrlimit(resource.RLIMIT_CPU, (1, 1))\n        while True: pass",
}


@pytest.mark.parametrize("deed", ODD.values(), ids=ODD)
async def test_whatever_a_decoder_does_the_next_picture_is_decoded(
    deed: str, tmp_path: Path
) -> None:
    odd = tmp_path / "odd.py"
    odd.write_text(CODE.replace(OPENS, f"    if file == b'odd':\n        {deed}\n{OPENS}"))
    process = DecoderProcess(odd, wall_seconds=20)
    try:
        try:
            answer = await process.decode(b"odd")
            assert answer == [b'{"problem": "damaged"}']
        except DecoderFailed:
            pass
        assert len(await process.decode(GOOD)) == 3
    finally:
        await process.close()


async def test_the_process_ends_when_its_parent_does_and_when_it_is_closed() -> None:
    process = DecoderProcess()
    await process.decode(GOOD)
    pid = process.pid
    assert pid
    await process.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_look_that_is_called_off_leaves_nothing_behind() -> None:
    process = DecoderProcess()
    try:
        looking = asyncio.create_task(process.decode(wide_png(7000, 7000)))
        while process.pid is None:  # noqa: ASYNC110 - it has no event for that
            await asyncio.sleep(0)
        looking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await looking
        assert process.pid is None
        facts, _, _ = await process.decode(GOOD)
        assert b'"width": 90' in facts
    finally:
        await process.close()


@pytest.mark.parametrize("name", ["DDS", "TIFF", "EPS", "PPM", "ICO", "PCX", "TGA", "SGI"])
async def test_formats_that_no_browser_shows_are_not_even_opened(name: str) -> None:
    file = io.BytesIO()
    noise(64, 64).save(file, name)
    async with PillowPictures.open() as pictures:
        with pytest.raises(NoPicture, match="kind of picture"):
            await pictures.look(file.getvalue())


async def test_a_picture_that_its_decoder_does_not_know_is_none() -> None:
    async with PillowPictures.open() as pictures:
        with pytest.raises(NoPicture, match="kind of picture"):
            await pictures.look((CASES / "unimplemented_dxgi_format.dds").read_bytes())


async def test_the_teaser_of_an_icon_is_not_the_icon() -> None:
    icon = (CASES / "icon16.png").read_bytes()
    async with PillowPictures.open() as pictures:
        teaser = (await pictures.look(icon)).teaser
    assert teaser is None or max(opened(teaser).size) <= 2


@pytest.mark.parametrize("name", ["icc_profile_big.jpg", "gps.jpg"])
async def test_nothing_but_pixels_travels_in_teaser_and_thumbnail(name: str) -> None:
    file = (CASES / name).read_bytes()
    async with PillowPictures.open() as pictures:
        look = await pictures.look(file)
        assert look.teaser
        large, _, _ = await pictures.enlarge(look.teaser)
    assert len(look.teaser) < 2000
    for made in (look.teaser, look.thumbnail, large):
        picture = opened(made)
        assert not {"icc_profile", "exif", "xmp", "comment", "photoshop"} & set(picture.info)
        assert not picture.getexif()


async def test_a_teaser_kept_from_before_is_freed_of_its_profile_when_it_is_shown() -> None:
    file = io.BytesIO()
    noise(16, 9).save(file, "PNG", icc_profile=b"profile" * 1000)
    async with PillowPictures.open() as pictures:
        large, width, height = await pictures.enlarge(file.getvalue())
    assert (width, height) == (480, 270)
    assert "icc_profile" not in opened(large).info
