"""Why a number or a file is another one: what the committed manifest names against what is here, entry by entry."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.report.published import MANIFEST
from pipeline.reproduce.committed import Committed
from pipeline.reproduce.elsewhere import plain
from pipeline.run.names import CLEAN, MODELS, PARTICIPANTS, REPORT, SCORE, STAGES, THEMES

DATA, DECLARATIONS, PARAMETERS, CODE, ENVIRONMENT = "data", "declarations", "parameters", "code", "environment"
PREVIOUS, STYLE, INSTRUMENTS = "earlier release", "house style", "instruments"
EDITED = "edited after it was made"
NOT_THESE = "not what these inputs give"
UNKNOWN = "unknown: no manifest beside it can be read"
CAUSES = (
    EDITED, DATA, DECLARATIONS, PREVIOUS, PARAMETERS, STYLE, INSTRUMENTS, CODE, ENVIRONMENT, NOT_THESE, UNKNOWN,
)  # fmt: skip
"""In the order in which they are named where there are several."""
OWN = (DATA, DECLARATIONS, PREVIOUS, PARAMETERS, STYLE)
"""Causes that make a study another one, even where its numbers stay the same."""
ENTRIES = {
    "study_file": (DECLARATIONS, "the study file"),
    "compared": (DECLARATIONS, "the study file of a compared study"),
    "raw": (DATA, "raw data"),
    "function": (CODE, "the study's own function"),
    "notebooks": (CODE, "a notebook"),
    "parameters": (PARAMETERS, "params.yaml"),
    "previous": (PREVIOUS, "the earlier release"),
    "styles": (STYLE, "a house style"),
    "instruments": (INSTRUMENTS, "an instrument"),
    "code": (CODE, "the code of Alongside"),
    "environment": (ENVIRONMENT, ""),
}
"""All that a number can follow from, by its entry in the manifest, in the order in which numbers follow from it: its
cause and what it is called. ``verify``, ``diff`` and ``bundle`` read this one table."""
MAPS = ("compared", "raw", "notebooks", "parameters", "previous", "styles", "instruments", "environment")
"""Entries that name several things."""
AROUND = frozenset({"python", "machine", "packages", "lock"})
"""What the entry ``environment`` names."""
_NO_CAUSE_ALONE = ("machine", "lock")
"""What another kind of machine does to a number is within the tolerances, and a lock file is not what is installed."""
ABSENT, NOT_INSTALLED = "not there", "not installed"
_STAGES = {
    "flow": CLEAN, "quality": CLEAN, "scale": SCORE, "reliability": SCORE, "participants": PARTICIPANTS,
    "programmes": PARTICIPANTS, "model": MODELS, "mediation": MODELS, "themes": THEMES, "agreement": THEMES,
    "saturation": THEMES, "cascade": PARTICIPANTS,
}  # fmt: skip


@dataclass(frozen=True)
class Change:
    """Something that the numbers follow from and that is not what the manifest names. what: in words; old, new: its
    value where a person can read one; name: which of an entry's several things it is."""

    cause: str
    what: str
    entry: str = ""
    old: str = ""
    new: str = ""
    name: str = ""


def changes(made_from: Mapping[str, Any], here: Mapping[str, Any]) -> list[Change]:
    """Entry by entry, in words that may be shown: what the committed manifest names against what was found here."""
    found = list[Change]()
    for entry, (cause, what) in ENTRIES.items():
        old, new = made_from.get(entry), here.get(entry)
        if old == new:
            continue
        if entry == "environment":
            found += _of_environment(_mapping(old), _mapping(new))
        elif isinstance(old, Mapping) or isinstance(new, Mapping):
            found += _of_each(entry, cause, what, _mapping(old), _mapping(new))
        else:
            found.append(Change(cause, what, entry, _short(old), _short(new)))
    return [Change(c.cause, plain(c.what), c.entry, plain(c.old), plain(c.new), plain(c.name)) for c in found]


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _of_each(entry: str, cause: str, what: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[Change]:
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            yield Change(cause, f"{what}: {name}", entry, _short(old.get(name)), _short(new.get(name)), name)


def _short(value: Any) -> str:
    """A hash by its first digits, which tell two apart; anything else as it is."""
    return ABSENT if value is None else str(value)[:12]


def _of_environment(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterable[Change]:
    for word, what in (("python", "Python"), ("machine", "kind of machine")):
        if old.get(word) != new.get(word):
            yield Change(ENVIRONMENT, what, word, str(old.get(word, "")), str(new.get(word, "")))
    before, now = (_versions(side.get("packages")) for side in (old, new))
    for name in sorted(before.keys() | now.keys()):
        if before.get(name) != now.get(name):
            was, is_ = (" and ".join(side[name]) if name in side else NOT_INSTALLED for side in (before, now))
            yield Change(ENVIRONMENT, f"package {name}", "packages", was, is_, name)
    if old.get("lock") != new.get("lock"):
        yield Change(ENVIRONMENT, "the lock file of packages", "lock", _short(old.get("lock")), _short(new.get("lock")))


def _versions(packages: Any) -> dict[str, list[str]]:
    """Name -> versions; a folder that lies in front of the installed packages brings a second one."""
    found = dict[str, list[str]]()
    for each in packages if isinstance(packages, list | tuple) else ():
        name, _, version = str(each).partition("-")
        found.setdefault(name, []).append(version)
    return found


def likely(state: Committed, name: str, found: Iterable[Change]) -> tuple[str, ...]:
    """Why a committed file (``results.csv`` for numbers) is not as it was replayed, the likeliest first."""
    if not state.manifest:
        return (UNKNOWN,)
    edited = [EDITED] if name != MANIFEST and not state.as_made(name) else []
    found = list(found) if not edited else []
    causes = {*edited, *(change.cause for change in found)}
    if found and all(change.entry in _NO_CAUSE_ALONE for change in found):
        causes.add(NOT_THESE)
    return tuple(cause for cause in CAUSES if cause in causes) or (NOT_THESE,)


def first_stage(kinds: Iterable[str], own: Iterable[str] = ()) -> str:
    """The first stage whose numbers part, by their kinds; the report's stage where no number does.

    own: stages of the analyst's own that wrote one of the numbers that differ.
    """
    stages = {_STAGES.get(kind, REPORT) for kind in kinds}
    return next((s for s in STAGES[:-1] if s in stages), next(iter(sorted(own)), REPORT))
