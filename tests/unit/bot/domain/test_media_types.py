"""Types of files: what is declared arrives as it was, unless the first bytes are certain of another."""

import io
import zipfile

import pytest
from PIL import Image

from appservice.matrix.content.media_content import attachment_content
from appservice.matrix.content.parse_event import parse_event
from appservice.pictures.file_types import type_of
from appservice.web.multipart import mimetype_of
from bot.crypto.attachment_cipher import ContentKey
from bot.crypto.encrypted_file import EncryptedFile
from bot.domain.matrix.matrix_event import MediaMessage
from bot.domain.offers.attachment import Attachment, MediaInfo, MediaKind, kind_of
from bot.domain.offers.media_types import ANYTHING, decide_media_type, normalized
from bot.ids import AttachmentId, MxcUri, UserId
from bot.messages import Goods
from bot.services.drafts.chat_draft import as_attachment
from tests.support.factories import NOON
from tests.support.raw_timeline import Timeline

POWERPOINT = "application/vnd.openxmlformats-officedocument.presentationml.presentation"
FILE = EncryptedFile(MxcUri("mxc://test/goods"), ContentKey(bytes(32), bytes(16)), bytes(32))


def picture(format_: str) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (9, 9)).save(file, format_)
    return file.getvalue()


def packed(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "application/epub+zip" if name == "mimetype" else "x")
    return file.getvalue()


def film(brand: bytes) -> bytes:
    return b"\0\0\0\x20ftyp" + brand + b"\0\0\x02\0isomiso2avc1mp41" + bytes(40)


