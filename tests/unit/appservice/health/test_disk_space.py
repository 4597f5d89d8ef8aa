"""Room where ciphertexts are stored."""

from pathlib import Path

from appservice.health.disk_space import free_bytes, low_disk_message


async def test_enough_room_is_no_trouble(tmp_path: Path) -> None:
    assert await free_bytes(tmp_path) > 0
    assert await low_disk_message(tmp_path, 1) is None


async def test_too_little_is_told_in_the_same_words_each_time(tmp_path: Path) -> None:
    words = await low_disk_message(tmp_path, 10**18)
    assert words is not None
    assert f"less than 1,000,000,000,000 MB are left in {tmp_path}" in words
    assert await low_disk_message(tmp_path, 10**18) == words


async def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    assert "out of reach" in (await low_disk_message(tmp_path / "gone", 1) or "")
