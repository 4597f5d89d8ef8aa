"""From raw Matrix JSON to what the bot understands."""

import base64
import math
from datetime import UTC, datetime
from typing import Any

import pytest

from appservice.matrix.content.parse_event import parse_event
from bot.crypto.attachment_cipher import ContentKey
from bot.crypto.encrypted_file import EncryptedFile
from bot.domain.matrix.event_filter import PRICE_FLAG
from bot.domain.matrix.matrix_event import (
    Event,
    EventMeta,
    Invite,
    MediaMessage,
    MemberJoined,
    MemberLeft,
    Reaction,
    Redaction,
    TextMessage,
    Undecryptable,
    Unsellable,
)
from bot.domain.money.price_parser import parse_price_and_text
from bot.domain.offers.attachment import MediaInfo, MediaKind
from bot.errors import UserError
from bot.ids import EventId, MxcUri, RoomId, UserId

BOT = UserId("@ppvbot:test")
ORIGIN = EventMeta(
    event=EventId("$event"),
    room=RoomId("!room:test"),
    sender=UserId("@sally:test"),
    sent_at=datetime(2026, 11, 23, 12, 0, 0, 250_000, tzinfo=UTC),
)
PHOTO = {"msgtype": "m.image", "body": "sunset.jpg", "url": "mxc://test/abc"}
REPLY = {"m.relates_to": {"m.in_reply_to": {"event_id": "$photo"}}}
FILE = EncryptedFile(MxcUri("mxc://test/sealed"), ContentKey(bytes(32), bytes(16)), bytes(32))


def raw(type_: str = "m.room.message", /, **content: Any) -> dict[str, Any]:
    return {
        "type": type_,
        "event_id": "$event",
        "room_id": "!room:test",
        "sender": "@sally:test",
        "origin_server_ts": 1795435200250,
        "content": content,
    }


def parsed(type_: str = "m.room.message", /, **content: Any) -> Event | None:
    return parse_event(raw(type_, **content), BOT)


def text(**content: Any) -> TextMessage:
    event = parsed(**{"msgtype": "m.text", **content})
    assert isinstance(event, TextMessage)
    return event


def media(**content: Any) -> MediaMessage:
    event = parsed(**{**PHOTO, **content})
    assert isinstance(event, MediaMessage)
    return event


def member(membership: str, of: str = "@ppvbot:test", **more: Any) -> Event | None:
    event = raw("m.room.member", membership=membership, **more)
    return parse_event({**event, "state_key": of}, BOT)


def test_words_come_with_who_said_them_where_and_when() -> None:
    assert text(body="!ppv help") == TextMessage(origin=ORIGIN, text="!ppv help")


@pytest.mark.parametrize("msgtype", ["m.notice", "m.emote", 5, None])
def test_bots_and_gestures_give_no_commands(msgtype: object) -> None:
    assert parsed(msgtype=msgtype, body="!ppv help") is None


def test_a_reply_loses_the_quotation_in_front_of_it() -> None:
    body = "> <@sally:test> sent an image.\n> and more\n\n!ppv 5 USD\nsunset"
    assert text(body=body, **REPLY) == TextMessage(
        origin=ORIGIN, text="!ppv 5 USD\nsunset", reply_to=EventId("$photo")
    )


def test_a_quotation_that_a_person_wrote_stays() -> None:
    assert text(body="> <@sally:test> hi\n\n!ppv").text == "> <@sally:test> hi\n\n!ppv"
    assert text(body="> a proverb\n\nyes", **REPLY).text == "> a proverb\n\nyes"


def test_a_message_in_a_thread_replies_to_nothing_by_itself() -> None:
    relation = {"rel_type": "m.thread", "event_id": "$root", "is_falling_back": True}
    relation |= REPLY["m.relates_to"]
    assert text(body="hello", **{"m.relates_to": relation}).reply_to is None


def test_an_edit_brings_the_new_words() -> None:
    edit = text(
        body=" * !ppv 6 USD",
        **{
            "m.new_content": {"msgtype": "m.text", "body": "!ppv 6 USD"},
            "m.relates_to": {"rel_type": "m.replace", "event_id": "$old"},
        },
    )
    assert edit == TextMessage(origin=ORIGIN, text="!ppv 6 USD", replaces=EventId("$old"))


def test_an_edit_without_new_words_is_nothing() -> None:
    relation = {"rel_type": "m.replace", "event_id": "$old"}
    assert parsed(msgtype="m.text", body="* x", **{"m.relates_to": relation}) is None


def test_what_no_database_can_hold_is_left_out() -> None:
    assert text(body="5\0 USD \ud83d").text == "5 USD "


def test_a_clear_attachment() -> None:
    info = {"mimetype": "image/jpeg", "size": 1200, "w": 640, "h": 420.4, "duration": 2500.6}
    found = media(info=info)
    assert found.name == "sunset.jpg"
    assert found.kind is MediaKind.IMAGE
    assert found.info == MediaInfo(
        mimetype="image/jpeg", size=1200, width=640, height=420, duration_ms=2501
    )
    assert found.source.url == "mxc://test/abc"
    assert (found.source.encrypted, found.caption, found.price_flag) == (None, "", None)


def test_an_encrypted_attachment_with_its_thumbnail() -> None:
    found = media(file=FILE.to_json(), info={"thumbnail_file": FILE.to_json()})
    assert found.source.encrypted == FILE
    assert found.source.url == "mxc://test/sealed"
    assert found.thumbnail is not None
    assert found.thumbnail.encrypted == FILE


@pytest.mark.parametrize("part", ["v", "key", "iv", "hashes", "url"])
def test_an_encrypted_attachment_that_nobody_could_open_is_nothing(part: str) -> None:
    assert parsed(**{**PHOTO, "file": {**FILE.to_json(), part: "wrong"}}) is None


