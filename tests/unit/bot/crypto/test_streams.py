import asyncio
import hashlib
from collections.abc import AsyncIterator, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nio.crypto import decrypt_attachment, encrypt_attachment

from bot.crypto.attachment_cipher import ContentKey, Decryptor, DigestMismatch, Encryptor
from bot.crypto.encrypt_stream import CHUNK_BYTES, decrypted_chunks, encrypted_chunks, rechunked
from bot.crypto.encrypted_file import EncryptedFile
from bot.ids import MxcUri

KEY = ContentKey(bytes(range(32)), bytes(16))

cuttings = st.lists(st.binary(max_size=80), max_size=12)


async def stream(chunks: Sequence[bytes]) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


async def sealed(chunks: Sequence[bytes], key: ContentKey = KEY) -> tuple[bytes, bytes]:
    """Ciphertext and digest."""
    sealer = Encryptor(key)
    ciphertext = b"".join([chunk async for chunk in encrypted_chunks(stream(chunks), sealer)])
    return ciphertext, sealer.sha256()


async def opened(chunks: Sequence[bytes], sha256: bytes, key: ContentKey = KEY) -> bytes:
    return b"".join(
        [chunk async for chunk in decrypted_chunks(stream(chunks), Decryptor(key, sha256))]
    )


@given(cuttings, st.integers(1, 100))
def test_rechunking_keeps_every_byte_and_makes_no_small_chunk_but_the_last(
    chunks: list[bytes], least: int
) -> None:
    async def rechunk() -> list[bytes]:
        return [chunk async for chunk in rechunked(stream(chunks), least)]

    result = asyncio.run(rechunk())
    assert b"".join(result) == b"".join(chunks)
    assert all(len(chunk) >= least for chunk in result[:-1])
    assert all(result)


@given(cuttings)
def test_any_cutting_gives_the_same_ciphertext_and_digest(chunks: list[bytes]) -> None:
    whole = asyncio.run(sealed([b"".join(chunks)]))
    assert asyncio.run(sealed(chunks)) == whole
    assert whole[1] == hashlib.sha256(whole[0]).digest()


@given(cuttings)
def test_cipher_and_digest_go_on_over_every_chunk_border(chunks: list[bytes]) -> None:
    sealer = Encryptor(KEY)
    ciphertexts = [sealer.encrypt(chunk) for chunk in chunks]
    for ciphertext in ciphertexts:
        sealer.digest(ciphertext)
    whole = b"".join(ciphertexts), sealer.sha256()
    assert whole == asyncio.run(sealed([b"".join(chunks)]))
    opener = Decryptor(KEY, sealer.sha256())
    assert [opener.decrypt(ciphertext) for ciphertext in ciphertexts] == chunks
    opener.verify()


@given(st.binary(max_size=300), cuttings)
def test_any_cutting_opens(plaintext: bytes, lengths: list[bytes]) -> None:
    ciphertext, sha256 = asyncio.run(sealed([plaintext]))
    cuts = sorted({min(len(piece), len(ciphertext)) for piece in lengths} | {0, len(ciphertext)})
    pieces = [ciphertext[a:b] for a, b in pairwise(cuts)]
    assert asyncio.run(opened(pieces, sha256)) == plaintext


@given(st.binary(max_size=300))
def test_nio_opens_what_we_seal(plaintext: bytes) -> None:
    key = ContentKey.fresh()
    ciphertext, sha256 = asyncio.run(sealed([plaintext[:7], plaintext[7:]], key))
    file = EncryptedFile(MxcUri("mxc://ppv.test/a"), key, sha256).to_json()
    by_nio = decrypt_attachment(ciphertext, file["key"]["k"], file["hashes"]["sha256"], file["iv"])
    assert by_nio == plaintext


@given(st.binary(max_size=300))
def test_we_open_what_nio_seals(plaintext: bytes) -> None:
    ciphertext, keys = encrypt_attachment(plaintext)
    described: dict[str, Any] = {**keys, "url": "mxc://ppv.test/a"}
    file = EncryptedFile.from_json(described)
    assert asyncio.run(opened([ciphertext], file.sha256, file.key)) == plaintext


async def test_large_streams_pass_chunk_borders_unharmed() -> None:
    plaintext = bytes(range(256)) * (5 * CHUNK_BYTES // 512)
    pieces = [plaintext[i : i + 700_001] for i in range(0, len(plaintext), 700_001)]
    ciphertext, sha256 = await sealed(pieces)
    assert hashlib.sha256(ciphertext).digest() == sha256
    assert (ciphertext, sha256) == await sealed([plaintext])
    assert await opened([ciphertext], sha256) == plaintext


async def test_an_altered_byte_is_found_at_the_end() -> None:
    ciphertext, sha256 = await sealed([b"some goods"])
    with pytest.raises(DigestMismatch):
        await opened([ciphertext[:-1], bytes([ciphertext[-1] ^ 1])], sha256)


async def test_a_cut_stream_is_found_at_the_end() -> None:
    ciphertext, sha256 = await sealed([b"some goods"])
    with pytest.raises(DigestMismatch):
        await opened([ciphertext[:-1]], sha256)


async def test_an_empty_stream_has_the_digest_of_nothing() -> None:
    assert await sealed([]) == (b"", hashlib.sha256().digest())


async def test_the_streams_own_errors_pass_unchanged() -> None:
    async def cut() -> AsyncIterator[bytes]:
        yield bytes(CHUNK_BYTES)
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        [chunk async for chunk in encrypted_chunks(cut(), Encryptor(KEY))]
