"""Turn Rust panics into ValueError, because PanicException does not inherit from Exception."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_panics() -> Iterator[None]:
    """Raise ValueError, vodozemac's error for invalid input, instead of a panic.

    https://docs.rs/pyo3/latest/pyo3/panic/struct.PanicException.html
    """
    try:
        yield
    except BaseException as error:
        if type(error).__module__ == "pyo3_runtime":
            raise ValueError("vodozemac panicked") from None
        raise
