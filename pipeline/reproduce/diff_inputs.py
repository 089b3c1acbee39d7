"""What the manifests of two reports say of what their numbers follow from, and where they differ."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pipeline.errors import Mistakes
from pipeline.reproduce.cause import ABSENT, MAPS, NOT_INSTALLED, Change, changes
from pipeline.reproduce.elsewhere import manifest_from, plain
from pipeline.study.tree import read_tree

MOST_NAMED = 12
_CALLED = {
    "study_file": "study file", "compared": "study files that it compares", "function": "the study's own function",
    "previous": "earlier release", "styles": "house styles", "code": "code of Alongside", "raw": "raw data",
    "python": "Python", "machine": "kind of machine",
}  # fmt: skip
"""What an entry is called here, where it is not called as in the manifest."""
_PLAIN = re.compile(r"\w[\w-]*")
_VALUES = ("parameters", "python", "machine", "packages")
"""Entries whose values a person can read; of the others a hash is known."""
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
    found = manifest_from(data)
    if found is None or any(not isinstance(found.get(name, {}), dict) for name in MAPS):
        raise Mistakes.one(place, "can't be read as a report's manifest.", "Get the report again, or run the study.")
    if not _PLAIN.fullmatch(str(found.get("study", "study"))):  # a page is named after it
        raise Mistakes.one(place, "names a study that is no plain name.", "Check where the report comes from.")
    return found


def inputs_between(
    old: Mapping[str, Any], new: Mapping[str, Any], texts: tuple[str | None, str | None] = (None, None)
) -> list[Input]:
    """Every input that differs, in the order in which numbers follow from them. texts: of the study files, if known."""
    by_entry = dict[str, list[Change]]()
    for change in changes(old, new):
        by_entry.setdefault(change.entry, []).append(change)
    versions = [plain(str(m.get("alongside", "?"))) for m in (old, new)]
    code = f"{versions[0]} → {versions[1]}" if versions[0] != versions[1] else f"another state of {versions[0]}"
    own = {"study_file": _redeclared(*texts), "code": code}
    return [Input(_CALLED.get(e, e), own.get(e) or _some(_parts(e, found))) for e, found in by_entry.items()]


def _parts(entry: str, found: Sequence[Change]) -> list[str]:
    """Each change in words; of files those that changed come first, then the new ones."""
    if entry in _VALUES:
        return [" ".join(filter(None, [c.name, f"{_shown(c.old)} → {_shown(c.new)}"])) for c in found]
    words = [(_came(change), change.name or "it") for change in found]
    order = ("changed", "is new", "is gone")
    return [f"{name} {came}" for came, name in sorted(words, key=lambda pair: (order.index(pair[0]), pair[1]))]


def _shown(value: str) -> str:
    return "–" if value in ("", ABSENT, NOT_INSTALLED) else value


def _came(change: Change) -> str:
    return "is new" if change.old == ABSENT else "is gone" if change.new == ABSENT else "changed"


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
