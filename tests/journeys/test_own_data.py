"""Somebody asks for all that is kept about them: everything is in it, no secret, and nobody else."""

import json
from dataclasses import fields
from typing import Any

import pytest

from bot.domain.offers.upload import UploadMetadata
from bot.ids import code_of
from bot.messages import Enclosure, Line
from tests.journeys.test_books import enclosed
from tests.support.bot_harness import ALICE, BOB, CAROL, LOUNGE, STUDIO, BotHarness
from tests.support.member_pages_client import library_link_for, signed_in
from tests.support.memory.memory_records import Records

PNG = b"\x89PNG a picture of the harbour"

IN_IT = {
    "offers",
    "purchases",
    "direct_rooms",
    "ceased",
    "identities",
    "languages",
    "time_zones",
    "ledger",
    "visits",
    "claims",
    "sign_in_links",
    "sign_ins",
    "widgets",
    "seller_accounts",
    "admin_acts",
    "blocks",
    "reports",
    "storefronts",
    "uploads",
}
NOBODYS_DATA = {
    "jobs": "work under way, gone within moments",
    "jobs_ever": "a number",
    "inbox": "which messages were heard already",
    "media_copies": "where ciphertexts lie",
    "handovers": "a message under way, gone within a week",
    "openings": "a chat that is being opened",
    "flaws": "a chat that is being moved",
    "turned_away": "that somebody is not admitted, who can ask for nothing",
    "refused_commands": "which messages were refused",
    "erasure_requests": "work under way, gone with its person",
    "data_exports": "that this very file was made",
    "pinned_lists": "lists in rooms",
    "upgrades": "rooms that were replaced",
    "deleted_postings": "messages of the bot that are gone",
    "outdated_postings": "messages of the bot that say what is not so any more",
    "status_messages": "which message of the bot is edited",
    "cards_edited": "which message of the bot is edited",
    "encryption_progress": "work under way, gone within moments",
    "idle": "since when a draft lies untouched",
    "notices": "that somebody was told of that",
    "refund_requests": "which message asked for a refund",
    "alerts": "what admins were told",
    "data_keys": "a wrapped key",
    "payment_events_read_until": "how far something was read",
}


@pytest.fixture
async def house() -> BotHarness:
    """Alice sells something that Bob and Carol have bought."""
    house = BotHarness()
    offer = await house.publishes(PNG)
    for buyer in (BOB, CAROL):
        await house.says(buyer, LOUNGE, f"!ppv buy {code_of(offer)}")
        await house.bot.offer_page_view.purchase(offer, house.link_of(buyer))
        await house.pays(buyer)
    return house


async def data_of(house: BotHarness, who: Any = BOB) -> dict[str, Any]:
    await house.says(who, house.direct(who), "export")
    name, data = enclosed(house)
    if name == "sales.csv":
        house.matrix.said.pop()
        name, data = enclosed(house)
    assert name == "my-data.json"
    return dict(json.loads(data))


def test_of_all_that_is_kept_it_is_settled_whether_it_is_in_it() -> None:
    assert {each.name for each in fields(Records)} == IN_IT | set(NOBODYS_DATA)


async def test_a_buyer_finds_all_that_became_of_a_purchase(house: BotHarness) -> None:
    (offer,) = house.store.records.offers
    await house.says(BOB, LOUNGE, f"!ppv report {code_of(offer)} it is not a harbour")
    data = await data_of(house)
    (bought,) = data["purchases"]
    (payment,) = bought["payments"]
    assert data["person"] == BOB
    assert data["chats_with_the_bot"] == [house.direct(BOB)]
    assert (bought["offer"]["code"], bought["offer"]["files"]) == (code_of(offer), ["1.png"])
    assert (payment["amount"], payment["refunds"]) == ("5.00 USD", [])
    assert bought["deliveries"][0]["done_at"]
    assert "personal page" in {each["what"] for each in bought["access_log"]}
    assert data["reports"][0]["words"] == "it is not a harbour"
    assert data["offers"] == data["sales"] == []


