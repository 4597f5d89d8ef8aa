"""Files arrive as the bytes that were sent, sealed or not."""

import base64

import nio
import pytest

from sandbox.clients.client_attachments import open_encrypted
from sandbox.sample_media import archive, blob, clip, document, drawing, photo, song
from tests.support.synapse.synapse_users import Company

FILES = [photo(), drawing(), song(), clip(), archive(), document(), blob(size=3_000_000)]


@pytest.mark.parametrize("encrypted", [False, True])
async def test_every_kind_of_file_arrives_whole(company: Company, encrypted: bool) -> None:
    for media in FILES:
        sent = await company.seller.send_file(company.room_id, media, encrypted=encrypted)
        event = await company.buyer.wait_for_event(sent)
        assert await company.buyer.open(event) == media.data
        assert ("file" in event.content) is encrypted
        assert event.content["msgtype"] == media.msgtype
        if media.poster is not None:
            assert await company.buyer.open_thumbnail(event) == media.poster.data


async def test_element_web_sends_no_caption_and_no_filename(company: Company) -> None:
    picture = drawing()
    sent = await company.seller.send_file(company.room_id, picture)
    content = (await company.buyer.wait_for_event(sent)).content
    assert content["body"] == picture.name
    assert "filename" not in content
    assert content["info"] == {
        "mimetype": "image/png",
        "size": len(picture.data),
        "w": picture.width,
        "h": picture.height,
    }


async def test_a_caption_and_a_flag_travel_with_the_file(company: Company) -> None:
    flag = {"io.github.matrix_ppv.price": {"amount": "5.00", "currency": "USD"}}
    sent = await company.seller.send_file(
        company.room_id, drawing(), caption="!ppv 5 USD", extra=flag
    )
    content = (await company.buyer.wait_for_event(sent)).content
    assert (content["body"], content["filename"]) == ("!ppv 5 USD", "drawing.png")
    assert content["io.github.matrix_ppv.price"] == {"amount": "5.00", "currency": "USD"}


async def test_a_sealed_file_with_another_hash_is_not_opened(company: Company) -> None:
    sent = await company.seller.send_file(company.room_id, drawing(), encrypted=True)
    file = dict((await company.buyer.wait_for_event(sent)).content["file"])
    file["hashes"] = {"sha256": base64.b64encode(bytes(32)).decode().rstrip("=")}
    with pytest.raises(nio.EncryptionError, match="Mismatched"):
        await open_encrypted(company.buyer.session, file)


def test_goods_are_the_same_on_every_run() -> None:
    assert [media.sha256 for media in (photo(), drawing(), clip())] == [
        media.sha256 for media in (photo(), drawing(), clip())
    ]
    assert photo(seed=1).sha256 != photo(seed=2).sha256
