"""Names of files that strangers chose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appservice.matrix.names import LONGEST_FILE_NAME, file_name


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
