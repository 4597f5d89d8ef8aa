"""Every promise of docs/security.md names the test that tries to break it, and every attack is named there."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
PAGE = (ROOT / "docs" / "security.md").read_text()
ROWS = [
    [cell.strip() for cell in line.strip("|").split(" | ")]
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith("| attacker ")
]
NOT_ATTACKS = {"test_hostile_homeserver"}
"""They hold a tool of the attacks to what it says."""


def test_every_promise_names_its_test() -> None:
    assert len(ROWS) > 40
    for row in ROWS:
        assert len(row) == 4, row
        named = re.findall(r"`([a-z_]+/[a-z_/0-9]+)(?:::(test_\w+))?`", row[3])
        assert named, row
        for module, test in named:
            path = TESTS / f"{module}.py"
            assert path.is_file(), module
            assert not test or re.search(
                rf"^(async )?def {test}\b", path.read_text(), re.MULTILINE
            ), test


def test_every_attack_is_told() -> None:
    attacks = {path.stem for path in (TESTS / "adversary").glob("test_*.py")} - NOT_ATTACKS
    told = {attack for attack in attacks if f"adversary/{attack}" in PAGE}
    assert told == attacks
