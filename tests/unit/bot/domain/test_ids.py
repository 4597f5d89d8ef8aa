from hypothesis import given
from hypothesis import strategies as st

from bot.ids import EventId, OfferId, UserId, code_of, offer_id, parse_code, purchase_id, tx_id


@given(st.text(min_size=1))
def test_a_code_comes_back_however_it_is_typed(event: str) -> None:
    offer = offer_id(EventId(event))
    shown = code_of(offer)
    for typed in (
        shown,
        shown.lower(),
        shown.replace("-", ""),
        f"  {shown} ",
        f"{offer[:3]} {offer[3:]}",
    ):
        assert parse_code(typed) == offer


def test_letters_that_look_like_digits_are_forgiven() -> None:
    assert parse_code("O1234-i6789".replace("6", "2")) == OfferId("0123412789")


def test_nonsense_is_no_code() -> None:
    assert [parse_code(typed) for typed in ("", "K7QM2", "K7QM2-XPA4EE", "K7QM2-XPA4!", "ÄÖÜ")] == [
        None
    ] * 5


def test_derived_ids_are_the_same_each_time_and_differ_for_other_causes() -> None:
    alice, bob = UserId("@alice:test"), UserId("@bob:test")
    offer = offer_id(EventId("$1"))
    assert offer == offer_id(EventId("$1")) != offer_id(EventId("$2"))
    assert purchase_id(offer, alice) == purchase_id(offer, alice) != purchase_id(offer, bob)
    assert tx_id("a", "bc") != tx_id("ab", "c")
    assert "alice" not in purchase_id(offer, alice)
