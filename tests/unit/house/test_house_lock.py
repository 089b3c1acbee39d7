"""The lock, `environment.yml` and the versions that several files name say the same."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

import pytest
from ruamel.yaml import YAML

import pipeline


@pytest.fixture(scope="module")
def lock(root: Path) -> str:
    return (root / "requirements.lock").read_text("utf-8")


def test_every_package_is_pinned_with_hashes_and_no_address(lock: str) -> None:
    blocks = re.split(r"\n(?=\S)", lock.strip())
    pinned = re.compile(r"[\w.-]+==[\w.+!]+( ; .+)? \\(\n    --hash=sha256:[0-9a-f]{64}( \\)?)+")
    assert [block.splitlines()[0] for block in blocks if not pinned.fullmatch(block)] == []
    assert "://" not in lock and "--index" not in lock and "--find-links" not in lock


def test_environment_yml_is_what_make_lock_writes(root: Path, environment: ModuleType, lock: str) -> None:
    text = environment.environment((root / "pyproject.toml").read_text("utf-8"), lock)
    assert (root / "environment.yml").read_text("utf-8") == text


def test_environment_yml_pins_each_direct_dependency_as_the_lock_does(root: Path, lock: str) -> None:
    told = YAML(typ="safe").load((root / "environment.yml").read_text("utf-8"))
    *pins, project = told["dependencies"][-1]["pip"]
    assert project == "--editable ."
    assert [pin for pin in pins if f"{pin} \\\n" not in lock] == []
    assert {"pandas", "jupyterlab", "pytest"} <= {pin.partition("==")[0] for pin in pins}
    assert told["dependencies"][0] == "python>=3.11"


def test_a_dependency_that_the_lock_lacks_is_an_error(root: Path, environment: ModuleType, lock: str) -> None:
    pyproject = (root / "pyproject.toml").read_text("utf-8").replace('"rich>=', '"poorer>=')
    with pytest.raises(AssertionError, match="asks for what the lock lacks: make lock"):
        environment.environment(pyproject, lock)


def test_the_version_is_the_same_everywhere(root: Path) -> None:
    citation = YAML(typ="safe").load((root / "CITATION.cff").read_text("utf-8"))
    assert citation["version"] == pipeline.__version__
    assert pipeline.__version__ in (root / "CHANGELOG.md").read_text("utf-8")


def test_decisions_are_numbered_once(root: Path) -> None:
    numbers = [path.name[:4] for path in sorted((root / "docs" / "adr").glob("*.md"))]
    assert all(number.isdigit() for number in numbers)
    assert len(numbers) == len(set(numbers))


def test_the_glossary_explains_each_word_once(root: Path) -> None:
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", (root / "GLOSSARY.md").read_text("utf-8"), re.MULTILINE)
    words = [word for word, _ in rows if word != "word"]
    assert len(words) > 80
    assert len(words) == len(set(words))
    explained = {part.strip() for word in words for part in re.sub(r" \(.*\)", "", word).split(",")}
    pointed_at = {word.removesuffix("s") for _, meaning in rows for word in re.findall(r"\*([^*]+)\*", meaning)}
    assert pointed_at - explained - {word.removesuffix("s") for word in explained} == set()
