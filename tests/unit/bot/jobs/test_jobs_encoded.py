"""Jobs become JSON fields, whatever strangers wrote into the events that they hold."""

from typing import Any

from bot.ids import CheckoutSessionId
from bot.jobs import JOBS, MONEY_AND_GOODS, current_name, decode, encode, stored_names
from bot.jobs.inbound_jobs import HandleEvent
from bot.jobs.job import FORMER_NAMES
from bot.jobs.payment_jobs import ExpireCheckout


def test_deeply_nested_content_does_not_end_the_encoding() -> None:
    content: dict[str, Any] = {}
    for _ in range(5000):
        content = {"a": content}
    event = {"event_id": "$1", "room_id": "!room:test", "content": content}
    kind, encoded = encode(HandleEvent(event))
    assert kind == "handle_event"
    assert encoded["event"] is event


def test_a_job_of_a_former_name_is_decoded() -> None:
    job = decode("call_in", {"session": "cs_1"})
    assert job == ExpireCheckout(CheckoutSessionId("cs_1"))
    assert encode(job) == ("expire_checkout", {"session": "cs_1"})


def test_no_name_means_two_jobs() -> None:
    assert len(stored_names(frozenset(JOBS))) == len(JOBS) + len(FORMER_NAMES)
    assert current_name("a kind of a newer version") == "a kind of a newer version"


def test_former_names_of_jobs_about_money_get_the_reserved_slots() -> None:
    assert {"send_back", "refund_payment", "settle"} <= stored_names(MONEY_AND_GOODS)
