"""A job that was laid aside: never silently."""

from bot.jobs import AlertAdmins


def alarm(kind: str, number: int, error: str) -> AlertAdmins | None:
    """What admins are told of it; nothing of an alert that could not be told."""
    if kind == "alert_admins":
        return None
    return AlertAdmins(
        f"job {number}",
        f"Something could not be done and waits for you: job {number}, `{kind}`. {error}\n"
        f"Look at it with `matrix-ppv jobs show {number}`; once the cause is mended,"
        f" `matrix-ppv jobs retry {number}` does it again, or in the admins' room"
        f" `!ppv admin retry {number}`.",
    )
