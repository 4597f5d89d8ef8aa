"""What a failure means for a job. Every job derives from exactly one of these two classes."""


class Owed:
    """A job with an effect that somebody waits for: money, goods, or what is said about them.

    No failure ends it. What does not go is laid aside with an alarm, and tried again by itself until it has its
    effect; only an operator can drop it.
    """

    __slots__ = ()


class Answered:
    """A job that somebody's message caused and nobody is owed anything by: a Refusal ends it.

    Its handler has told the person, or nobody is left to be told. What only an operator can mend is laid aside
    with an alarm.
    """

    __slots__ = ()