MATROSKA = b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82"
CONTENTS = {
    "png": picture("PNG"),
    "jpeg": picture("JPEG"),
    "gif": picture("GIF"),
    "webp": picture("WEBP"),
    "tiff": picture("TIFF"),
    "heic": film(b"heic"),
    "mp4": film(b"isom"),
    "m4a": film(b"M4A "),
    "mov": b"\0\0\0\x14ftypqt  \0\0\x02\0qt  " + bytes(40),
    "webm": MATROSKA + b"\x84webm" + bytes(40),
    "mkv": MATROSKA + b"\x88matroska" + bytes(40),
    "ogg": b"OggS\0\x02" + bytes(22) + b"\x01\x13OpusHead\x01\x02" + bytes(20),
    "flac": b"fLaC\0\0\0\x22" + bytes(40),
    "wav": b"RIFF\x24\0\0\0WAVEfmt " + bytes(40),
    "mp3": b"ID3\x03" + bytes(40),
    "pdf": b"%PDF-1.7\n",
    "zip": packed("a.txt"),
    "pptx": packed("[Content_Types].xml", "ppt/presentation.xml"),
    "svg": b'<?xml version="1.0"?>\n<!-- x --><svg xmlns="http://www.w3.org/2000/svg"/>',
    "html": b"\xef\xbb\xbf<!DOCTYPE html><title>x</title>",
    "words": b"BM and MZ are how some words begin",
    "bytes": bytes(range(64)),
    "nothing": b"",
}
ARRIVES = [
    ("audio/ogg; codecs=opus", "ogg", "audio/ogg; codecs=opus", MediaKind.AUDIO),
    ('audio/ogg;codecs="opus"', "ogg", 'audio/ogg;codecs="opus"', MediaKind.AUDIO),
    ("video/ogg", "ogg", "video/ogg", MediaKind.VIDEO),
    (POWERPOINT, "pptx", POWERPOINT, MediaKind.FILE),
    (POWERPOINT, "zip", POWERPOINT, MediaKind.FILE),
    ("application/vnd.comicbook+zip", "zip", "application/vnd.comicbook+zip", MediaKind.FILE),
    ("application/vnd.android.package-archive", "zip", None, MediaKind.FILE),
    ("", "heic", "image/heic", MediaKind.IMAGE),
    ("image/heif", "heic", "image/heif", MediaKind.IMAGE),
    ("", "png", "image/png", MediaKind.IMAGE),
    ("image/jpeg", "png", "image/png", MediaKind.IMAGE),
    ("image/png", "jpeg", "image/jpeg", MediaKind.IMAGE),
    ("text/plain", "webp", "image/webp", MediaKind.IMAGE),
    ("video/mp4", "gif", "image/gif", MediaKind.IMAGE),
    ("image/x-nikon-nef", "tiff", "image/x-nikon-nef", MediaKind.IMAGE),
    ("", "tiff", "image/tiff", MediaKind.IMAGE),
    ("", "mp4", "video/mp4", MediaKind.VIDEO),
    ("audio/mp4", "mp4", "audio/mp4", MediaKind.AUDIO),
    ("audio/x-m4a", "m4a", "audio/x-m4a", MediaKind.AUDIO),
    ("video/mp4", "m4a", "video/mp4", MediaKind.VIDEO),
    ("", "m4a", "audio/mp4", MediaKind.AUDIO),
    ("", "mov", "video/quicktime", MediaKind.VIDEO),
    ("video/mp4; codecs=avc1.42E01E", "mp4", "video/mp4; codecs=avc1.42E01E", MediaKind.VIDEO),
    ("audio/webm;codecs=opus", "webm", "audio/webm;codecs=opus", MediaKind.AUDIO),
    ("", "webm", "video/webm", MediaKind.VIDEO),
    ("video/webm", "mkv", "video/webm", MediaKind.VIDEO),
    ("", "mkv", "video/x-matroska", MediaKind.VIDEO),
    ("", "flac", "audio/flac", MediaKind.AUDIO),
    ("audio/x-flac", "flac", "audio/x-flac", MediaKind.AUDIO),
    ("", "wav", "audio/wav", MediaKind.AUDIO),
    ("audio/vnd.wave", "wav", "audio/vnd.wave", MediaKind.AUDIO),
    ("audio/mpeg", "mp3", "audio/mpeg", MediaKind.AUDIO),
    ("audio/flac", "mp3", "audio/flac", MediaKind.AUDIO),
    ("", "pdf", "application/pdf", MediaKind.FILE),
    ("image/png", "pdf", "application/pdf", MediaKind.FILE),
    ("image/png", "zip", "application/zip", MediaKind.FILE),
    ("", "zip", "application/zip", MediaKind.FILE),
    ("image/svg+xml", "svg", "image/svg+xml", MediaKind.FILE),
    ("image/svg+xml; charset=utf-8", "svg", "image/svg+xml; charset=utf-8", MediaKind.FILE),
    ("image/png", "svg", "image/svg+xml", MediaKind.FILE),
    ("", "svg", "image/svg+xml", MediaKind.FILE),
    ("image/jpeg", "html", "text/html", MediaKind.FILE),
    ("text/html", "html", "text/html", MediaKind.FILE),
    ("text/plain", "html", "text/plain", MediaKind.FILE),
    ("text/plain; charset=utf-8", "words", "text/plain; charset=utf-8", MediaKind.FILE),
    ("", "words", ANYTHING, MediaKind.FILE),
    ("image/bmp", "words", "image/bmp", MediaKind.IMAGE),
    ("model/gltf-binary", "bytes", "model/gltf-binary", MediaKind.FILE),
    ("", "bytes", ANYTHING, MediaKind.FILE),
    ("application/pdf", "nothing", "application/pdf", MediaKind.FILE),
]
HOSTILE = [
    "image/png\r\nX-Evil: 1",
    "image/png\n",
    "image/png; a=b\nc",
    "image/png\0",
    "imäge/png",
    "image/png; name=ü",
    "image/",
    "/png",
    "image",
    "image/png/x",
    "image/png; =x",
    "image/png; x=",
    'image/png; x="',
    "image/png; x",
    "*/*",
    '"><script>/x',
    "a/" + "b" * 128,
    "image/png; x=" + "y" * 10_000,
    "x" * 10_000 + "/y",
    "/" * 10_000,
    "",
    "  ",
]


def recognised(attachment: Attachment, name: str) -> tuple[MediaKind, str]:
    known = attachment.with_detected_type(type_of(CONTENTS[name]))
    return known.kind, known.info.mimetype


