"""Every job says what a failure means for it; what is about money or goods is never ended by one."""

from bot.jobs import JOBS, Answered, Owed

ENDED_BY_A_REFUSAL = {
    "handle_event",
    "retry_decrypt",
    "notify_undecryptable",
    "backfill_join",
    "failed_item",
    "send_requested_link",
    "leave_room",
    "email_reporter",
}
"""A job that is added here must neither move money nor goods, nor tell anybody of them."""


def test_every_job_is_either_owed_or_answered() -> None:
    for name, kind in JOBS.items():
        assert issubclass(kind, Owed) != issubclass(kind, Answered), name


def test_a_refusal_ends_these_jobs_alone() -> None:
    assert {name for name, kind in JOBS.items() if issubclass(kind, Answered)} == ENDED_BY_A_REFUSAL
