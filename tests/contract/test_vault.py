"""Key vaults: in memory, local, and in a token alike."""

from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from appservice.keys.key_vault import KekVault
from appservice.keys.local_kek import LocalKek
from appservice.keys.pkcs11_kek import TokenKek
from appservice.keys.pkcs11_token import Access, Token
from bot.crypto.attachment_cipher import ContentKey
from bot.crypto.envelope import KeyContext
from bot.errors import KeyUnwrapFailed
from bot.ids import BlobId, KekId, OfferId
from bot.ports import KeyVault
from tests.support.memory.memory_vault import MemoryKeyVault
from tests.support.softhsm import MODULE, PIN, SoftHsm, make_secret, needs_softhsm

CONTEXT = KeyContext(OfferId("offer00001"), BlobId("0123456789abcdef"), bytes(32))
ONE, TWO = KekId("one"), KekId("two")
NewVault = Callable[[], KeyVault]


@pytest.fixture(
    params=[
        "memory",
        "local",
        pytest.param("token", marks=needs_softhsm),
        pytest.param("token by hmac", marks=needs_softhsm),
    ]
)
async def new_vault(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[NewVault]:
    """Makes one with a KEK that no other has."""
    made = iter(range(256))

    def local() -> KeyVault:
        return KekVault({ONE: LocalKek(ONE, bytes([next(made)] * 32))}, ONE)

    if not request.param.startswith("token"):
        yield MemoryKeyVault if request.param == "memory" else local
        return
    hsm = SoftHsm(tmp_path / "hsm")
    hsm.initialize()
    labels = [f"kek {number}" for number in range(2)]
    async with Token.open(Access(module=str(MODULE), label=hsm.label, pin=PIN)) as token:
        for label in labels:
            if request.param == "token":
                await token.make(label)
            else:
                make_secret(hsm, label)
        yield lambda: KekVault({ONE: TokenKek(ONE, token, labels[next(made)])}, ONE)


@pytest.fixture
def vault(new_vault: NewVault) -> KeyVault:
    return new_vault()


async def test_what_was_wrapped_is_unwrapped(vault: KeyVault) -> None:
    key = ContentKey.fresh()
    assert await vault.unwrap(await vault.wrap(key, CONTEXT), CONTEXT) == key


async def test_the_key_is_not_in_what_is_stored(vault: KeyVault) -> None:
    key = ContentKey.fresh()
    wrapped = await vault.wrap(key, CONTEXT)
    assert key.key not in wrapped.nonce + wrapped.ciphertext
    assert key.key[:16] not in wrapped.ciphertext


async def test_the_same_key_is_wrapped_differently_each_time(vault: KeyVault) -> None:
    key = ContentKey.fresh()
    first, second = await vault.wrap(key, CONTEXT), await vault.wrap(key, CONTEXT)
    assert first.nonce != second.nonce
    assert first.ciphertext != second.ciphertext


@pytest.mark.parametrize(
    "elsewhere",
    [
        replace(CONTEXT, offer=OfferId("offer00002")),
        replace(CONTEXT, blob=BlobId("0123456789abcdee")),
        replace(CONTEXT, sha256=bytes(31) + b"\1"),
    ],
    ids=["offer", "blob", "digest"],
)
async def test_a_key_opens_in_no_other_place(vault: KeyVault, elsewhere: KeyContext) -> None:
    wrapped = await vault.wrap(ContentKey.fresh(), CONTEXT)
    with pytest.raises(KeyUnwrapFailed):
        await vault.unwrap(wrapped, elsewhere)


@pytest.mark.parametrize("position", [0, 31, 32, 47, 48, 63])
async def test_an_altered_record_does_not_open(vault: KeyVault, position: int) -> None:
    wrapped = await vault.wrap(ContentKey.fresh(), CONTEXT)
    altered = bytearray(wrapped.ciphertext)
    altered[position] ^= 1
    with pytest.raises(KeyUnwrapFailed):
        await vault.unwrap(replace(wrapped, ciphertext=bytes(altered)), CONTEXT)


@pytest.mark.parametrize("length", [0, 15, 63])
async def test_a_record_that_was_cut_does_not_open(vault: KeyVault, length: int) -> None:
    wrapped = await vault.wrap(ContentKey.fresh(), CONTEXT)
    with pytest.raises(KeyUnwrapFailed):
        await vault.unwrap(replace(wrapped, ciphertext=wrapped.ciphertext[:length]), CONTEXT)


async def test_a_key_wrapped_under_another_kek_does_not_open(new_vault: NewVault) -> None:
    wrapped = await new_vault().wrap(ContentKey.fresh(), CONTEXT)
    with pytest.raises(KeyUnwrapFailed):
        await new_vault().unwrap(wrapped, CONTEXT)


async def test_an_unknown_kek_is_a_fault(vault: KeyVault) -> None:
    wrapped = await vault.wrap(ContentKey.fresh(), CONTEXT)
    with pytest.raises(KeyUnwrapFailed):
        await vault.unwrap(replace(wrapped, kek=KekId("gone")), CONTEXT)


async def test_what_an_older_kek_wrapped_opens_after_another_became_active() -> None:
    keks = {ONE: LocalKek(ONE, bytes(32)), TWO: LocalKek(TWO, bytes([2] * 32))}
    key = ContentKey.fresh()
    old = await KekVault(keks, ONE).wrap(key, CONTEXT)
    vault = KekVault(keks, TWO)
    assert (await vault.wrap(key, CONTEXT)).kek == TWO
    assert await vault.unwrap(old, CONTEXT) == key


def test_a_vault_does_not_print_its_keys() -> None:
    assert "xxxx" not in repr(KekVault({ONE: LocalKek(ONE, b"x" * 32)}, ONE))