def by_browser(declared: str, name: str) -> tuple[MediaKind, str]:
    mimetype = mimetype_of(declared)
    attachment = Attachment(
        id=AttachmentId("a"),
        name="a",
        kind=kind_of(mimetype),
        info=MediaInfo(mimetype=mimetype),
        source=None,
        sent_at=NOON,
    )
    return recognised(attachment, name)


def from_client(declared: str, **more: object) -> Attachment:
    info = {"mimetype": declared} if declared else {}
    raw = Timeline(lambda: NOON).file("!r:test", "@alice:test", "mxc://test/1", "a", **more)  # type: ignore[arg-type]
    raw["content"]["info"] = info
    event = parse_event(raw, UserId("@bot:test"))
    assert isinstance(event, MediaMessage)
    return as_attachment(event)


@pytest.mark.parametrize(("declared", "name", "arrives", "kind"), ARRIVES)
def test_a_file_arrives_as_what_it_is(
    declared: str, name: str, arrives: str | None, kind: MediaKind
) -> None:
    assert by_browser(declared, name) == (kind, arrives or declared)


@pytest.mark.parametrize(("declared", "name", "arrives", "kind"), ARRIVES)
def test_clients_and_browsers_lead_to_the_same_event(
    declared: str, name: str, arrives: str | None, kind: MediaKind
) -> None:
    assert recognised(from_client(declared, msgtype="m.file"), name) == (kind, arrives or declared)


@pytest.mark.parametrize("declared", HOSTILE)
def test_what_has_no_form_of_a_type_is_none(declared: str) -> None:
    assert normalized(declared) is None
    assert by_browser(declared, "bytes") == (MediaKind.FILE, ANYTHING)
    assert by_browser(declared, "png") == (MediaKind.IMAGE, "image/png")
    assert from_client(declared).info.mimetype == ANYTHING


@pytest.mark.parametrize("declared", [None, 5, [], {}, True])
def test_what_is_no_text_is_no_type(declared: object) -> None:
    assert normalized(declared) is None


def test_types_are_the_same_in_capitals() -> None:
    assert normalized(' Image/PNG; Name="A B" ') == 'image/png; Name="A B"'
    assert decide_media_type("image/png", "image/png") == "image/png"


def test_a_file_that_shows_nothing_stays_what_its_client_called_it() -> None:
    assert recognised(from_client("", msgtype="m.video"), "bytes") == (MediaKind.VIDEO, ANYTHING)


def test_a_sound_in_the_container_of_a_film_stays_a_sound() -> None:
    assert recognised(from_client("", msgtype="m.audio"), "mp4")[0] is MediaKind.AUDIO


# --- voice messages


def voice(**sound_: object) -> Attachment:
    return from_client(
        "audio/ogg",
        msgtype="m.audio",
        **{"org.matrix.msc3245.voice": {}, "org.matrix.msc1767.audio": sound_},
    )


def sent(attachment: Attachment) -> dict[str, object]:
    goods = Goods(
        name="voice.ogg",
        kind=attachment.kind,
        info=attachment.info,
        size=1,
        file=FILE,
        thumbnail=None,
    )
    return attachment_content(goods)


def test_a_voice_message_is_delivered_as_one() -> None:
    attachment = voice(duration=2500, waveform=[0, 512, 1024])
    assert attachment.with_detected_type("audio/ogg").info.waveform == (0, 512, 1024)
    content = sent(attachment)
    assert content["org.matrix.msc3245.voice"] == {}
    assert content["org.matrix.msc1767.audio"] == {"waveform": [0, 512, 1024]}


def test_other_sounds_are_none() -> None:
    assert "org.matrix.msc3245.voice" not in sent(from_client("audio/ogg", msgtype="m.audio"))
    marked = from_client("image/png", **{"org.matrix.msc3245.voice": {}})
    assert not marked.info.voice


@pytest.mark.parametrize(
    "waveform", ["x", [1.5], [True], [-1], [1025], [None], [[1]], [1] * 300, {"a": 1}, None]
)
def test_a_malformed_waveform_is_left_out_and_the_voice_stays(waveform: object) -> None:
    attachment = voice(waveform=waveform)
    assert attachment.info.voice
    assert attachment.info.waveform == ()
