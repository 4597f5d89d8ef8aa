"""What the docs tell people to type: between backticks, and in blocks for a shell."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    [
        *ROOT.glob("*.md"),
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "deploy" / "README.md",
        ROOT / "gate" / "README.md",
    ]
)
_UNSAID = {"CHANGELOG.md"}
"""It tells what was new, not what to type."""
_BLOCK = re.compile(r"^( *)```(?:sh|bash|console)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_INLINE = re.compile(r"`([^`\n]+)`")


def _pages() -> list[str]:
    return [page.read_text() for page in PAGES if page.name not in _UNSAID]


def in_blocks() -> list[str]:
    """Each command of each block for a shell, without prompt and comment."""
    lines = [
        line.removeprefix("$ ").partition("  #")[0].partition(" # ")[0].strip()
        for page in _pages()
        for _, block in _BLOCK.findall(page)
        for line in (each.strip() for each in block.splitlines())
    ]
    commands = [part.strip() for line in lines for part in line.split("&&")]
    return sorted({each for each in commands if each and not each.startswith("#")})


def _inline(beginning: str) -> set[str]:
    return {
        each for page in _pages() for each in _INLINE.findall(page) if each.startswith(beginning)
    }


def typed_in_chat() -> list[str]:
    blocks = {each for each in in_blocks() if each.startswith("!ppv")}
    return sorted(_inline("!ppv") | blocks)


def typed_in_shell(program: str) -> list[str]:
    blocks = {each for each in in_blocks() if each.split()[0] == program}
    return sorted(_inline(f"{program} ") | blocks)