async def test_it_comes_to_the_direct_room_as_a_file_that_only_it_can_open(
    house: BotHarness,
) -> None:
    await data_of(house)
    (said,) = house.matrix.said_of(Enclosure)
    assert said.room == house.direct(BOB)
    assert isinstance(said.message, Enclosure)
    lies_there = house.matrix.media[said.message.file.url]
    assert lies_there is not None
    assert BOB.encode() not in lies_there


async def test_no_secret_is_in_it(house: BotHarness) -> None:
    async with signed_in(house, link=await library_link_for(house, BOB)) as browser:
        await house.bot.start_download(house.link_of(BOB))
        words = json.dumps(await data_of(house))
        secrets = [
            house.link_of(BOB),
            *(each.id for each in house.store.records.sign_ins.values()),
            *(each.id for each in house.store.records.claims.values()),
            *(each.user_code for each in house.store.records.claims.values()),
            *(f'"{a.session}"' for p in house.store.records.purchases.values() for a in p.attempts),
            browser.token,
        ]
    assert len(secrets) > 6
    for secret in secrets:
        assert str(secret) not in words
    assert "checkout_session" not in words
    assert json.loads(words)["browsers"]["signed_in_since"]
    assert json.loads(words)["browsers"]["asked_to_open_goods_at"]


async def test_nothing_is_in_it_of_somebody_else(house: BotHarness) -> None:
    words = json.dumps(await data_of(house))
    assert CAROL not in words
    assert house.direct(CAROL) not in words


async def test_what_files_are_called_is_told_to_those_alone_who_had_them(house: BotHarness) -> None:
    await house.time_passes(minutes=1)
    second = await house.publishes(PNG + b"2")
    await house.says(BOB, LOUNGE, f"!ppv buy {code_of(second)}")
    bought = (await data_of(house))["purchases"]
    names = {each["offer"]["code"]: each["offer"]["files"] for each in bought}
    assert names[code_of(second)] is None


async def test_a_seller_finds_offers_and_sales_and_a_table_of_them(house: BotHarness) -> None:
    await house.sends(ALICE, STUDIO, PNG, "never.png")
    await house.says(ALICE, STUDIO, "discard")
    await house.says(ALICE, STUDIO, "export")
    names = [each.name for each in house.matrix.of(Enclosure)]
    assert names == ["my-data.json", "sales.csv"]
    house.matrix.said.pop()
    data = json.loads(enclosed(house)[1])
    assert {each["state"] for each in data["offers"]} == {"open", "discarded"}
    assert len(data["sales"]) == 2
    assert "wrapped" not in json.dumps(data)


async def test_a_seller_finds_files_of_which_a_part_has_arrived(house: BotHarness) -> None:
    offer = await house.bot.edit_draft.begin(ALICE, "form")
    film = UploadMetadata(name="film.webm", size=1000, mimetype="video/webm")
    await house.bot.resumable_uploads.begin(ALICE, offer, film)
    await house.says(ALICE, STUDIO, "export")
    house.matrix.said.pop()
    data = json.loads(enclosed(house)[1])
    (begun,) = [each for each in data["offers"] if each["code"] == code_of(offer)]
    (file,) = begun["files_not_all_there_yet"]
    assert (file["name"], file["bytes"], file["arrived"]) == ("film.webm", 1000, 0)
    assert "key" not in file


async def test_not_twice_within_ten_minutes_and_a_crash_is_no_second_time(
    house: BotHarness,
) -> None:
    house.fuse.kills_at = house.fuse.places + 3
    await data_of(house)
    assert len(house.matrix.of(Enclosure)) == 1
    await house.says(BOB, house.direct(BOB), "export")
    assert "only a moment ago" in house.matrix.of(Line)[-1].words
    assert len(house.matrix.of(Enclosure)) == 1
    await house.time_passes(minutes=11)
    await data_of(house)


async def test_among_others_it_is_not_done(house: BotHarness) -> None:
    await house.says(BOB, LOUNGE, "!ppv export")
    assert "between us" in house.matrix.of(Line)[-1].words
    assert not house.matrix.of(Enclosure)
