"""A job that was laid aside: never silently."""

from bot.jobs.operator_jobs import AlertAdmins


def failed_job_alert(kind: str, number: int, error: str, again: bool) -> AlertAdmins | None:  # noqa: FBT001 - the worker's
    """What admins are told of it; nothing of an alert that could not be told. `again`: it is tried again by itself."""
    if kind == "alert_admins":
        return None
    waits = "is tried again by itself, at least once a day" if again else "waits for you"
    return AlertAdmins(
        f"job {number}",
        f"Something could not be done and {waits}: job {number}, `{kind}`. {error}\n"
        f"Look at it with `matrix-ppv jobs show {number}`; once the cause is mended,"
        f" `matrix-ppv jobs retry {number}` does it at once, or in the admins' room"
        f" `!ppv admin retry {number}`.",
    )
