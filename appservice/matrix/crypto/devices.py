"""The devices of others, and Olm sessions with them."""

import logging
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from typing import Any

import nio

from appservice.matrix.fields import section
from bot.ids import homeserver_of

_PATIENCE_WITH_KEYLESS = 60.0
"""Seconds before a device that had no one-time key left is asked again."""

log = logging.getLogger(__name__)


class Devices:
    def __init__(self, olm: Any, clock: Callable[[], float] = time.monotonic) -> None:
        self._olm = olm
        self._clock = clock
        self._asked: set[str] = set()
        self._keyless: dict[tuple[str, str], float] = {}

    def changed(self, users: Iterable[object]) -> None:
        """Their devices must be asked for before they are used again."""
        self._asked.difference_update(user for user in users if isinstance(user, str))

    def forget_all(self) -> None:
        """We may have missed changes."""
        self._asked.clear()

    def unknown(self, users: Iterable[str]) -> list[str]:
        """Those whose devices must be asked for."""
        return sorted(set(users) - self._asked)

    def take_in(self, users: Collection[str], answer: Mapping[str, Any]) -> None:
        """What `/keys/query` says of `users`. One user's nonsense is no other's loss."""
        found, failed = section(answer, "device_keys"), section(answer, "failures")
        for user in users:
            if user not in found and homeserver_of(user) in failed:
                continue  # Their server is away: what we knew stands, and the next time we ask again.
            devices = {
                id_: dict(keys)
                for id_, keys in section(found, user).items()
                if isinstance(keys, Mapping)
            }
            with _harmless("devices"):
                self._olm.handle_response(nio.KeysQueryResponse({user: devices}, {}))
            self._asked.add(user)

    def without_session(self, users: Iterable[str]) -> dict[str, dict[str, str]]:
        """The body of `/keys/claim` for devices that we cannot write to yet; empty if there are none."""
        now = self._clock()
        wanted: dict[str, dict[str, str]] = {}
        for user, devices in self._missing(users).items():
            for device in devices:
                if self._keyless.get((user, device), now) <= now:
                    wanted.setdefault(user, {})[device] = "signed_curve25519"
        return wanted

    def claimed(self, wanted: Mapping[str, Mapping[str, str]], answer: Mapping[str, Any]) -> None:
        """What `/keys/claim` said."""
        keys = section(answer, "one_time_keys")
        for user, devices in wanted.items():
            for device in devices:
                key = section(section(keys, user), device)
                with _harmless("one-time key"):
                    if key:
                        self._olm.handle_response(nio.KeysClaimResponse({user: {device: key}}, {}))
                if device in self._missing([user]).get(user, []):
                    self._keyless[user, device] = self._clock() + _PATIENCE_WITH_KEYLESS
                else:
                    self._keyless.pop((user, device), None)

    def owns(self, user: str, curve25519: str) -> bool:
        """Whether this key is of a device of theirs, also of one that is gone by now."""
        return any(
            device.curve25519 == curve25519 for device in self._olm.device_store[user].values()
        )

    def reachable(self, users: Iterable[str]) -> set[tuple[str, str]]:
        """Devices that we have a session with; our own is left out."""
        return {
            (user, device.id)
            for user in users
            for device in self._olm.device_store.active_user_devices(user)
            if device.id != self._olm.device_id and self._olm.session_store.get(device.curve25519)
        }

    def _missing(self, users: Iterable[str]) -> Mapping[str, list[str]]:
        wedged: dict[str, list[str]] = {}
        for user, devices in self._olm.get_missing_sessions(list(users)).items():
            wedged.setdefault(user, []).extend(devices)
        return wedged

    def wedged(self) -> dict[str, dict[str, str]]:
        """Devices whose session with us is broken, to be given a new one."""
        with suppress(nio.LocalProtocolError):
            return {
                user: dict.fromkeys(devices, "signed_curve25519")
                for user, devices in self._olm.get_users_for_key_claiming().items()
            }
        return {}


class _harmless:  # noqa: N801 - reads as a phrase
    """What strangers have uploaded may be anything; nio and vodozemac raise all kinds of errors on it."""

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        if kind is None or not issubclass(kind, Exception):
            return False
        log.warning("unusable key material", extra={"what": self._what, "error": kind.__name__})
        return True
