"""Temporary files of a process, kept although it deletes them: by name in its folder, or open without a name."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

_PAUSE_SECONDS = 0.02


class TemporaryFiles:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.kept = folder.with_name("kept")
        self.kept.mkdir(exist_ok=True)
        self._known: set[int] = set()

    @contextmanager
    def watched(self, pid: int) -> Iterator[None]:
        """Look again and again meanwhile, for files of libraries: what Python deletes, `audited` keeps."""
        over = threading.Event()

        def watch() -> None:
            while not over.wait(_PAUSE_SECONDS):
                self.look(pid)

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            yield
        finally:
            over.set()
            watcher.join()
            self.look(pid)

    def look(self, pid: int) -> None:
        for file in self.folder.rglob("*"):
            with suppress(OSError):
                if file.is_file():
                    self._keep(file, link=True)
        for process in (pid, *_children(pid)):
            with suppress(OSError):
                for descriptor in Path(f"/proc/{process}/fd").iterdir():
                    with suppress(OSError):
                        if descriptor.readlink().name.endswith("(deleted)"):
                            self._keep(descriptor, link=False)

    def _keep(self, file: Path, *, link: bool) -> None:
        """A link shows what is written later, too; a file without a name is copied as it grows."""
        facts = file.stat()
        target = self.kept / f"{facts.st_ino}"
        if link and facts.st_ino not in self._known:
            os.link(file, target)
            self._known.add(facts.st_ino)
        elif not link and not (target.exists() and target.stat().st_size == facts.st_size):
            target.write_bytes(file.read_bytes())


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []
