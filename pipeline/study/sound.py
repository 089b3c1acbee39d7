"""The sound parts of a study file that has broken ones, so that the mistakes of both come at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from pydantic import ValidationError

from pipeline.errors import Mistake
from pipeline.study.check import check
from pipeline.study.format import Study

Path = tuple[str, ...]
Further = Callable[[Study], Iterable[Mistake]]
_INSTEAD: dict[str, Any] = {
    "title": "x",
    "data": {"file": "x.csv", "id": ["x"]},
    "design": {"kind": "cohort"},
    "release": {"rule": "journal"},
    "interviews": {},  # a study may have these instead of data
}
"""What stands in for a broken part that must be there; nothing that is said of it is told."""
_INSTEAD_OF_ONE: dict[str, Any] = {
    "variables": {"type": "number"},
    "scales": {"items": ["x"], "range": "1-2", "score": "sum", "max_missing": 0},
    "data": _INSTEAD["data"],
}
_BY_NAME = ("variables", "scales", "tables", "cascades", "models", "families")
_NAMES_ALONE = re.compile("there is no (variable|scale|table|item|model)")
_ROUNDS = 20


def mistakes_beside(
    tree: dict[str, Any], broken: list[Path], file: str, lines: dict[Path, int], further: Sequence[Further] = ()
) -> list[Mistake]:
    """What ``check`` and ``further`` say of the parts that are sound, without what hangs on the broken ones.

    broken: places of the tree that do not fit the format.
    """
    sound, aside = _copied(tree), set[Path]()
    for _ in range(_ROUNDS):
        for path in broken:
            aside.add(_set_aside(sound, path))
        try:
            study = Study.model_validate(sound)
        except ValidationError as error:
            broken = [tuple(map(str, detail["loc"])) for detail in error.errors()]
            continue
        study._file, study._lines = file, lines
        found = [*check(study), *(mistake for each in further for mistake in each(study))]
        return [m for m in found if not _hangs_on(m, aside, tree)]
    return []


def _copied(value: Any) -> Any:
    return {k: _copied(v) for k, v in value.items()} if isinstance(value, dict) else value


def _set_aside(sound: dict[str, Any], path: Path) -> Path:
    """Take a broken part out, or put what is sure to fit in its place; the name of what was set aside."""
    section = path[0] if path else ""
    held = sound.get(section)
    several = section in _BY_NAME or (section == "data" and _several(held))
    if several and isinstance(held, dict) and len(path) > 1:
        if section in _INSTEAD_OF_ONE:
            held[path[1]] = _waves_kept(held.get(path[1]), section)
        else:
            held.pop(path[1], None)
        return path[:2]
    sound.pop(section, None)
    if section in _INSTEAD:
        sound[section] = _waves_kept(held, section) if section == "data" else _INSTEAD[section]
    return (section,)


def _several(data: Any) -> bool:
    return isinstance(data, dict) and bool(data) and all(isinstance(part, dict) for part in data.values())


def _waves_kept(held: Any, section: str) -> dict[str, Any]:
    """A stand-in; of broken data that it may be sound what they say of waves and parents, which others refer to."""
    instead = dict(_INSTEAD_OF_ONE[section])
    if section == "data" and isinstance(held, dict):
        waves = held.get("waves")
        if isinstance(waves, dict) and all(isinstance(w, str | int | float) for w in waves.values()):
            instead |= {"wave": "wave", "waves": waves}
    return instead


def _hangs_on(mistake: Mistake, aside: set[Path], tree: dict[str, Any]) -> bool:
    """Whether a mistake stands in a part that was set aside, or in one that names such a part."""
    place = tuple(mistake.where.rpartition("  ")[2].split("."))
    if any(place[: len(path)] == path for path in aside):
        return True
    if place[0] != "data" and any(path[0] == "data" for path in aside) and "wave" in mistake.what:
        return True
    names = {path[1] for path in aside if len(path) == 2}
    told_of = set(_words(_part(tree, place[:2])))
    if _NAMES_ALONE.match(mistake.what):
        return any(f"'{name}'" in mistake.what for name in names)
    return bool(names & told_of)


def _part(tree: Any, path: Path) -> Any:
    for step in path:
        tree = tree.get(step) if isinstance(tree, dict) else None
    return tree


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield str(key)
            yield from _words(part)
    elif isinstance(value, list):
        for part in value:
            yield from _words(part)
    else:
        yield str(value)
