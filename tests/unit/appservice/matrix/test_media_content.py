"""Attachments as clients want them."""

from dataclasses import replace

import pytest

from appservice.matrix.content.media_content import attachment_content
from bot.crypto.attachment_cipher import ContentKey
from bot.crypto.encrypted_file import EncryptedFile
from bot.domain.offers.attachment import MediaInfo, MediaKind
from bot.ids import MxcUri
from bot.messages import FreePreview, Goods, GoodsThumbnail, TeaserPicture

FILE = EncryptedFile(MxcUri("mxc://test/goods"), ContentKey(bytes(32), bytes(16)), bytes(32))
INFO = MediaInfo(mimetype="video/mp4", size=1, width=1920, height=1080, duration_ms=2500)


def goods(kind: MediaKind, thumbnail: GoodsThumbnail | None = None) -> Goods:
    return Goods(name="sunset", kind=kind, info=INFO, size=4096, file=FILE, thumbnail=thumbnail)


def test_goods_carry_the_key_and_their_counted_size() -> None:
    content = attachment_content(goods(MediaKind.VIDEO))
    assert content["msgtype"] == "m.video"
    assert content["file"] == FILE.to_json()
    assert "url" not in content
    assert content["info"] == {
        "mimetype": "video/mp4",
        "size": 4096,
        "w": 1920,
        "h": 1080,
        "duration": 2500,
    }


@pytest.mark.parametrize("kind", list(MediaKind))
def test_no_attachment_has_a_caption_that_could_become_its_name(kind: MediaKind) -> None:
    content = attachment_content(goods(kind))
    assert content["body"] == content["filename"] == "sunset"


def test_a_sound_has_no_width_and_a_file_no_length() -> None:
    assert attachment_content(goods(MediaKind.AUDIO))["info"].keys() == {
        "mimetype",
        "size",
        "duration",
    }
    assert attachment_content(goods(MediaKind.FILE))["info"].keys() == {"mimetype", "size"}


def test_a_thumbnail_is_encrypted_like_what_it_shows() -> None:
    thumbnail = GoodsThumbnail(file=FILE, mimetype="image/jpeg", size=99, width=80, height=60)
    info = attachment_content(goods(MediaKind.IMAGE, thumbnail))["info"]
    assert info["thumbnail_file"] == FILE.to_json()
    assert info["thumbnail_info"] == {"mimetype": "image/jpeg", "size": 99, "w": 80, "h": 60}


def test_what_is_not_known_of_a_preview_is_not_said() -> None:
    preview = FreePreview(
        name="a.jpg",
        kind=MediaKind.IMAGE,
        info=MediaInfo(mimetype="image/jpeg"),
        where=MxcUri("mxc://a/b"),
    )
    content = attachment_content(preview)
    assert content["info"] == {"mimetype": "image/jpeg"}
    assert content["url"] == "mxc://a/b"


def test_a_teaser_is_a_picture_that_mentions_nobody() -> None:
    content = attachment_content(TeaserPicture(MxcUri("mxc://a/b"), 900, 480, 320))
    assert content["msgtype"] == "m.image"
    assert content["info"] == {"mimetype": "image/png", "size": 900, "w": 480, "h": 320}
    assert content["m.mentions"] == {}


def test_files_are_handed_over_under_a_name_that_can_be_saved() -> None:
    content = attachment_content(replace(goods(MediaKind.IMAGE), name="nul: a?.png"))
    assert content["body"] == content["filename"] == "nul_ a_.png"
