"""A study file is parsed once, with every mistake reported at once, by line."""

from pipeline.study.format import (
    Derive,
    Design,
    Duplicates,
    Exclusion,
    Fetch,
    Interviews,
    ModelSpec,
    Orphans,
    Population,
    Release,
    Scale,
    Source,
    Study,
    TableSpec,
    Variable,
)
from pipeline.study.parse import parse_study
from pipeline.study.schema import json_schema

__all__ = [
    "Derive",
    "Design",
    "Duplicates",
    "Exclusion",
    "Fetch",
    "Interviews",
    "ModelSpec",
    "Orphans",
    "Population",
    "Release",
    "Scale",
    "Source",
    "Study",
    "TableSpec",
    "Variable",
    "json_schema",
    "parse_study",
]
