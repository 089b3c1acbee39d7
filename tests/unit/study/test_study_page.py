"""The page on study files: each of its examples is a part of its first one, and reads without a mistake."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from pipeline.cleaning import clean
from pipeline.instruments import check_scales
from pipeline.models.check import check_models
from pipeline.study import json_schema, parse_study
from pipeline.study.design import Design
from pipeline.study.tree import read_tree
from tests.drawn import declared, drawn

PAGE = Path(__file__).parents[3] / "docs" / "study-files.md"
TEXT = PAGE.read_text("utf-8")
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE)
BY_NAME = ("variables", "scales", "tables", "models", "families")
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


def keys_of_the_schema() -> list[str]:
    """Every key that a study file can have, whatever part it stands in."""
    schema = json_schema()
    parts = [schema, *schema["$defs"].values()]
    return sorted({key for part in parts for key in part.get("properties", {})})


@pytest.mark.parametrize("key", keys_of_the_schema())
def test_every_key_of_the_schema_stands_on_a_page(key: str) -> None:
    pages = "\n".join(page.read_text("utf-8") for page in sorted(PAGE.parent.glob("*.md")))
    assert re.search(rf"`{key}`|`{key}:|[{{,\s]{key}:\s", pages), f"no page of docs/ has '{key}'"


@pytest.mark.parametrize("kind", get_args(Design.model_fields["kind"].annotation))
def test_every_kind_of_design_is_listed(kind: str) -> None:
    assert f"| `{kind}` |" in TEXT


def test_the_function_on_the_page_does_what_is_said_there() -> None:
    (code,) = (found for found in re.findall(r"^```python\n(.*?)^```", TEXT, re.DOTALL | re.MULTILINE))
    space: dict[str, Any] = {}
    exec(code, space)  # noqa: S102 - it is our own page
    study = declared(next(example for example in EXAMPLES if example.startswith("function:")))
    people = "id | joined_on | km\na | 31.01.2025 | 7,5\nb | 2025-06-10 | 12.25\nc | | "
    frame = clean({"people": drawn(people)}, study, own=space["mend"]).responses["people"]
    assert frame["joined"].dt.strftime("%Y-%m-%d").tolist()[:2] == ["2025-01-31", "2025-06-10"]
    assert frame["joined"].isna().tolist() == frame["distance"].isna().tolist() == [False, False, True]
    assert frame["distance"].tolist()[:2] == [7.5, 12.25]


def test_the_readme_leads_to_every_page() -> None:
    readme = PAGE.parents[1].joinpath("README.md").read_text("utf-8")
    assert [page.name for page in PAGE.parent.glob("*.md") if f"](docs/{page.name})" not in readme] == []


def test_the_readme_leads_there_and_shows_the_export_and_the_next_quarter() -> None:
    readme = PAGE.parents[1].joinpath("README.md").read_text("utf-8")
    assert all(words in readme for words in ("(docs/study-files.md)", "alongside export", "newest_by: name"))
