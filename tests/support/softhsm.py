"""A token in software, by SoftHSM 2: each of its own, and none that is left from somewhere else."""

import os
import secrets
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

MODULE = Path("/usr/lib/softhsm/libsofthsm2.so")
UTIL = shutil.which("softhsm2-util")
PIN = "567890"

needs_softhsm = pytest.mark.skipif(
    UTIL is None or not MODULE.exists(), reason="needs Debian's softhsm2"
)


@dataclass(frozen=True, slots=True)
class SoftHsm:
    folder: Path
    label: str = field(default_factory=lambda: f"ppv {secrets.token_hex(4)}")
    """A process that has seen one before looks anew only for what it does not know."""

    @property
    def environment(self) -> dict[str, str]:
        """For programs that shall see it."""
        return {"SOFTHSM2_CONF": str(self.folder / "softhsm2.conf")}

    @property
    def tokens(self) -> Path:
        return self.folder / "tokens"

    def initialize(self) -> None:
        """And let this process see it."""
        self.tokens.mkdir(parents=True)
        conf = self.folder / "softhsm2.conf"
        conf.write_text(f"directories.tokendir = {self.tokens}\nlog.level = ERROR\n")
        os.environ.update(self.environment)
        assert UTIL is not None
        words = ["--init-token", "--free", "--label", self.label, "--so-pin", "1234", "--pin", PIN]
        subprocess.run([UTIL, *words], check=True, capture_output=True)

    def vanish(self) -> None:
        self.tokens.rename(self.folder / "away")

    def come_back(self) -> None:
        (self.folder / "away").rename(self.tokens)

    def settings(self) -> dict[str, str]:
        """As they stand below keys.pkcs11."""
        return {"module": str(MODULE), "token": self.label, "pin": PIN}


def make_secret(hsm: SoftHsm, label: str) -> None:
    """As tokens without AES-GCM have."""
    _make(hsm, label, "GENERIC_SECRET", "EXTRACTABLE: False, a.SIGN: True, a.VERIFY: True")


def make_loose_key(hsm: SoftHsm, label: str) -> None:
    """One that the token gives out."""
    _make(hsm, label, "AES", "EXTRACTABLE: True, a.ENCRYPT: True, a.DECRYPT: True")


def _make(hsm: SoftHsm, label: str, kind: str, attributes: str) -> None:
    """By another program, so that no login stays."""
    code = (
        "import sys, pkcs11\n"
        "module, token, pin, label = sys.argv[1:]\n"
        "session = pkcs11.lib(module).get_token(token_label=token).open(rw=True, user_pin=pin)\n"
        "a, kind = pkcs11.Attribute, pkcs11.KeyType\n"
        f"template = {{a.SENSITIVE: True, a.{attributes}}}\n"
        f"session.generate_key(kind.{kind}, 256, label=label, store=True, template=template)\n"
    )
    words = [str(MODULE), hsm.label, PIN, label]
    subprocess.run([sys.executable, "-c", code, *words], check=True, env=os.environ)
