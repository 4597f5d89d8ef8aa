"""A token behind PKCS#11: a hardware security module, or something that speaks like one.

https://docs.oasis-open.org/pkcs11/pkcs11-base/v2.40/pkcs11-base-v2.40.html
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Self, TypeVar

import pkcs11
from pkcs11 import Attribute, KeyType, ObjectClass
from pkcs11 import exceptions as errors

from bot.errors import OperatorError, TemporaryError

_SECONDS = 20.0
"""A token over a network that is silent for longer is taken for gone."""
_BITS = 256
_PIN_REFUSED = (
    errors.PinIncorrect,
    errors.PinInvalid,
    errors.PinLenRange,
    errors.PinExpired,
    errors.PinLocked,
    errors.UserPinNotInitialized,
)
_CANNOT = (
    errors.MechanismInvalid,
    errors.MechanismParamInvalid,
    errors.KeyTypeInconsistent,
    errors.KeySizeRange,
    errors.FunctionNotSupported,
    errors.AttributeTypeInvalid,
)

_ALONE = Lock()
"""A module is one for the whole process, and begins anew for all of it."""

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Where a token is, and how to log in."""

    module: str
    """The path of the shared library of its maker."""
    label: str
    pin: str = field(repr=False)


class Token:
    """Logged in when it is first needed, and anew after it was gone; made by `open`.

    Calls block, and sessions are not to be shared: all run in one thread, one after the other.
    """

    def __init__(self, access: Access) -> None:
        self._access = access
        self._thread = ThreadPoolExecutor(1, "pkcs11")
        self._session: pkcs11.Session | None = None
        self._keys = dict[str, Any]()
        self._shut: str | None = None
        """Why it is not tried again: a wrong PIN, repeated, locks a token for good."""

    @classmethod
    @asynccontextmanager
    async def open(cls, access: Access) -> AsyncIterator[Self]:
        token = cls(access)
        try:
            yield token
        finally:
            token._thread.submit(token._forget)
            token._thread.shutdown(wait=False)

    async def use(self, label: str, act: Callable[[Any], Result]) -> Result:
        """What `act` makes of the key with that label, a SecretKey that can what its kind can. It may be called
        twice.

        Raises TemporaryError while the token is gone, OperatorError when it does not let us in, has no such key,
        or can't do what is asked of it; and whatever `act` raises that is not the token's.
        """
        return await self._in_thread(lambda: self._used(label, act))

    async def make(self, label: str) -> None:
        """A new AES key that never leaves the token. Raises like `use`, and OperatorError where there is one."""
        await self._in_thread(lambda: self._made(label))

    async def _in_thread(self, call: Callable[[], Result]) -> Result:
        def alone() -> Result:
            with _ALONE:
                return call()

        running = asyncio.get_running_loop().run_in_executor(self._thread, alone)
        try:
            async with asyncio.timeout(_SECONDS):
                return await running
        except TimeoutError:
            raise TemporaryError(f"{self._name} does not answer") from None

    @property
    def _name(self) -> str:
        return f"the token “{self._access.label}”"

    # --- in the thread

    def _used(self, label: str, act: Callable[[Any], Result]) -> Result:
        return self._tried_twice(lambda: act(self._key(label)), label)

    def _made(self, label: str) -> None:
        def make() -> None:
            session = self._logged_in(writing=True)
            if _keys_called(label, session):
                raise OperatorError(
                    f"{self._name} has a key “{label}” already: choose another label"
                )
            never_leaves = {
                Attribute.SENSITIVE: True,
                Attribute.EXTRACTABLE: False,
                Attribute.ENCRYPT: True,
                Attribute.DECRYPT: True,
            }
            session.generate_key(KeyType.AES, _BITS, label=label, store=True, template=never_leaves)

        self._forget()
        try:
            self._tried_twice(make, label)
        finally:
            self._forget()

    def _tried_twice(self, call: Callable[[], Result], label: str) -> Result:
        """Sessions end when a token was gone: a second one tells whether it is back."""
        if self._shut is not None:
            raise OperatorError(self._shut)
        try:
            try:
                return call()
            except (*_PIN_REFUSED, *_CANNOT, errors.NoSuchKey, errors.MultipleObjectsReturned):
                raise
            except pkcs11.PKCS11Error:
                self._forget()
                return call()
        except _PIN_REFUSED as error:
            self._forget()
            self._shut = (
                f"{self._name} does not take the PIN ({type(error).__name__}). It is not tried again, for that"
                " could lock the token: put the right one into keys.pkcs11.pin and start matrix-ppv anew"
            )
            raise OperatorError(self._shut) from error
        except errors.NoSuchKey as error:
            raise OperatorError(
                f"{self._name} has no secret key with the label “{label}”"
            ) from error
        except errors.MultipleObjectsReturned as error:
            raise OperatorError(
                f"{self._name} has several keys with the label “{label}”"
            ) from error
        except _CANNOT as error:
            raise OperatorError(
                f"{self._name} can't encrypt with “{label}” ({type(error).__name__}): it must be an AES key for"
                " AES-GCM, or a generic secret for HMAC-SHA-256"
            ) from error
        except pkcs11.PKCS11Error as error:
            self._forget()
            raise TemporaryError(f"{self._name} is not there ({type(error).__name__})") from error

    def _key(self, label: str) -> Any:
        if label not in self._keys:
            found = _keys_called(label, self._logged_in())
            if len(found) != 1:
                raise errors.MultipleObjectsReturned if found else errors.NoSuchKey
            self._keys[label] = found[0]
        return self._keys[label]

    def _logged_in(self, *, writing: bool = False) -> pkcs11.Session:
        if self._session is None:
            token = self._found()
            try:
                self._session = token.open(rw=writing, user_pin=self._access.pin)
            except errors.UserAlreadyLoggedIn:
                # Logging in counts for the whole process.
                self._session = token.open(rw=writing)
        return self._session

    def _found(self) -> pkcs11.Token:
        """A module sees what has come since only when it begins anew."""
        try:
            module = pkcs11.lib(self._access.module)
        except pkcs11.PKCS11Error as error:
            # The library has a name for what a module says, and none for one that can't be loaded.
            if type(error) is not pkcs11.PKCS11Error:
                raise
            raise OperatorError(f"the PKCS#11 module can't be loaded: {error}") from error
        try:
            return module.get_token(token_label=self._access.label)
        except pkcs11.PKCS11Error:
            module.reinitialize()
            return module.get_token(token_label=self._access.label)

    def _forget(self) -> None:
        self._keys.clear()
        if self._session is not None:
            with suppress(pkcs11.PKCS11Error):
                self._session.close()
            self._session = None


def _keys_called(label: str, session: pkcs11.Session) -> list[Any]:
    """All of them, for a search that is left halfway outlives its session."""
    return list(
        session.get_objects({Attribute.CLASS: ObjectClass.SECRET_KEY, Attribute.LABEL: label})
    )
