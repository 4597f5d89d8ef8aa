"""A panic of Rust is one message that does not open."""

import pytest

from appservice.matrix.crypto.library_panics import no_panics


def test_a_panic_becomes_an_error_like_the_others() -> None:
    panic = type("PanicException", (BaseException,), {"__module__": "pyo3_runtime"})
    with pytest.raises(ValueError, match="panicked"), no_panics():
        raise panic


@pytest.mark.parametrize("error", [KeyboardInterrupt, TypeError])
def test_everything_else_passes(error: type[BaseException]) -> None:
    with pytest.raises(error), no_panics():
        raise error
