"""A token that is gone, does not let us in, or is not as it should be; and what the bot keeps under its keys."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from appservice.doctor.check_pkcs11 import Pkcs11Check
from appservice.doctor.check_result import CheckFailed
from appservice.keys.keyring import KeysUnusable, open_vault
from appservice.keys.pkcs11_kek import TokenKek
from appservice.keys.pkcs11_token import Access, Token
from appservice.keys_at_rest import keys_at_rest
from appservice.matrix.crypto.store_dir import create_device
from bot.crypto.attachment_cipher import ContentKey
from bot.crypto.envelope import KeyContext
from bot.errors import KeyUnwrapFailed, OperatorError, PpvError, TemporaryError
from bot.ids import BlobId, KekId, OfferId, UserId
from config.loading import load
from config.problems import ConfigError
from config.settings import Settings
from tests.support.configurations import KEK, config_file
from tests.support.softhsm import MODULE, PIN, SoftHsm, make_loose_key, needs_softhsm

pytestmark = needs_softhsm
CONTEXT = KeyContext(OfferId("offer00001"), BlobId("0123456789abcdef"), bytes(32))
HSM, FIRST = KekId("hsm"), KekId("first")


@pytest.fixture
def hsm(tmp_path: Path) -> SoftHsm:
    hsm = SoftHsm(tmp_path / "hsm")
    hsm.initialize()
    return hsm


@asynccontextmanager
async def opened(hsm: SoftHsm, **other: str) -> AsyncIterator[Token]:
    access = Access(module=str(MODULE), label=hsm.label, pin=PIN)
    async with Token.open(replace(access, **other)) as token:
        yield token


async def fails_with(kind: type[PpvError], words: str, token: Token, label: str = "kek") -> None:
    with pytest.raises(kind, match=words):
        await TokenKek(HSM, token, label).wrap(ContentKey.fresh(), CONTEXT)


async def test_a_token_that_was_gone_is_found_again(hsm: SoftHsm) -> None:
    key = ContentKey.fresh()
    async with opened(hsm) as token:
        await token.make("kek")
        kek = TokenKek(HSM, token, "kek")
        wrapped = await kek.wrap(key, CONTEXT)
        hsm.vanish()
        for _ in range(2):
            with pytest.raises(TemporaryError, match="is not there"):
                await kek.unwrap(wrapped, CONTEXT)
        hsm.come_back()
        assert await kek.unwrap(wrapped, CONTEXT) == key


async def test_a_wrong_pin_is_tried_once(hsm: SoftHsm) -> None:
    async with opened(hsm, pin="000000") as token:
        await fails_with(OperatorError, "does not take the PIN", token)
        hsm.vanish()
        await fails_with(OperatorError, "does not take the PIN", token)


async def test_what_is_not_there_is_named(hsm: SoftHsm) -> None:
    async with opened(hsm) as token:
        await fails_with(OperatorError, "no secret key with the label “other”", token, "other")
    async with opened(hsm, label="elsewhere") as token:
        await fails_with(TemporaryError, "“elsewhere” is not there", token)
    async with opened(hsm, module="/nowhere/module.so") as token:
        await fails_with(OperatorError, "can't be loaded: .*/nowhere/module.so", token)


async def test_a_key_is_made_once_and_never_leaves(hsm: SoftHsm) -> None:
    async with opened(hsm) as token:
        await token.make("kek")
        with pytest.raises(OperatorError, match="already"):
            await token.make("kek")
        nature = await TokenKek(HSM, token, "kek").nature()
        assert (nature.way, nature.stays) == ("AES-GCM", True)


def configured(folder: Path, hsm: SoftHsm, *, active: str = HSM, label: str = "kek") -> Settings:
    keks = {FIRST: {"key": KEK}, HSM: {"label": label}}
    changes = {
        "keys": {"active": active, "keks": keks, "pkcs11": hsm.settings()},
        "encryption": {"folder": str(folder / "crypto")},
    }
    return load(config_file(folder, yaml.safe_dump(changes)), {})


async def test_local_and_token_open_what_the_other_wrapped_before(
    tmp_path: Path, hsm: SoftHsm
) -> None:
    key = ContentKey.fresh()
    settings = configured(tmp_path, hsm)
    async with opened(hsm) as token:
        await token.make("kek")
    async with open_vault(settings.keys) as vault:
        there = await vault.wrap(key, CONTEXT)
        here = await replace(vault, active=FIRST).wrap(key, CONTEXT)
        assert (there.kek, here.kek) == (HSM, FIRST)
        assert [await vault.unwrap(each, CONTEXT) for each in (there, here)] == [key, key]
        with pytest.raises(KeyUnwrapFailed):
            await vault.unwrap(replace(there, kek=FIRST), CONTEXT)


async def test_the_bot_s_own_keys_lie_under_what_the_token_keeps_shut(
    tmp_path: Path, hsm: SoftHsm
) -> None:
    settings = configured(tmp_path, hsm)
    async with opened(hsm) as token:
        await token.make("kek")
    found = []
    for _ in range(2):
        async with open_vault(settings.keys) as vault:
            found.append(await keys_at_rest(settings, vault, create=True))
    assert found[0] == found[1]
    assert found[0][FIRST] == bytes.fromhex(KEK)
    secret = found[0][HSM]
    assert len(secret) == 32
    (file,) = (tmp_path / "crypto").iterdir()
    assert file.name == "kek-hsm.json"
    assert file.stat().st_mode & 0o077 == 0

    content = json.loads(file.read_text())
    file.write_text(json.dumps({**content, "nonce": content["sealed"][:16]}))
    async with open_vault(settings.keys) as vault:
        with pytest.raises(KeysUnusable, match="can't be opened"):
            await keys_at_rest(settings, vault, create=True)
    file.write_text("{}")
    async with open_vault(settings.keys) as vault:
        with pytest.raises(KeysUnusable, match="damaged"):
            await keys_at_rest(settings, vault, create=True)


async def test_a_token_that_nothing_of_the_bot_s_needs_may_be_gone_at_the_start(
    tmp_path: Path, hsm: SoftHsm
) -> None:
    settings = configured(tmp_path, hsm, active=FIRST)
    hsm.vanish()
    async with open_vault(settings.keys) as vault:
        assert set(await keys_at_rest(settings, vault, create=True)) == {FIRST}
        (tmp_path / "crypto").mkdir()
        create_device(tmp_path / "crypto", UserId("@ppvbot:test"), HSM)
        with pytest.raises(KeysUnusable, match="is not there"):
            await keys_at_rest(settings, vault, create=True)


async def test_doctor_tries_each_key_and_sees_that_it_stays(tmp_path: Path, hsm: SoftHsm) -> None:
    settings = configured(tmp_path, hsm)
    async with opened(hsm) as token:
        await token.make("kek")
    words = await Pkcs11Check(settings).holds_them()
    assert words == f"“{hsm.label}” holds “kek” (AES-GCM), and gives none of them out"
    make_loose_key(hsm, "open")
    spoiled = configured(tmp_path, hsm, label="open")
    with pytest.raises(CheckFailed, match="“open” can be taken out"):
        await Pkcs11Check(spoiled).holds_them()
    assert Pkcs11Check(load(config_file(tmp_path), {})).all() == {}


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ("keks: {first: {}}", "needs either key, or the label"),
        (f"keks: {{first: {{key: {KEK}, label: kek}}}}", "needs either key, or the label"),
        ("keks: {first: {label: kek}}", "needs module, token and pin below keys.pkcs11"),
        ("keks: {first: {label: kek}}\n  pkcs11: {module: m.so, token: t}", "needs module, token"),
    ],
)
def test_a_configuration_that_is_not_whole(tmp_path: Path, keys: str, words: str) -> None:
    with pytest.raises(ConfigError, match=words):
        load(config_file(tmp_path, f"keys:\n  active: first\n  {keys}"), {})
