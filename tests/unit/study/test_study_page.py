"""The page on study files: each of its examples is a part of its first one, and reads without a mistake."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from pipeline.instruments import check_scales
from pipeline.models.declared import check_models
from pipeline.study import parse_study
from pipeline.study.tree import read_tree

PAGE = Path(__file__).parents[3] / "docs" / "study-files.md"
TEXT = PAGE.read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
BY_NAME = ("variables", "scales", "tables", "models")
KEYS = (
    "due", "exclude", "duplicates", "orphans", "missing", "asked_of", "asked_at", "codes", "bands", "derive", "count",
    "choices", "date", "parent", "scales", "design", "tables", "models", "release", "newest_by", "mode",
)  # fmt: skip


def whole(example: str) -> dict[str, Any]:
    """The first example with what another one says instead or besides."""
    base, part = (read_tree(text, "studies/page.yaml")[0] for text in (EXAMPLES[0], example))
    return {**base, **{k: {**base.get(k, {}), **v} if k in BY_NAME else v for k, v in part.items()}}


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_each_example_reads_as_a_part_of_the_first(example: str) -> None:
    study = parse_study(json.dumps(whole(example)), "studies/page.yaml")
    assert [*check_scales(study), *check_models(study)] == []


@pytest.mark.parametrize("key", KEYS)
def test_what_ordinary_data_need_has_an_example(key: str) -> None:
    assert any(re.search(rf"\b{key}\b", example) for example in EXAMPLES)
    assert re.search(rf"^##+ .*{key}|`{key}`", TEXT, re.MULTILINE | re.IGNORECASE)


def test_the_readme_leads_there_and_shows_the_export_and_the_next_quarter() -> None:
    readme = PAGE.parents[1].joinpath("README.md").read_text("utf-8")
    assert all(words in readme for words in ("(docs/study-files.md)", "alongside export", "newest_by: name"))
