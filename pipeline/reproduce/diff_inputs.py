"""What the manifests of two reports say of what their numbers follow from, and where they differ."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.errors import Mistakes
from pipeline.study.tree import read_tree

MOST_NAMED = 12
_PACKAGE = re.compile(r"(.+)-([0-9][^-]*)")
NO_MANIFEST = "a manifest.json is missing, so nothing says what the numbers follow from"


@dataclass(frozen=True)
class Input:
    """Something that numbers follow from and that differs. what: study file, raw data, …; said: how, in words."""

    what: str
    said: str

    def __str__(self) -> str:
        return f"{self.what}: {self.said}"


def manifest_in(data: bytes, place: str) -> dict[str, Any]:
    """A manifest as a mapping; ``Mistakes`` for a file that is none."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        found = None
    maps = ("raw", "notebooks", "environment", "parameters", "compared", "previous")
    if not isinstance(found, dict) or any(not isinstance(found.get(name, {}), dict) for name in maps):
        raise Mistakes.one(place, "can't be read as a report's manifest.", "Get the report again, or run the study.")
    return found


def inputs_between(
    old: Mapping[str, Any], new: Mapping[str, Any], texts: tuple[str | None, str | None] = (None, None)
) -> list[Input]:
    """Every input that differs, in the order in which numbers follow from them. texts: of the study files, if known."""
    found = []
    if old.get("study_file") != new.get("study_file"):
        found.append(Input("study file", _redeclared(*texts) or "it changed"))
    for name, what in (("compared", "study files that it compares"), ("raw", "raw data")):
        found += _files(what, old.get(name, {}), new.get(name, {}))
    if old.get("function") != new.get("function"):
        found.append(Input("the study's own function", _came(old.get("function"), new.get("function"))))
    found += _files("notebooks", old.get("notebooks", {}), new.get("notebooks", {}))
    found += _values("parameters", old.get("parameters", {}), new.get("parameters", {}))
    found += _files("earlier release", old.get("previous", {}), new.get("previous", {}))
    if old.get("code") != new.get("code"):
        versions = [str(m.get("alongside", "?")) for m in (old, new)]
        said = f"{versions[0]} → {versions[1]}" if versions[0] != versions[1] else f"another state of {versions[0]}"
        found.append(Input("code of Alongside", said))
    return found + list(_environment(old.get("environment", {}), new.get("environment", {})))


def _came(old: Any, new: Any) -> str:
    return "it changed" if old and new else "it is new" if new else "it is gone"


def _files(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Input]:
    parts = [
        *(f"{name} changed" for name in sorted(old) if name in new and old[name] != new[name]),
        *(f"{name} is new" for name in sorted(new) if name not in old),
        *(f"{name} is gone" for name in sorted(old) if name not in new),
    ]
    return [Input(what, _some(parts))] if parts else []


def _values(what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Input]:
    parts = [f"{k} {old.get(k, '–')} → {new.get(k, '–')}" for k in sorted({*old, *new}) if old.get(k) != new.get(k)]
    return [Input(what, _some(parts))] if parts else []


def _environment(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[Input]:
    for name, what in (("python", "Python"), ("machine", "kind of machine")):
        if old.get(name) != new.get(name):
            yield Input(what, f"{old.get(name, '–')} → {new.get(name, '–')}")
    yield from _values("packages", _packages(old), _packages(new))
    if old.get("lock") != new.get("lock"):
        yield Input("lock", _came(old.get("lock"), new.get("lock")))


def _packages(environment: Mapping[str, Any]) -> dict[str, str]:
    """``numpy-2.4.6`` as name and version."""
    listed = environment.get("packages", [])
    found = (_PACKAGE.fullmatch(str(one)) for one in (listed if isinstance(listed, list) else []))
    return {match[1]: match[2] for match in found if match}


def _some(parts: list[str]) -> str:
    more = len(parts) - MOST_NAMED
    return ", ".join(parts[:MOST_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def _redeclared(old: str | None, new: str | None) -> str:
    """The declarations that differ (``models.women, release.below``); empty where a text is not known."""
    if old is None or new is None:
        return ""
    try:
        before, now = (_leaves(read_tree(text, "study.yaml")[0]) for text in (old, new))
    except Mistakes:
        return ""
    return _some(sorted(k for k in {*before, *now} if before.get(k) != now.get(k))) or "words that declare nothing"


def _leaves(tree: Any) -> dict[str, Any]:
    """The declarations two keys deep: ``models.women`` with all that stands in it."""
    found: dict[str, Any] = {}
    for key, value in tree.items() if isinstance(tree, dict) else ():
        if isinstance(value, dict) and value:
            found |= {f"{key}.{inner}": deeper for inner, deeper in value.items()}
        else:
            found[str(key)] = value
    return found
