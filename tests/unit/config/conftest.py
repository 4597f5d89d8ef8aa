"""A configuration that works, with changes to it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from config.loading import load
from config.problems import ConfigError
from config.settings import Settings
from tests.support.configurations import Load, Problems, config_file


@pytest.fixture
def settings(tmp_path: Path) -> Load:
    def load_with(changes: str = "", environment: Mapping[str, str] | None = None) -> Settings:
        return load(config_file(tmp_path, changes), environment or {})

    return load_with


@pytest.fixture
def problems(settings: Load) -> Problems:
    def problems_with(*arguments: object) -> tuple[str, ...]:
        with pytest.raises(ConfigError) as caught:
            settings(*arguments)
        return caught.value.problems

    return problems_with
