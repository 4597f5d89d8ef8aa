"""Words that remember how they were put together."""

from copy import deepcopy

import pytest

from appservice.db.columns import words_from_text, words_to_text
from appservice.languages import load_languages
from bot.domain.money.money import Money
from bot.domain.offers.attachment import Kind
from bot.domain.offers.content_summary import Contents, Counted, Size
from bot.i18n import Words, as_data, from_data, spoken, together
from bot.ids import UserId
from bot.jobs import TellPerson, decode, encode

GERMAN = load_languages()["de"]
LIMITS = spoken(
    "The smallest price is {smallest}, the largest {largest}.",
    smallest=Money(50, "eur"),
    largest=Money(99_999_999, "eur"),
)
TOO_LITTLE = spoken("{price} is too little. {limits}", price=Money(49, "eur"), limits=LIMITS)


def test_in_english_they_are_a_string_like_any_other() -> None:
    assert TOO_LITTLE == (
        "0.49 EUR is too little. The smallest price is 0.50 EUR, the largest 999999.99 EUR."
    )
    assert spoken("Write {it} like this") == "Write {it} like this"


def test_words_in_words_are_translated_with_them() -> None:
    assert GERMAN.spoken(TOO_LITTLE) == (
        "0,49 EUR ist zu wenig. Der kleinste Preis ist 0,50 EUR, der größte 999999,99 EUR."
    )


def test_each_language_writes_sizes_numbers_and_contents_in_its_own_way() -> None:
    contents = Contents((Counted(Kind.IMAGE, 2),), 1_500_000)
    said = together([contents, Size(2_500_000), 4001], by=" | ")
    assert str(said) == "2 photos, 1.5 MB | 2.5 MB | 4001"
    assert GERMAN.spoken(said) == "2 Fotos, 1,5 MB | 2,5 MB | 4.001"


def test_what_somebody_typed_is_not_translated_even_if_it_could_be() -> None:
    words = spoken("“{name}” was left out: {why}", name="it is empty.", why=spoken("it is empty."))
    assert GERMAN.spoken(words) == "„it is empty.“ fehlt: Sie ist leer."


def test_they_survive_being_copied_and_written_down() -> None:
    for again in (deepcopy(TOO_LITTLE), from_data(as_data(TOO_LITTLE))):
        assert again == TOO_LITTLE
        assert "Der kleinste Preis ist" in GERMAN.spoken(again)


def test_a_job_tells_somebody_in_the_language_of_when_it_is_told() -> None:
    job = TellPerson(UserId("@bob:test"), "1", spoken("What was sold stays sold."))
    again = decode(*encode(job))
    assert again == job
    assert isinstance(again, TellPerson)
    assert GERMAN.spoken(again.words) == "Was verkauft ist, bleibt verkauft."
    plain = decode("tell_person", {"user": "@bob:test", "key": "1", "words": "Written earlier."})
    assert plain == TellPerson(UserId("@bob:test"), "1", "Written earlier.")


@pytest.mark.parametrize("words", [TOO_LITTLE, spoken("it is empty."), "it was written earlier."])
def test_they_stand_in_a_column(words: str) -> None:
    again = words_from_text(words_to_text(words))
    assert again == words
    assert isinstance(again, Words) == isinstance(words, Words)
