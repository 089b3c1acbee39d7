"""A study file is parsed once, with every mistake reported at once, by line."""

from pipeline.study.cascade import CascadeSpec
from pipeline.study.design import Design, Exclusion, Population
from pipeline.study.format import Study
from pipeline.study.function import Function
from pipeline.study.outputs import Interviews, ModelSpec, Release
from pipeline.study.parse import guesses, parse_study
from pipeline.study.scale import Scale
from pipeline.study.schema import json_schema
from pipeline.study.source import Duplicates, Fetch, Orphans, Source
from pipeline.study.table import TableSpec
from pipeline.study.variable import Derive, Variable

__all__ = [
    "CascadeSpec",
    "Derive",
    "Design",
    "Duplicates",
    "Exclusion",
    "Fetch",
    "Function",
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
    "guesses",
    "json_schema",
    "parse_study",
]
