"""The keys of the bot's own device, as they are uploaded.

https://spec.matrix.org/v1.17/client-server-api/#post_matrixclientv3keysupload
"""

from collections.abc import Mapping, Sequence
from typing import Any

from appservice.matrix.json_fields import count, section

_ALGORITHMS = ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"]
_ONE_TIME = "signed_curve25519"


class Account:
    """Keys are saved before they are uploaded, because messages to a lost key cannot be decrypted."""

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
        """Whether its keys were ever uploaded."""
        return bool(self._olm.account.shared)

    def set_server_counts(self, counts: Mapping[str, Any], unused: Sequence[Any] | None) -> None:
        """Store the counts of a sync. `unused`: algorithms whose fallback key was not used yet."""
        self._olm.uploaded_key_count = count(counts, _ONE_TIME) or 0
        self._fallback_is_used = unused is not None and _ONE_TIME not in unused

    def upload_body(self) -> dict[str, Any] | None:
        """Return the body of the next upload; None if nothing is missing."""
        keys = self._olm.account
        body: dict[str, Any] = {}
        if not keys.shared:
            body["device_keys"] = self._device_keys()
        if self._needs_one_time_keys():
            body["one_time_keys"] = self._signed_one_time_keys()
        if not keys.shared or self._fallback_is_used:
            body["fallback_keys"] = self._fallback_keys()
        if body:
            self._olm.save_account()
        return body or None

    def mark_uploaded(self, answer: Mapping[str, Any]) -> None:
        """Record that the homeserver accepted the last `upload_body`."""
        self._olm.account.shared = True
        self._olm.account.mark_keys_as_published()
        self._olm.uploaded_key_count = count(section(answer, "one_time_key_counts"), _ONE_TIME)
        self._fallback_is_used = False
        self._olm.save_account()

    def discard_pending_keys(self) -> None:
        """Give up the pending one-time keys, because the homeserver has other keys under their ids."""
        self._olm.account.mark_keys_as_published()
        self._olm.save_account()

    def _needs_one_time_keys(self) -> bool:
        uploaded = self._olm.uploaded_key_count
        if not self._olm.account.shared:
            uploaded = uploaded or 0
        if uploaded is None:
            return False
        missing = self._olm.account.max_one_time_keys - uploaded
        pending = len(self._olm.account.one_time_keys["curve25519"])
        if missing > pending:
            self._olm.account.generate_one_time_keys(missing - pending)
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
        """Use the vodozemac account inside nio's, because nio does not support fallback keys."""
        account = self._olm.account._account
        if not account.fallback_key:
            account.generate_fallback_key()
        return {
            f"{_ONE_TIME}:{id_}": self._signed({"key": key.to_base64(), "fallback": True})
            for id_, key in account.fallback_key.items()
        }

    def _signed(self, value: dict[str, Any]) -> dict[str, Any]:
        return value | {"signatures": {self.user: {f"ed25519:{self.device}": self.sign(value)}}}
