"""The scripts of ``.ci/`` are no package: they are loaded by path."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[3]


def load(script: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(script, ROOT / ".ci" / f"{script}.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def root() -> Path:
    return ROOT


@pytest.fixture
def set_up() -> ModuleType:
    return load("set_up")


@pytest.fixture(scope="session")
def environment() -> ModuleType:
    return load("environment")
