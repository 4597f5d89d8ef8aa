"""All that people are told is translated into every language."""

import re
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from appservice.languages import ENGLISH, LOCALES, load_languages
from config.sections.policy import Messages

ROOT = Path(__file__).parents[2]
TRANSLATED = [code for code in load_languages() if code != ENGLISH]
EXTRACT = (
    "--quiet extract --mapping-file pyproject.toml --keywords gettext_lazy --keywords Usage:2"
    " --no-location --output-file"
)

Said = dict[tuple[tuple[str, ...], str | None], tuple[str, ...]]
"""From words, singular and plural, and their context, to the translation in its forms."""


def in_catalogue(code: str) -> Catalog:
    with (LOCALES / code / "LC_MESSAGES" / "words.po").open("rb") as file:
        return read_po(file, locale=code)


def said_in(catalogue: Catalog) -> Said:
    return {(forms(each.id), each.context): forms(each.string) for each in catalogue if each.id}


def forms(words: object) -> tuple[str, ...]:
    return tuple(map(str, words)) if isinstance(words, list | tuple) else (str(words or ""),)


@pytest.fixture(scope="module")
def in_the_sources(tmp_path_factory: pytest.TempPathFactory) -> Said:
    """What is said, taken from the sources now."""
    found = tmp_path_factory.mktemp("catalogue") / "words.pot"
    command = [*EXTRACT.split(), str(found), "appservice", "bot"]
    subprocess.run(
        [sys.executable, "-m", "babel.messages.frontend", *command], cwd=ROOT, check=True
    )
    with found.open("rb") as file:
        return said_in(read_po(file))


def test_the_house_may_speak_every_language_that_there_is() -> None:
    named = get_args(Messages.model_fields["language"].annotation)
    assert sorted(named) == sorted(load_languages())


@pytest.mark.parametrize("code", TRANSLATED)
def test_all_that_is_said_is_translated_and_nothing_else(code: str, in_the_sources: Said) -> None:
    catalogue = in_catalogue(code)
    translated = said_in(catalogue)
    assert len(in_the_sources) > 100
    assert translated.keys() == in_the_sources.keys()
    for (words, _), translation in translated.items():
        assert all(translation), words
        assert len(translation) == (catalogue.num_plurals if len(words) > 1 else 1), words
    assert [each.id for each in catalogue if _doubtful(each)] == []


def _doubtful(message: Message) -> bool:
    return bool(message.id) and message.fuzzy


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_translation_names_what_the_words_name(code: str) -> None:
    for (words, _), translation in said_in(in_catalogue(code)).items():
        allowed = [sorted(_named(each)) for each in words]
        if len(words) > 1:  # "One minute" needs no number.
            allowed += [[each for each in names if each != "%(count)s"] for names in allowed]
        assert all(sorted(_named(each)) in allowed for each in translation), words


def _named(words: str) -> list[str]:
    """What is put in, and what is to be typed or pressed."""
    return re.findall(
        r"%\(\w+\)[sd]|\{\w+\}|!ppv [a-z-]+|🔓|@bob:example.org|K7QM2-XPA4E|</?\w+>", words
    )
