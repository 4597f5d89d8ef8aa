"""The keys of the bot's own device, as they are uploaded.

https://spec.matrix.org/v1.17/client-server-api/#post_matrixclientv3keysupload
"""

from collections.abc import Mapping, Sequence
from typing import Any

from appservice.matrix.json_fields import count, section

_ALGORITHMS = ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"]
_ONE_TIME = "signed_curve25519"


class Account:
    """What is made here is saved before it is uploaded: a key that only the server knows opens nothing."""

    def __init__(self, olm: Any) -> None:
        self._olm = olm
        self._fallback_is_used = False

    @property
    def user(self) -> str:
        return str(self._olm.user_id)

    @property
    def device(self) -> str:
        return str(self._olm.device_id)

    @property
    def ed25519(self) -> str:
        return str(self._olm.account.identity_keys["ed25519"])

    @property
    def curve25519(self) -> str:
        return str(self._olm.account.identity_keys["curve25519"])

    def sign(self, value: Mapping[str, Any]) -> str:
        return str(self._olm.sign_json(dict(value)))

    @property
    def is_published(self) -> bool:
        """Whether its keys were on the homeserver once."""
        return bool(self._olm.account.shared)

    def note_server_side(self, counts: Mapping[str, Any], unused: Sequence[Any] | None) -> None:
        """What a sync says of our keys. `unused`: types of fallback keys that nobody has used."""
        self._olm.uploaded_key_count = count(counts, _ONE_TIME) or 0
        self._fallback_is_used = unused is not None and _ONE_TIME not in unused

    def upload(self) -> dict[str, Any] | None:
        """The body of the next upload; None when nothing is missing."""
        keys = self._olm.account
        body: dict[str, Any] = {}
        if not keys.shared:
            body["device_keys"] = self._device_keys()
        if self._one_time_keys_wanted():
            body["one_time_keys"] = self._signed_one_time_keys()
        if not keys.shared or self._fallback_is_used:
            body["fallback_keys"] = self._fallback_keys()
        if body:
            self._olm.save_account()
        return body or None

    def uploaded(self, answer: Mapping[str, Any]) -> None:
        """The homeserver has taken what `upload` returned last."""
        self._olm.account.shared = True
        self._olm.account.mark_keys_as_published()
        self._olm.uploaded_key_count = count(section(answer, "one_time_key_counts"), _ONE_TIME)
        self._fallback_is_used = False
        self._olm.save_account()

    def skip(self) -> None:
        """The homeserver holds other keys under these names: the next ones get other names."""
        self._olm.account.mark_keys_as_published()
        self._olm.save_account()

    def _one_time_keys_wanted(self) -> bool:
        there = self._olm.uploaded_key_count
        if not self._olm.account.shared:
            there = there or 0
        if there is None:
            return False
        missing = self._olm.account.max_one_time_keys - there
        waiting = len(self._olm.account.one_time_keys["curve25519"])
        if missing > waiting:
            self._olm.account.generate_one_time_keys(missing - waiting)
        return bool(missing > 0)

    def _device_keys(self) -> dict[str, Any]:
        keys = {
            "algorithms": _ALGORITHMS,
            "device_id": self.device,
            "user_id": self.user,
            "keys": {
                f"curve25519:{self.device}": self.curve25519,
                f"ed25519:{self.device}": self.ed25519,
            },
        }
        return self._signed(keys)

    def _signed_one_time_keys(self) -> dict[str, Any]:
        keys = self._olm.account.one_time_keys["curve25519"]
        return {f"{_ONE_TIME}:{id_}": self._signed({"key": key}) for id_, key in keys.items()}

    def _fallback_keys(self) -> dict[str, Any]:
        """nio knows of no fallback keys, so this asks the account inside of its own."""
        account = self._olm.account._account
        if not account.fallback_key:
            account.generate_fallback_key()
        return {
            f"{_ONE_TIME}:{id_}": self._signed({"key": key.to_base64(), "fallback": True})
            for id_, key in account.fallback_key.items()
        }

    def _signed(self, value: dict[str, Any]) -> dict[str, Any]:
        return value | {"signatures": {self.user: {f"ed25519:{self.device}": self.sign(value)}}}
