"""The gate and the bot agree on what is for sale: one table of cases for both."""

import json
from pathlib import Path
from typing import Any

import pytest
from matrix_ppv_gate.price_flag import is_attachment, is_priced

from appservice.matrix.content.parse_event import parse_event
from bot.domain.matrix import event_filter
from bot.domain.matrix.matrix_event import Gallery, MediaMessage
from bot.errors import UserError
from bot.ids import UserId
from bot.services.drafts.price_flags import flagged_price

CASES = json.loads((Path(__file__).parents[3] / "gate/tests/cases.json").read_text())


@pytest.mark.parametrize("case", CASES, ids=[case["why"] for case in CASES])
def test_a_case(case: dict[str, Any]) -> None:
    content = case["content"]
    assert is_attachment(content)
    assert event_filter.is_attachment(content)
    assert is_priced(content) is case["priced"]
    raw = {
        "type": "m.room.message",
        "event_id": "$1",
        "room_id": "!room:test",
        "sender": "@sally:test",
        "origin_server_ts": 1,
        "content": content,
    }
    message = parse_event(raw, UserId("@bot:test"))
    assert isinstance(message, MediaMessage | Gallery)
    assert _is_for_sale(message) is case["priced"]


def _is_for_sale(message: MediaMessage | Gallery) -> bool:
    if isinstance(message, Gallery):
        return message.priced
    try:
        return flagged_price(message, "usd") is not None
    except UserError:
        return True