def test_a_key_of_the_wrong_length_is_nothing() -> None:
    short = FILE.to_json()
    short["key"]["k"] = base64.urlsafe_b64encode(bytes(16)).decode()
    assert parsed(**{**PHOTO, "file": short}) is None


@pytest.mark.parametrize("url", ["http://test/abc", "mxc://test", "mxc://test/../x", "", 5, None])
def test_an_attachment_without_an_address_is_nothing(url: object) -> None:
    assert parsed(**{**PHOTO, "url": url}) is None


def test_a_caption_is_told_from_a_file_name() -> None:
    captioned = media(body="!ppv 5 USD", filename="sunset.jpg")
    assert (captioned.name, captioned.caption) == ("sunset.jpg", "!ppv 5 USD")
    assert media(body="sunset.jpg", filename="sunset.jpg").caption == ""


@pytest.mark.parametrize("size", [True, -1, "7", None, math.nan, math.inf, 2**60])
def test_sizes_that_are_none_are_unknown(size: object) -> None:
    assert media(info={"size": size}).info.size is None


@pytest.mark.parametrize("mimetype", ["image", 'text/html"><', 5, None, "a/" + "b" * 300])
def test_a_mimetype_that_is_none_becomes_the_most_general_one(mimetype: object) -> None:
    assert media(info={"mimetype": mimetype}).info.mimetype == "application/octet-stream"


@pytest.mark.parametrize(
    ("flag", "price"),
    [
        ({"amount": "5.00", "currency": "USD"}, "5.00 USD"),
        ({"amount": 5, "currency": "usd"}, "5 USD"),
        ({"amount": 5.5, "currency": "EUR"}, "5.5 EUR"),
    ],
)
def test_the_price_flag_is_read_as_text(flag: object, price: str) -> None:
    assert media(**{PRICE_FLAG: flag}).price_flag == price


@pytest.mark.parametrize(
    "flag",
    [
        5,
        "5 USD",
        None,
        [],
        {},
        {"amount": 5},
        {"amount": True, "currency": "USD"},
        {"amount": "5 USD for", "currency": "you"},
        {"amount": 10**300, "currency": "USD"},
        {"amount": math.nan, "currency": "USD"},
        {"amount": "5", "currency": "U"},
        {"amount": "5", "currency": "xyz"},
        {"amount": "-5", "currency": "USD"},
    ],
)
def test_a_malformed_price_flag_is_never_taken_for_a_price(flag: object) -> None:
    price = media(**{PRICE_FLAG: flag}).price_flag
    assert price is not None
    try:
        assert parse_price_and_text(price, "usd") is None
    except UserError:
        return


def test_a_sticker_is_no_attachment() -> None:
    sticker = parsed("m.sticker", body="hi", url="mxc://test/abc", info={})
    assert sticker == Unsellable(origin=ORIGIN, kind="sticker")


def test_a_reaction() -> None:
    relation = {"rel_type": "m.annotation", "event_id": "$offer", "key": "🔓"}
    assert parsed("m.reaction", **{"m.relates_to": relation}) == Reaction(
        origin=ORIGIN, target=EventId("$offer"), key="🔓"
    )
    assert parsed("m.reaction", **{"m.relates_to": {**relation, "rel_type": "m.thread"}}) is None


def test_a_redaction_names_its_target_inside_or_beside_the_content() -> None:
    expected = Redaction(origin=ORIGIN, target=EventId("$old"))
    assert parsed("m.room.redaction", redacts="$old") == expected
    assert parse_event({**raw("m.room.redaction"), "redacts": "$old"}, BOT) == expected
    assert parsed("m.room.redaction") is None


def test_an_invitation_is_for_the_bot_only() -> None:
    assert member("invite", is_direct=True) == Invite(origin=ORIGIN, direct=True)
    assert member("invite", is_direct="yes") == Invite(origin=ORIGIN, direct=False)
    assert member("invite", of="@bob:test") is None


@pytest.mark.parametrize("membership", ["leave", "ban"])
def test_a_departure_names_who_is_gone(membership: str) -> None:
    assert member(membership, of="@bob:test") == MemberLeft(origin=ORIGIN, user=UserId("@bob:test"))


def test_an_arrival_names_who_has_come_and_the_bots_own_is_nothing_new() -> None:
    assert member("join", of="@bob:test") == MemberJoined(origin=ORIGIN, user=UserId("@bob:test"))
    assert member("join") is None


def test_an_encrypted_message_is_unreadable_unless_it_was_redacted() -> None:
    assert parsed("m.room.encrypted", algorithm="m.megolm.v1.aes-sha2") == Undecryptable(
        origin=ORIGIN
    )
    assert parsed("m.room.encrypted") is None


def test_state_that_looks_like_a_message_is_none() -> None:
    event = {**raw(msgtype="m.text", body="!ppv help"), "state_key": ""}
    assert parse_event(event, BOT) is None


@pytest.mark.parametrize("time", [-1, "yesterday", None, True, 10**18])
def test_a_time_that_is_none_is_long_ago(time: object) -> None:
    event = parse_event({**raw(msgtype="m.text", body="hi"), "origin_server_ts": time}, BOT)
    assert event is not None
    assert event.origin.sent_at == datetime(1970, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize("key", ["event_id", "room_id", "sender"])
@pytest.mark.parametrize("value", [None, 5, "", "x", "$", "!\0", "@" + "a" * 300, ["$a"]])
def test_an_event_from_nowhere_is_nothing(key: str, value: object) -> None:
    assert parse_event({**raw(msgtype="m.text", body="hi"), key: value}, BOT) is None
