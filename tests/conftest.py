"""For all tests."""

from hypothesis import settings

# On a busy machine an example may take any time; what takes too long is for the benchmarks to tell.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")

pytest_plugins = ["tests.postgres"]
