"""Words that remember how they were put together."""

from copy import deepcopy

import pytest

from appservice.db.columns import words_from_text, words_to_text
from appservice.languages import load_languages
from bot.domain.money.money import Money
from bot.domain.offers.attachment import MediaKind
from bot.domain.offers.content_summary import ByteSize, ContentSummary, KindCount
from bot.i18n import Translatable, concat, dump_translatable, gettext_lazy, load_translatable
from bot.ids import UserId
from bot.jobs import decode, encode
from bot.jobs.moderation_jobs import NotifyUser

GERMAN = load_languages()["de"]
LIMITS = gettext_lazy(
    "The smallest price is {smallest}, the largest {largest}.",
    smallest=Money(50, "eur"),
    largest=Money(99_999_999, "eur"),
)
TOO_LITTLE = gettext_lazy("{price} is too little. {limits}", price=Money(49, "eur"), limits=LIMITS)


def test_in_english_they_are_a_string_like_any_other() -> None:
    assert TOO_LITTLE == (
        "0.49 EUR is too little. The smallest price is 0.50 EUR, the largest 999999.99 EUR."
    )
    assert gettext_lazy("Write {it} like this") == "Write {it} like this"


def test_words_in_words_are_translated_with_them() -> None:
    assert GERMAN.spoken(TOO_LITTLE) == (
        "0,49 EUR ist zu wenig. Der kleinste Preis ist 0,50 EUR, der größte 999999,99 EUR."
    )


def test_each_language_writes_sizes_numbers_and_contents_in_its_own_way() -> None:
    contents = ContentSummary((KindCount(MediaKind.IMAGE, 2),), 1_500_000)
    said = concat([contents, ByteSize(2_500_000), 4001], by=" | ")
    assert str(said) == "2 photos, 1.5 MB | 2.5 MB | 4001"
    assert GERMAN.spoken(said) == "2 Fotos, 1,5 MB | 2,5 MB | 4.001"


def test_what_somebody_typed_is_not_translated_even_if_it_could_be() -> None:
    words = gettext_lazy(
        "“{name}” was left out: {why}", name="it is empty.", why=gettext_lazy("it is empty.")
    )
    assert GERMAN.spoken(words) == "„it is empty.“ fehlt: Sie ist leer."


def test_they_survive_being_copied_and_written_down() -> None:
    for again in (deepcopy(TOO_LITTLE), load_translatable(dump_translatable(TOO_LITTLE))):
        assert again == TOO_LITTLE
        assert "Der kleinste Preis ist" in GERMAN.spoken(again)


def test_a_job_tells_somebody_in_the_language_of_when_it_is_told() -> None:
    job = NotifyUser(UserId("@bob:test"), "1", gettext_lazy("What was sold stays sold."))
    again = decode(*encode(job))
    assert again == job
    assert isinstance(again, NotifyUser)
    assert GERMAN.spoken(again.words) == "Was verkauft ist, bleibt verkauft."
    plain = decode("tell_person", {"user": "@bob:test", "key": "1", "words": "Written earlier."})
    assert plain == NotifyUser(UserId("@bob:test"), "1", "Written earlier.")


@pytest.mark.parametrize(
    "words", [TOO_LITTLE, gettext_lazy("it is empty."), "it was written earlier."]
)
def test_they_stand_in_a_column(words: str) -> None:
    again = words_from_text(words_to_text(words))
    assert again == words
    assert isinstance(again, Translatable) == isinstance(words, Translatable)
