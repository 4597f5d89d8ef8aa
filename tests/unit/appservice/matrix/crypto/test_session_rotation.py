"""The bot's own encryption under another key-encryption key: the same device, the same identity."""

from pathlib import Path

import pytest

from appservice.matrix.crypto.errors import CryptoUnusable
from appservice.matrix.crypto.olm_store import open_olm_device
from appservice.matrix.crypto.session_rotation import rewrap
from appservice.matrix.crypto.store_dir import open_folder
from appservice.matrix.crypto.trust.cross_signing_keys import CrossSigning
from bot.ids import KekId, UserId

BOT = UserId("@ppvbot:test")
FIRST, SECOND, THIRD = KekId("first"), KekId("second"), KekId("third")
BYTES = {FIRST: b"1" * 32, SECOND: b"2" * 32, THIRD: b"3" * 32}


def starts(path: Path, active: KekId, *others: KekId) -> tuple[str, str, CrossSigning | None]:
    """As the program does: the device, its own key, and the identity, which is made at the first start."""
    keks = {kek: BYTES[kek] for kek in (active, *others)}
    with (
        open_folder(path, BOT, keks, active) as folder,
        open_olm_device(rewrap(folder)) as machine,
    ):
        file = folder.identity_file
        if not file.exists():
            CrossSigning.generate(BOT).save(file, active, BYTES[active])
        identity = CrossSigning.load(file, BOT, keks)
        return folder.device.device, machine.olm.account.identity_keys["ed25519"], identity


def test_the_old_key_can_go_after_one_start_with_both(tmp_path: Path) -> None:
    first = starts(tmp_path, FIRST)
    assert starts(tmp_path, SECOND, FIRST) == first
    assert starts(tmp_path, SECOND) == first
    assert starts(tmp_path, THIRD, SECOND) == first
    assert starts(tmp_path, THIRD) == first


def test_without_that_start_the_old_key_is_missed(tmp_path: Path) -> None:
    starts(tmp_path, FIRST)
    with pytest.raises(CryptoUnusable, match="“first”, which is not in"):
        starts(tmp_path, SECOND)


def test_other_bytes_under_the_new_name_do_not_open(tmp_path: Path) -> None:
    starts(tmp_path, FIRST)
    starts(tmp_path, SECOND, FIRST)
    keks = {SECOND: b"x" * 32}
    with (
        open_folder(tmp_path, BOT, keks, SECOND) as folder,
        pytest.raises(CryptoUnusable, match="not the one they were"),
        open_olm_device(folder),
    ):
        pass


def test_what_opens_the_store_lies_nowhere_in_the_clear(tmp_path: Path) -> None:
    starts(tmp_path, FIRST)
    starts(tmp_path, SECOND, FIRST)
    with open_folder(tmp_path, BOT, {SECOND: BYTES[SECOND]}, SECOND) as folder:
        key = folder.store_key
    on_disk = b"".join(file.read_bytes() for file in tmp_path.glob("*"))
    assert key not in on_disk
    assert key.hex().encode() not in on_disk
