"""Loaded by Python at the start of matrix-ppv: keeps a link to each temporary file that Python code deletes.

A link shows what is written later, too, so nothing is missed, however short a file lives.
https://docs.python.org/3/library/audit_events.html
"""

import os
import sys
import tempfile
from contextlib import suppress
from itertools import count
from pathlib import Path
from typing import Any

_numbers = count()


def _keep(event: str, arguments: tuple[Any, ...]) -> None:
    if event != "os.remove":
        return
    path, directory = arguments
    with suppress(OSError, ValueError, TypeError):
        within = Path(os.fsdecode(path))
        if directory < 0 and not within.is_relative_to(_folder):
            return
        os.link(
            path,
            _kept / f"deleted-{os.getpid()}-{next(_numbers)}",
            src_dir_fd=None if directory < 0 else directory,
            follow_symlinks=False,
        )


if any(each.startswith("appservice") for each in sys.orig_argv):
    _folder = Path(tempfile.gettempdir())
    _kept = _folder.with_name("kept")
    # Files without a name from the beginning are deleted by nobody. Without this, Python makes and deletes them.
    tempfile._O_TMPFILE_WORKS = False  # type: ignore[attr-defined]
    sys.addaudithook(_keep)
    (_kept / f"audited-{os.getpid()}").touch()
