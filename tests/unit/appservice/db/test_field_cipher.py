"""Single columns, encrypted: what opens them, and what does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.db.field_cipher import ENCRYPTED, FieldUnreadable, ShutFieldCipher, SivFieldCipher
from bot.errors import OperatorError

CIPHER = SivFieldCipher(b"k" * 32)
PLACE = ("attachments.name", "o1", "a1")
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\x01"))


@given(texts)
def test_what_is_encrypted_opens_in_its_place(text: str) -> None:
    stored = CIPHER.encrypt(text, *PLACE)
    assert CIPHER.decrypt(stored, *PLACE) == text
    assert not text or stored.startswith(ENCRYPTED)


@given(texts)
def test_plaintext_of_older_versions_is_read_as_it_is(text: str) -> None:
    assert CIPHER.decrypt(text, *PLACE) == text


def test_what_no_database_takes_becomes_a_question_mark() -> None:
    assert CIPHER.decrypt(CIPHER.encrypt("a\0b\ud800", *PLACE), *PLACE) == "a?b?"


def test_equal_text_in_one_place_is_equal_and_elsewhere_is_not() -> None:
    first = CIPHER.encrypt("harbour", *PLACE)
    assert first == CIPHER.encrypt("harbour", *PLACE)
    assert first != CIPHER.encrypt("harbour", "attachments.name", "o1", "a2")


@pytest.mark.parametrize(
    "place", [("uploads.name", "o1", "a1"), ("attachments.name", "o2", "a1"), ("attachments.name",)]
)
def test_it_opens_in_no_other_place(place: tuple[str, ...]) -> None:
    stored = CIPHER.encrypt("harbour", *PLACE)
    with pytest.raises(FieldUnreadable):
        CIPHER.decrypt(stored, *place)


@pytest.mark.parametrize(
    "alter", [lambda s: s[:-6], lambda s: s[:9] + "AAAA" + s[13:], lambda _: "\x01?"]
)
def test_what_was_altered_does_not_open(alter: object) -> None:
    assert callable(alter)
    with pytest.raises(FieldUnreadable):
        CIPHER.decrypt(alter(CIPHER.encrypt("a long name of a file", *PLACE)), *PLACE)


def test_another_key_opens_nothing() -> None:
    with pytest.raises(FieldUnreadable):
        SivFieldCipher(b"l" * 32).decrypt(CIPHER.encrypt("harbour", *PLACE), *PLACE)


def test_without_its_key_only_what_is_not_encrypted_can_be_read_and_nothing_written() -> None:
    shut = ShutFieldCipher(OperatorError("put the KEK back"))
    assert shut.decrypt("plain", *PLACE) == "plain"
    assert shut.encrypt("", *PLACE) == ""
    with pytest.raises(OperatorError, match="put the KEK back"):
        shut.decrypt(CIPHER.encrypt("harbour", *PLACE), *PLACE)
    with pytest.raises(OperatorError, match="put the KEK back"):
        shut.encrypt("harbour", *PLACE)
