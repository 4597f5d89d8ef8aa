"""What the bot's own encryption lies under at rest: the key-encryption keys (KEKs), or keys that they keep shut."""

import base64
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from appservice.keys.key_vault import KekVault
from appservice.keys.keyring import KeysUnusable
from appservice.matrix.crypto.store_dir import load_device, write_durably
from appservice.matrix.crypto.trust.cross_signing_keys import CrossSigning
from bot.errors import PpvError
from bot.ids import KekId
from config.settings import Settings

if TYPE_CHECKING:
    from appservice.keys.pkcs11_kek import TokenKek

_BYTES = 32


async def keys_at_rest(
    settings: Settings, vault: KekVault, *, create: bool
) -> Mapping[KekId, bytes]:
    """What the bot's own encryption lies under, by KEK: 32 bytes each, which that KEK itself is, or keeps shut.

    A KEK in a token is asked only if something of the bot's lies under it, or shall; what it keeps shut is made
    with `create`, and left out without. Raises KeysUnusable,
    CryptoUnusable.
    """
    keys, folder = settings.keys, settings.encryption.folder
    known = {KekId(id_): key for id_, key in keys.raw().items()}
    for id_ in ({KekId(keys.active)} | bot_encryption_key_ids(folder)) & set(
        map(KekId, keys.labels())
    ):
        kek = vault.keks[id_]
        if not (create or _file_of(folder, id_).exists()):
            continue
        known[id_] = await _kept_shut(folder, kek)  # type: ignore[arg-type]
    return known


def bot_encryption_key_ids(folder: Path) -> set[KekId]:
    """The KEKs that the bot's encryption lies under. Raises CryptoUnusable."""
    device = load_device(folder)
    keks = (device.kek if device else None, CrossSigning.kek_of(folder / "identity.json"))
    return {KekId(kek) for kek in keks if kek}


async def _kept_shut(folder: Path, kek: "TokenKek") -> bytes:
    """Made at its first use, and from then on always the same."""
    file = _file_of(folder, kek.id)
    bound_to = f"matrix-ppv keys at rest\0{kek.id}".encode()
    try:
        if not file.exists():
            nonce, sealed = await kek.seal(secrets.token_bytes(_BYTES), bound_to)
            _create(file, {"nonce": _text(nonce), "sealed": _text(sealed)})
        content = json.loads(file.read_text("utf-8"))
        nonce, sealed = (base64.b64decode(content[name]) for name in ("nonce", "sealed"))
        return await kek.open(nonce, sealed, bound_to)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KeysUnusable(f"{file} is damaged: restore it from a backup ({error})") from error
    except PpvError as error:
        raise KeysUnusable(f"The bot's encryption can't be opened: {error}") from error


def _file_of(folder: Path, kek: KekId) -> Path:
    return folder / f"kek-{quote(kek, safe='')}.json"


def _create(file: Path, content: Mapping[str, str]) -> None:
    """Never over one that another process has made meanwhile: something may lie under it."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    mine = file.with_name(f"{file.name}.{secrets.token_hex(4)}")
    write_durably(mine, content)
    try:
        os.link(mine, file)
    except FileExistsError:
        pass
    finally:
        mine.unlink()


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()
