"""A key vault for the databases of the benchmarks."""

import secrets

from appservice.keys.key_vault import KekVault
from appservice.keys.local_kek import LocalKek
from bot.ids import KekId


def fresh_vault() -> KekVault:
    kek = KekId("benchmark")
    return KekVault({kek: LocalKek(kek, secrets.token_bytes(32))}, kek)
