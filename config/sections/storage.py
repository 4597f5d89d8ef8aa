"""Where things are kept, and under which keys."""

from collections.abc import Mapping
from pathlib import Path
from typing import Self
from urllib.parse import unquote, urlsplit

from pydantic import ByteSize, Field, SecretStr, model_validator

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
    key: Kek | None = None
    label: str = Field(default="", max_length=200)
    """Of a key in the token that keys.pkcs11 names, in place of `key`."""

    @model_validator(mode="after")
    def _is_in_one_place(self) -> Self:
        if (self.key is None) != bool(self.label):
            raise ValueError("needs either key, or the label of one in the token of keys.pkcs11")
        return self


class Pkcs11(Section):
    """A hardware security module, or whatever else speaks PKCS#11."""

    module: str = ""
    """The path of its maker's shared library."""
    token: str = ""
    """The token's label."""
    pin: SecretStr = SecretStr("")


class Keys(Section):
    active: str
    """The id of the KEK that wraps new content keys."""
    keks: Mapping[str, KeyEncryptionKey]
    pkcs11: Pkcs11 = Pkcs11()

    def raw(self) -> dict[str, bytes]:
        """The KEKs of the configuration by id, 32 bytes each."""
        return {id_: kek.key.get_secret_value() for id_, kek in self.keks.items() if kek.key}

    def labels(self) -> dict[str, str]:
        """The KEKs in the token by id, as they are called there."""
        return {id_: kek.label for id_, kek in self.keks.items() if kek.label}

    @property
    def pins(self) -> tuple[str, ...]:
        """None that is short enough to be part of something else as well."""
        pin = self.pkcs11.pin.get_secret_value()
        return (pin,) if len(pin) >= 8 else ()

    @model_validator(mode="after")
    def _token_is_known(self) -> Self:
        access = self.pkcs11.module, self.pkcs11.token, self.pkcs11.pin.get_secret_value()
        if self.labels() and not all(access):
            raise ValueError("a kek with a label needs module, token and pin below keys.pkcs11")
        return self

    @model_validator(mode="after")
    def _active_exists(self) -> Self:
        if self.active not in self.keks:
            raise ValueError(
                f"active is {self.active}, but keks holds {', '.join(self.keks) or 'none'}"
            )
        return self
