"""For all tests."""

import os
from collections.abc import Generator
from typing import Any

import pytest
from aiohttp import ClientResponse
from hypothesis import settings

# The same examples in every run, so that a change is not refused for what it did not touch: PPV_FUZZ looks for
# new ones. No deadline, because on a busy machine an example may take any time.
settings.register_profile("same examples", deadline=None, derandomize=True)
settings.register_profile("new examples", deadline=None)
settings.load_profile("new examples" if os.environ.get("PPV_FUZZ") else "same examples")

_TEXT = ClientResponse.text


async def _as_people_read(self: ClientResponse, *args: Any, **more: Any) -> str:
    """A no-break space reads like any other; test_no_break.py holds where they stand."""
    return (await _TEXT(self, *args, **more)).replace("\N{NO-BREAK SPACE}", " ")


ClientResponse.text = _as_people_read  # type: ignore[method-assign]

pytest_plugins = ["tests.support.postgres_fixtures", "tests.support.synapse.synapse_fixtures"]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Escape lone surrogates in what a test logged: pytest-xdist sends reports as UTF-8 and would end."""
    report = yield
    report.sections = [
        (name, text.encode(errors="backslashreplace").decode()) for name, text in report.sections
    ]
    return report
