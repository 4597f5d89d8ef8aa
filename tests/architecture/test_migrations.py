"""Migrations are told apart by their number."""

from collections import Counter
from pathlib import Path

MIGRATIONS = Path(__file__).parents[2] / "appservice/db/migrations"


def test_each_number_is_used_once_and_none_is_left_out() -> None:
    numbers = Counter(int(each.name[:4]) for each in MIGRATIONS.glob("*.sql"))
    assert sorted(numbers.elements()) == list(range(1, len(numbers) + 1))
