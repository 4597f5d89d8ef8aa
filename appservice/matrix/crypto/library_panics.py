"""Panics of Rust, which reach Python as an exception that is no `Exception`, and so would end a loop."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_panics() -> Iterator[None]:
    """Raises ValueError, as vodozemac does for input that it refuses, in place of a panic.

    https://docs.rs/pyo3/latest/pyo3/panic/struct.PanicException.html
    """
    try:
        yield
    except BaseException as error:
        if type(error).__module__ == "pyo3_runtime":
            raise ValueError("vodozemac panicked") from None
        raise
