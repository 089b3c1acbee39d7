"""What becomes of codes before anything is counted: merged, renamed, dropped, each with all that stand under it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd

from pipeline.cleaning.ledger import RuleLine
from pipeline.errors import Mistake, closest
from pipeline.study import Study
from pipeline.study.coded import CodeChanges
from pipeline.themes.coding import UNDER, Coding, coding_of, under

TABLE = "interviews"
"""What the ledger calls the coded interviews, where cleaning's has names of tables."""
TWICE = "the same passage by the same coder under codes that were merged, counted once"


@dataclass(frozen=True, repr=False)
class Recoded:
    """coding: with the codes that stay. lines: of the ledger. changed: by segment of the coding before, columns rule
    (``""`` where nothing happened) and after (the new code)."""

    coding: Coding
    lines: tuple[RuleLine, ...]
    changed: pd.DataFrame


@dataclass(frozen=True)
class Fate:
    """becomes: path -> new path. rules: path -> what happens to it, in words. gone: paths that are dropped."""

    becomes: dict[str, str]
    rules: dict[str, str]
    gone: frozenset[str]

    def after(self, paths: Iterable[str]) -> list[str]:
        """The paths that there are in the end, in their order."""
        return list(dict.fromkeys(self.becomes.get(path, path) for path in paths if path not in self.gone))


def fate(said: CodeChanges, paths: Sequence[str]) -> Fate:
    """What becomes of each code. What is said of a code itself goes before what is said of one above it."""
    becomes, rules, by = dict[str, str](), dict[str, str](), dict[str, str]()
    for old, new in [*((o, n) for n, olds in said.merge.items() for o in olds), *said.rename.items()]:
        verb = "renamed to" if old in said.rename else "merged into"
        for path in under(paths, old):
            if len(by.get(path, "")) <= len(old):
                becomes[path], rules[path], by[path] = new + path[len(old) :], f"{verb} {new}", old
    gone = {path: code for code in said.drop for path in under(paths, code)}
    stay = {path for path in becomes if len(gone.get(path, "")) <= len(by[path])}
    kept = {path: new for path, new in becomes.items() if path in stay}
    return Fate(kept, {path: rules[path] for path in kept}, frozenset(set(gone) - stay))


def recoded(study: Study, coding: Coding) -> Recoded:
    """The coding after the study file's ``codes``, which ``unknown_codes`` has found to be there."""
    assert study.interviews is not None
    paths, was = list(coding.codes.index), coding.segments["code"]
    found = fate(study.interviews.codes, paths)
    dropped, moved = was.isin(found.gone), _said(was, found.becomes)
    after = coding.segments.assign(code=was.where(moved == "", moved))[~dropped]
    twice = _twice(after, was)
    lines = [*_lines(study, paths, found, was), RuleLine(TABLE, "code", TWICE, int(twice.sum()))]
    changed = _said(was, {**found.rules, **dict.fromkeys(found.gone, "dropped")})
    changed[twice.index[twice]] = TWICE
    made = coding_of(coding.documents, coding.people, _book(coding, found), after[~twice], coding.attendance)
    return Recoded(made, tuple(lines), pd.DataFrame({"rule": changed, "after": moved}))


def _said(codes: pd.Series, words: Mapping[str, str]) -> pd.Series:
    """What is said of each code, ``""`` where nothing is."""
    return pd.Series([words.get(code, "") for code in codes], index=codes.index, dtype="str")


def unknown_codes(study: Study, coding: Coding) -> Iterator[Mistake]:
    """Codes of the study file that the files do not have, with the nearest; new names that are a code's already; themes
    of codes that are not there in the end."""
    assert study.interviews is not None
    said, known = study.interviews.codes, list(coding.codes.index)
    asked = [(("merge", new), old) for new, olds in said.merge.items() for old in olds]
    asked += [(("rename", old), old) for old in said.rename] + [(("drop", code), code) for code in said.drop]
    for path, code in asked:
        if code not in coding.codes.index:
            yield Mistake(study.where("interviews", "codes", *path), f"there is no code '{code}' in the files.",
                          nearest(code, known))  # fmt: skip
    found = fate(said, known)
    for old, new in said.rename.items():
        if new in known and new not in found.becomes and new not in found.gone:
            yield Mistake(study.where("interviews", "codes", "rename", old), f"there is a code '{new}' already.",
                          f"Write merge: {{{new}: [{old}]}} to put the two together.")  # fmt: skip
    final = list(dict.fromkeys([*found.after(known), *said.merge, *said.rename.values()]))
    for name, theme in study.interviews.coded_themes.items():
        for code in theme.codes:
            if not under(final, code):
                yield Mistake(study.where("interviews", "themes", name, "codes"), f"there is no code '{code}'.",
                              nearest(code, final))  # fmt: skip


def nearest(code: str, known: list[str]) -> str:
    """The closest path, or the one path that ends with this name."""
    ends = [path for path in known if path.endswith(UNDER + code)]
    return f"Did you mean '{ends[0]}'?" if len(ends) == 1 else closest(code, known) or "Look into the codebook."


def _twice(after: pd.DataFrame, was: pd.Series) -> pd.Series:
    """Passages that a merge made alike: same place (or, without one, same words), coder, person, new code."""
    keys = ["document", "participant", "code", "coder", "start", "end", "quotation"]
    said = after["start"].notna() | (after["quotation"] != "")
    alike = after.duplicated(keys) & said
    first = was[after.index].groupby([after[key] for key in keys], dropna=False, sort=False).transform("first")
    return alike & (first != was[after.index])


def _lines(study: Study, paths: list[str], found: Fate, was: pd.Series) -> Iterator[RuleLine]:
    """One line a code that changes, with its passages, also when these are none; then the dropped, with reasons."""
    assert study.interviews is not None
    counts = was.value_counts()
    for path, rule in found.rules.items():
        yield RuleLine(TABLE, "code", f"{path}: {rule}", int(counts.get(path, 0)))
    for code, reason in study.interviews.codes.drop.items():
        for path in under(paths, code):
            if path in found.gone:
                yield RuleLine(TABLE, "code", f"{path}: dropped", int(counts.get(path, 0)), reason)


def _book(coding: Coding, found: Fate) -> pd.DataFrame:
    """The codes that stay, in their order; the definition of a merged one is its own, else the first that there is."""
    kept = coding.codes.loc[[path for path in coding.codes.index if path not in found.gone], "definition"]
    said: dict[str, str] = {}
    for own in (True, False):
        for path, text in kept.items():
            if (path not in found.becomes) is own:
                new = found.becomes.get(str(path), str(path))
                said[new] = said.get(new) or text
    order = found.after(coding.codes.index)
    return pd.DataFrame({"definition": [said[path] for path in order]}, index=pd.Index(order, dtype="str"))
