"""Text to ``Study``: every mistake at once, each with file, line, key, what is wrong and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pipeline.errors import Mistake, Mistakes, closest, in_file_order
from pipeline.study.check import check
from pipeline.study.format import Study
from pipeline.study.sound import Further, mistakes_beside
from pipeline.study.tree import Lines, read_tree

Path = tuple[str, ...]
_TO_ADD: dict[Path, str] = {
    ("release",): "Add release: {rule: journal, below: 5}, which withholds counts below 5.",
    ("design",): "Add design: {kind: cross-sectional survey}, or another kind.",
    ("title",): "Add title: and what the study is called.",
}
_GUESS = re.compile(r"(?:^|\s)#\s*guess\b", re.MULTILINE)


def parse_study(text: str, file: str, further: Sequence[Further] = ()) -> Study:
    """The study that ``text`` declares; ``file`` is its path inside the workspace, for messages.

    further: what later rooms have to say of a study file, told with everything else; of one that has mistakes, so each
    must bear names that are not there.
    Raises ``Mistakes`` with everything that is wrong with the file as such; what the data must say to it
    (columns that are not there, codes that nobody declared) is checked where the data are read.
    """
    tree, lines = read_tree(text, file)
    if not isinstance(tree, dict):
        raise Mistakes.one(f"{file}:1", "is not a mapping.", "Begin with 'title:' and 'data:'.")
    try:
        study = Study.model_validate(tree)
    except ValidationError as error:
        broken = [_path_in_file(detail["loc"], tree) for detail in error.errors()]
        told = [*mistakes_of(error, tree, lines, file, Study), *mistakes_beside(tree, broken, file, lines, further)]
        raise Mistakes(in_file_order(told)) from None
    study._file, study._lines = file, lines
    if found := in_file_order([*check(study), *(mistake for each in further for mistake in each(study))]):
        raise Mistakes(found)
    return study


def guesses(text: str) -> int:
    """How many guesses of ``alongside new`` are still marked as such in the text of a study file."""
    return len(_GUESS.findall(text))


def mistakes_of(
    error: ValidationError, tree: dict[str, Any], lines: Lines, file: str, model: type[BaseModel]
) -> list[Mistake]:
    """What pydantic found wrong with a file of the shape ``model``, in sentences with lines."""
    found = {}
    for detail in error.errors():
        path = _path_in_file(detail["loc"], tree)
        line = next((lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in lines), 1)
        what, mend = _sentence(detail, path, model)
        mistake = Mistake(f"{file}:{line}  {'.'.join(path)}".rstrip(), what, mend)
        found[mistake.where, what] = mistake
    return list(found.values())


def _path_in_file(loc: tuple[int | str, ...], tree: Any) -> Path:
    """Pydantic's location without the tags of unions, which stand in no file."""
    path: list[str] = []
    here = tree
    for step in map(str, loc):
        if step == "[key]":
            continue
        if isinstance(here, dict) and step in here:
            here = here[step]
        elif isinstance(here, list) and step.isdigit() and int(step) < len(here):
            here = here[int(step)]
        elif step in ("one", "several") or not isinstance(here, (dict, list)):
            continue
        else:
            here = None
        path.append(step)
    return tuple(path)


_COMMA = "It has no value. Inside of { } a comma ends a text: if this is the rest of one, put that text in quotes."
_LEAST = {
    "greater_than": "more than {gt}", "greater_than_equal": "{ge} or more",
    "less_than": "less than {lt}", "less_than_equal": "{le} or less",
}  # fmt: skip


def _sentence(detail: ErrorDetails, path: Path, model: type[BaseModel]) -> tuple[str, str]:
    kind, context = detail["type"], detail.get("ctx", {})
    last = path[-1] if path else ""
    if kind == "extra_forbidden":
        known = sorted(_keys_at(model, path[:-1]))
        hint = closest(last, known) or f"Known here: {', '.join(known)}."
        return f"unknown key '{last}'.", hint if detail["input"] is not None else f"{hint} {_COMMA}"
    if kind == "missing":
        return f"'{last}' is missing.", _TO_ADD.get(path, f"Add '{last}:'.")
    if kind in ("literal_error", "enum"):
        expected = str(context.get("expected", ""))
        words = [w.strip(" '") for w in expected.replace(" or ", ",").split(",")]
        return f"'{detail['input']}' is not known.", closest(
            str(detail["input"]), words
        ) or f"Write one of: {expected}."
    if kind == "value_error":
        return f"{str(context.get('error', detail['msg'])).rstrip('.')}.", ""
    if kind == "string_type" and isinstance(detail["input"], bool):
        return f"{str(detail['input']).lower()} is a truth value.", "Put it into quotes to mean the word."
    if kind == "string_pattern_mismatch":
        return "does not look right.", f"It must match {context.get('pattern')}."
    if kind in _LEAST:
        return f"should be {_LEAST[kind].format(**context)}.", ""
    shape = {
        "string_type": "a word or text",
        "int_type": "a whole number",
        "int_parsing": "a whole number",
        "float_type": "a number",
        "bool_type": "true or false",
        "bool_parsing": "true or false",
        "dict_type": "a mapping (key: value)",
        "model_type": "a mapping (key: value)",
        "tuple_type": "a list, like [a, b]",
        "list_type": "a list, like [a, b]",
    }.get(kind)
    if shape:
        return f"should be {shape}.", _COMMA if detail["input"] is None else ""
    return f"{detail['msg'].rstrip('.')}.", ""


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [m for part in get_args(annotation) for m in _models_in(part)]


def _keys_at(model: type[BaseModel], path: Path) -> set[str]:
    """Keys that the format knows at a path, for suggestions."""
    models = [model]
    for step in path:
        deeper: list[type[BaseModel]] = []
        for candidate in models:
            for name, info in candidate.model_fields.items():
                if step in (name, info.alias):
                    deeper += _models_in(info.annotation)
        models = deeper or models
    return {info.alias or name for m in models for name, info in m.model_fields.items()}
