"""Where things are kept, and under which keys."""

from collections.abc import Mapping
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from pydantic import ByteSize, SecretStr, model_validator

from config.sections.section import Section
from config.values import DatabaseUrl, FolderUrl, Kek


class Database(Section):
    url: DatabaseUrl = SecretStr("sqlite:///ppv.db")

    @property
    def address(self) -> str:
        """With the password, if it has one."""
        return self.url.get_secret_value()

    @property
    def passwords(self) -> tuple[str, ...]:
        """As it stands in the address, and as it is said to the server. None that is a word of ours as well."""
        password = urlsplit(self.address).password or ""
        return (password, unquote(password)) if len(password) >= 8 else ()


class Blobs(Section):
    url: FolderUrl = "file:blobs"
    alert_below: ByteSize = ByteSize(2_000_000_000)
    """Admins are told when fewer bytes are left there."""

    @property
    def folder(self) -> Path:
        """Where the ciphertexts lie."""
        return Path(unquote(urlsplit(self.url).path))


class KeyEncryptionKey(Section):
    key: Kek


class Keys(Section):
    active: str
    """The id of the KEK that wraps new content keys."""
    keks: Mapping[str, KeyEncryptionKey]

    def raw(self) -> dict[str, bytes]:
        """The KEKs by id, 32 bytes each."""
        return {id_: kek.key.get_secret_value() for id_, kek in self.keks.items()}

    @model_validator(mode="after")
    def _active_exists(self) -> Self:
        if self.active not in self.keks:
            raise ValueError(
                f"active is {self.active}, but keks holds {', '.join(self.keks) or 'none'}"
            )
        return self
