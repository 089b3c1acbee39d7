"""The published JSON Schema, so that editors complete and check study files."""

from __future__ import annotations

from typing import Any

from pipeline.study.format import Study


def json_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of a study file."""
    schema = Study.model_json_schema(by_alias=True)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Alongside study file"}
