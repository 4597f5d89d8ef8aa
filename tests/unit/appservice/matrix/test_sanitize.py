"""Names of files that strangers chose."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.matrix.content.sanitize import (
    LONGEST_FILE_NAME,
    file_name,
    saveable,
    saveable_together,
)


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ("sunset.jpg", "sunset.jpg"),
        ("  sun \n set.jpg ", "sun set.jpg"),
        ("../../etc/passwd", "passwd"),
        (r"C:\photos\sunset.jpg", "sunset.jpg"),
        (".hidden", "hidden"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("", "file"),
        ("..", "file"),
        ("a/", "file"),
        ("\0\x07", "file"),
        ("👨\u200d👩\u200d👧.jpg", "👨\u200d👩\u200d👧.jpg"),
    ],
)
def test_a_file_name_leads_nowhere_and_hides_nothing(said: str, name: str) -> None:
    assert file_name(said) == name


def test_a_long_file_name_keeps_its_ending() -> None:
    name = file_name("a" * 400 + ".jpeg")
    assert len(name) == LONGEST_FILE_NAME
    assert name.endswith("a.jpeg")


@given(st.text(max_size=600))
def test_every_file_name_fits(said: str) -> None:
    name = file_name(said)
    assert 0 < len(name) <= LONGEST_FILE_NAME
    assert not set(name) & set("/\\\n\r\0\u202e")


@pytest.mark.parametrize(
    ("name", "saved"),
    [
        ("sunset.jpg", "sunset.jpg"),
        ("Ünïcode ½ 👍.jpg", "Ünïcode ½ 👍.jpg"),
        ('say "hi".jpg', "say 'hi'.jpg"),
        ("10:30 <me> a|b? 5*.jpg", "10_30 _me_ a_b_ 5_.jpg"),
        ("a/b\\c.jpg", "a_b_c.jpg"),
        ("CON", "_CON"),
        ("nul.txt", "_nul.txt"),
        ("Aux .tar.gz", "_Aux .tar.gz"),
        ("com1.jpg", "_com1.jpg"),
        ("LPT\u00b2", "_LPT\u00b2"),
        ("CONIN$", "_CONIN$"),
        ("console.jpg", "console.jpg"),
        ("com10.jpg", "com10.jpg"),
        ("the end...", "the end"),
        ("the end .", "the end"),
        ("...", "file"),
        ("?", "_"),
        ("tab\there.jpg", "tab_here.jpg"),
        ("ä" * 200 + ".jpeg", "ä" * 125 + ".jpeg"),
        ("👍" * 70, "👍" * 63),
    ],
)
def test_a_file_name_can_be_saved_everywhere(name: str, saved: str) -> None:
    assert saveable(name) == saved


@given(st.text(max_size=400))
def test_every_saved_name_is_one_that_windows_takes(said: str) -> None:
    saved = saveable(file_name(said))
    assert 0 < len(saved.encode()) <= 255
    assert not set(saved) & set('<>:"/\\|?*')
    assert saved == saved.rstrip(". ")
    assert saveable(saved) == saved


def test_names_in_one_folder_are_all_different_and_each_can_be_saved() -> None:
    said = [
        "a.jpg",
        "A.JPG",
        "a.jpg",
        "a (2).jpg",
        "con",
        "CON",
        "e\u0301.png",
        "\xe9.png",
        "x" * 255,
        "x" * 255,
    ]
    saved = saveable_together(said)
    assert saved[:5] == ("a.jpg", "A (2).JPG", "a (3).jpg", "a (2) (2).jpg", "_con")
    assert len({unicodedata.normalize("NFC", each).casefold() for each in saved}) == len(said)
    assert [saveable(each) for each in saved] == list(saved)
