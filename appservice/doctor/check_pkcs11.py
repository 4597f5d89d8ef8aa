"""The token with key-encryption keys: there, and no way for them to get out."""

from collections.abc import Mapping
from dataclasses import dataclass

from appservice.doctor.check_result import Check, CheckFailed
from appservice.keys.keyring import open_token
from bot.ids import KekId
from config.settings import Settings


@dataclass(frozen=True, slots=True)
class Pkcs11Check:
    settings: Settings

    def all(self) -> Mapping[str, Check]:
        """Nothing where all keys are in the configuration."""
        return {"token": self.holds_them} if self.settings.keys.labels() else {}

    async def holds_them(self) -> str:
        """Each is tried."""
        from appservice.keys.pkcs11_kek import TokenKek  # noqa: PLC0415 - an extra

        keys = self.settings.keys
        held = []
        async with open_token(keys) as token:
            for id_, label in keys.labels().items():
                kek = TokenKek(KekId(id_), token, label)
                nature = await kek.nature()
                await kek.open(*await kek.seal(b"doctor looks", b"doctor"), b"doctor")
                if not nature.stays:
                    raise CheckFailed(
                        f"the key “{label}” can be taken out of the token: make one that can't with"
                        " `matrix-ppv keys make`, and rotate to it"
                    )
                held.append(f"“{label}” ({nature.way})")
        return f"“{keys.pkcs11.token}” holds {', '.join(held)}, and gives none of them out"
