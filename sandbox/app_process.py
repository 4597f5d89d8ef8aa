"""matrix-ppv itself, as an admin would run it: a configuration, a registration, a process."""

import base64
import os
import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import yaml

from sandbox.processes import ChildProcess, free_port, spawn
from sandbox.stripe.emulator import DEFAULT_SECRET_KEY, DEFAULT_WEBHOOK_SECRET

_START_SECONDS = 60.0
BOT = "ppvbot"
PROGRAM = ("appservice", "run")
"""The module, and its command."""


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where it listens, chosen before anybody starts."""

    private: int = field(default_factory=free_port)
    public: int = field(default_factory=free_port)
    ops: int = field(default_factory=free_port)

    @property
    def pages(self) -> str:
        return f"http://127.0.0.1:{self.public}"

    @property
    def webhook(self) -> str:
        return f"{self.pages}/webhooks/stripe"


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What an admin would write into config.yaml."""

    folder: Path
    domain: str
    homeserver: str
    stripe: str
    sellers: tuple[str, ...]
    addresses: Addresses = field(default_factory=Addresses)
    tokens: tuple[str, str] = field(
        default_factory=lambda: (secrets.token_hex(32), secrets.token_hex(32)), repr=False
    )
    changes: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Settings by section that differ from the ones below."""

    @property
    def file(self) -> Path:
        return self.folder / "config.yaml"

    @property
    def bot(self) -> str:
        return f"@{BOT}:{self.domain}"

    def write(self) -> Path:
        """The file, which nobody else may read."""
        as_token, hs_token = self.tokens
        local = "127.0.0.1"
        kek = base64.b64encode(secrets.token_bytes(32)).decode()
        settings: dict[str, dict[str, Any]] = {
            "homeserver": {"url": self.homeserver, "domain": self.domain},
            "appservice": {
                "listen": f"{local}:{self.addresses.private}",
                "url": f"http://{local}:{self.addresses.private}",
                "as_token": as_token,
                "hs_token": hs_token,
                "bot_localpart": BOT,
            },
            "public": {
                "listen": f"{local}:{self.addresses.public}",
                "url": self.addresses.pages,
            },
            "ops": {"listen": f"{local}:{self.addresses.ops}"},
            "stripe": {
                "secret_key": DEFAULT_SECRET_KEY,
                "webhook_secrets": [DEFAULT_WEBHOOK_SECRET],
                "api_base": self.stripe,
            },
            "database": {"url": f"sqlite:///{self.folder / 'ppv.db'}"},
            "blobs": {"url": f"file://{self.folder / 'blobs'}"},
            "encryption": {"folder": str(self.folder / "ppv.crypto")},
            "keys": {"active": "sandbox", "keks": {"sandbox": {"key": kek}}},
            "permissions": {
                f"*:{self.domain}": "buyer",
                **{f"@{name}:{self.domain}": "seller" for name in self.sellers},
            },
        }
        for section, values in self.changes.items():
            settings[section] = settings.get(section, {}) | dict(values)
        self.folder.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            yaml.safe_dump(settings, file, sort_keys=False)
        return self.file


class AppProcess:
    """A running matrix-ppv; made by `start`."""

    def __init__(self, configuration: Configuration, program: Sequence[str]) -> None:
        self.configuration = configuration
        self._program = program
        self._process = self._spawn()

    @classmethod
    @asynccontextmanager
    async def start(
        cls, configuration: Configuration, program: Sequence[str] = PROGRAM
    ) -> AsyncIterator[Self]:
        """`configuration` is written already. Ready when the block begins, stopped when it ends."""
        product = cls(configuration, program)
        try:
            await product.wait_until_ready()
            yield product
        finally:
            await product.stop()

    @property
    def pid(self) -> int:
        return self._process.child.pid

    @property
    def log_file(self) -> Path:
        return self._process.log_file

    async def wait_until_ready(self) -> None:
        """Raises ChildFailedError."""
        url = f"http://127.0.0.1:{self.configuration.addresses.ops}/ready"
        await self._process.wait_until_answers(url, seconds=_START_SECONDS)

    async def stop(self) -> None:
        await self._process.stop()

    def kill(self) -> None:
        """SIGKILL, as a power cut would."""
        self._process.kill()

    async def restart(self) -> None:
        """Stops it if it runs, and starts it on the same data."""
        await self._process.stop()
        self._process = self._spawn()
        await self.wait_until_ready()

    @property
    def alive(self) -> bool:
        return self._process.child.poll() is None

    def _spawn(self) -> ChildProcess:
        folder = self.configuration.folder
        return spawn(
            "matrix-ppv",
            *self._program,
            "--config",
            str(self.configuration.file),
            folder=folder,
            log_file=folder / "matrix-ppv.log",
        )
