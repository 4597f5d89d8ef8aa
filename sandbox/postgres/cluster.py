"""A cluster of PostgreSQL: made in a folder of its own, started, killed, started again, and thrown away."""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import psycopg

from sandbox.postgres.programs import as_owner, give, program
from sandbox.processes import ChildFailedError, ChildProcess, free_port, spawn

_START_SECONDS = 30.0
_USER = "ppv"
_CARELESS = ("-cfsync=off", "-cfull_page_writes=off", "-cautovacuum=off")
"""What is thrown away need not survive a power cut; and nobody looks at a template while it is copied."""


class Cluster:
    """Made by `boot`. Belongs to no event loop, so that one can serve many tests."""

    def __init__(self, folder: Path, password: str, options: Sequence[str]) -> None:
        self._folder = folder
        self._password = password
        self._options = options
        self._process: ChildProcess | None = None
        self.port = free_port()

    @classmethod
    def boot(cls, *, durable: bool = False, options: Sequence[str] = ()) -> Self:
        """A new one, running. A `durable` one waits for the disk, as it does where it matters."""
        # Not in a folder of pytest's, which only its owner may enter.
        folder = Path(tempfile.mkdtemp(prefix="matrix-ppv-postgres-", dir="/var/tmp"))
        password = secrets.token_hex()
        give(folder)
        secret = folder.with_name(f"{folder.name}.password")
        secret.touch(mode=0o600)
        secret.write_text(password)
        give(secret)
        try:
            _initialize(folder / "data", secret)
        finally:
            secret.unlink()
        cluster = cls(folder, password, (*(() if durable else _CARELESS), *options))
        cluster.start()
        return cluster

    def start(self) -> None:
        """Returns once it answers. Raises ChildFailedError."""
        log_file = self._folder / "postgres.log"
        process = spawn(
            "postgres",
            "sandbox.postgres.serve",
            str(self._folder / "data"),
            str(self.port),
            *self._options,
            folder=Path("/"),
            log_file=log_file,
        )
        self._process = process
        patience = time.monotonic() + _START_SECONDS
        while not self._answers():
            if process.child.poll() is not None or time.monotonic() > patience:
                raise ChildFailedError(f"PostgreSQL did not start:\n{log_file.read_text()}")
            time.sleep(0.02)

    def kill(self) -> None:
        """All of its processes at once, without a word to anybody; the next start recovers."""
        if self._process is not None:
            os.kill(self._pid(), signal.SIGQUIT)
            self._process.child.wait()
            self._process.kill()

    def freeze(self) -> None:
        """It holds its connections, and answers nobody, until `thaw`."""
        for each in self._backends():
            os.kill(each, signal.SIGSTOP)

    def thaw(self) -> None:
        for each in self._backends():
            os.kill(each, signal.SIGCONT)

    def close(self) -> None:
        if self._process is not None and self._process.child.poll() is None:
            self._process.child.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.child.wait(15)
            self._process.kill()
        shutil.rmtree(self._folder, ignore_errors=True)

    def url(self, database: str = "postgres") -> str:
        return f"postgresql://{_USER}:{self._password}@127.0.0.1:{self.port}/{database}"

    def create(self, database: str, *, template: str = "template1", clause: str = "") -> str:
        """A new database; its address."""
        self.run(f"CREATE DATABASE {database} TEMPLATE {template} {clause}")
        return self.url(database)

    def drop(self, database: str) -> None:
        self.run(f"DROP DATABASE {database} WITH (FORCE)")

    def run(self, sql: str, *, database: str = "postgres") -> list[tuple[Any, ...]]:
        """As somebody who may do anything."""
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []

    def _pid(self) -> int:
        return int((self._folder / "data/postmaster.pid").read_text().splitlines()[0])

    def _backends(self) -> list[int]:
        postmaster = self._pid()
        children = Path(f"/proc/{postmaster}/task/{postmaster}/children").read_text().split()
        return [postmaster, *map(int, children)]

    def _answers(self) -> bool:
        try:
            psycopg.connect(self.url(), connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


def _initialize(folder: Path, password_file: Path) -> None:
    command = [
        str(program("initdb")),
        *("--pgdata", str(folder), "--username", _USER, "--pwfile", str(password_file)),
        *("--auth", "scram-sha-256", "--encoding", "UTF8", "--no-sync"),
        # As people sort, and not byte by byte: nothing of ours may rest on the one or the other.
        *("--locale", "C.UTF-8", "--locale-provider", "icu", "--icu-locale", "en"),
    ]
    subprocess.run(command, check=True, capture_output=True, cwd="/", **as_owner())  # noqa: S603
