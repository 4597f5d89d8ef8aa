"""Errors, classified by who can remedy them.

- `UserError`: the user, by doing something else.
- `TemporaryError`: time.
- `OperatorError`: an operator.
- `AuthenticationError`: nobody; the caller is not who they claim to be.

They are caught in the web middleware, the worker and `dispatch`. An exception that a single item from outside causes is
recorded where it came in (`failed_items`), and a loop that fails is restarted (`appservice.supervisor`).
"""


class PpvError(Exception):
    """Root of all errors that matrix-ppv raises on purpose."""


class UserError(PpvError):
    """The person can mend it; the words are said to them in their language, and say what to do next."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class TemporaryError(PpvError):
    """Time will mend it: try again.

    `retry_after` is what the other side asked for, in seconds; None leaves it to our back-off.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class UsuallyTemporaryError(TemporaryError):
    """Time mends it as a rule. The worker tells an operator when it has lasted for minutes, and tries on."""


class ConcurrentUpdate(TemporaryError):
    """Somebody else changed the same record meanwhile; a rerun sees the new state."""


class OperatorError(PpvError):
    """Only an operator can mend it: the job is laid aside and reported, nothing is unlocked."""


class AccountNotSetUp(OperatorError):
    """The payment processor makes no checkout, because something is missing in an account there.

    `account` is a seller's; None for the house's. `made`: it has made one all the same.
    """

    def __init__(self, message: str, *, account: str | None = None, made: bool = True) -> None:
        super().__init__(message)
        self.account = account
        self.made = made


class IllegalTransition(OperatorError):
    """A record was asked to do what its state does not allow."""


class KeyUnwrapFailed(OperatorError):
    """A wrapped content key does not open: wrong key-encryption key, or the record was altered."""


class AuthenticationError(PpvError):
    """The caller proved nothing. Answered without detail."""
