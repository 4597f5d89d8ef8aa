"""Errors, classed by who can mend them.

`Refusal`: the user can. `Transient`: time will. `Broken`: an operator must. `Unauthenticated`: nobody here.
They are caught in three places only: the web middleware, the worker, and `dispatch`. Besides, whatever a single
item from outside makes us raise is recorded at its door (`failed_items`), and no loop ends (`appservice.supervisor`).
"""


class PpvError(Exception):
    """Root of all errors that matrix-ppv raises on purpose."""


class Refusal(PpvError):
    """The person can mend it; the words are said to them in their language, and say what to do next."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class Transient(PpvError):
    """Time will mend it: try again.

    `retry_after` is what the other side asked for, in seconds; None leaves it to our back-off.
    """

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class UsuallyTransient(Transient):
    """Time mends it as a rule. The worker tells an operator when it has lasted for minutes, and tries on."""


class Conflict(Transient):
    """Somebody else changed the same record meanwhile; a rerun sees the new state."""


class Broken(PpvError):
    """Only an operator can mend it: the job is laid aside and reported, nothing is unlocked."""


class AccountNotSetUp(Broken):
    """The payment processor makes no checkout, because something is missing in an account there.

    `account` is a seller's; None for the house's. `made`: it has made one all the same.
    """

    def __init__(self, message: str, *, account: str | None = None, made: bool = True) -> None:
        super().__init__(message)
        self.account = account
        self.made = made


class IllegalTransition(Broken):
    """A record was asked to do what its state does not allow."""


class KeyUnwrapFailed(Broken):
    """A wrapped content key does not open: wrong key-encryption key, or the record was altered."""


class Unauthenticated(PpvError):
    """The caller proved nothing. Answered without detail."""
