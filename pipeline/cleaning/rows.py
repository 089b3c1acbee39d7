"""Which rows stay: exclusions in declared order, then duplicates, then rows whose parent is not there or has left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas as pd

from pipeline.cleaning.columns import Texts, needed, wave_column
from pipeline.cleaning.distinct import as_declared
from pipeline.cleaning.faults import Faults, mistakes_of
from pipeline.cleaning.types import UNDECLARED
from pipeline.errors import Mistake
from pipeline.study import Study

ID_MARK = " / "
KEPT = -1
PARENT_LEFT = "parent left out: "


@dataclass(frozen=True)
class Rows:
    """Every row that was read, and what became of it.

    ids: id (several columns joined with `` / ``), ``""`` where blank. waves: wave codes as read. parents: parent
    table -> the parent's id. left: -1 for a row that is kept, otherwise the place of its reason in ``steps``.
    """

    ids: np.ndarray
    waves: np.ndarray
    parents: Mapping[str, np.ndarray]
    left: np.ndarray
    steps: tuple[str, ...]

    @property
    def kept(self) -> np.ndarray:
        return self.left == KEPT


@dataclass
class _Sieve:
    """Rows on their way through the steps: the first step that takes a row out has it."""

    left: np.ndarray
    steps: list[str] = field(default_factory=list)

    def take_out(self, rows: np.ndarray, reason: str) -> None:
        """A step stands in the flow even when it takes no row."""
        if reason not in self.steps:
            self.steps.append(reason)
        self.left[rows & (self.left == KEPT)] = self.steps.index(reason)

    @property
    def kept(self) -> np.ndarray:
        return self.left == KEPT


def sieve(study: Study, table: str, texts: Texts, parents: Mapping[str, Rows]) -> tuple[Rows, list[Mistake]]:
    """The rows of one table; ``parents`` holds the rows of tables that were done before."""
    source = study.sources[table]
    ids = _joined(texts, table, source.id)
    wave = wave_column(study, table)
    waves = texts.of(table, wave).rows if wave else np.full(len(ids), "", dtype=object)
    links = {parent: _joined(texts, table, columns) for parent, columns in source.parent.items()}
    sieve_ = _Sieve(np.full(len(ids), KEPT, dtype=np.int64))
    mistakes = _exclude(study, table, texts, sieve_)
    mistakes += _blank_ids(study, table, texts, ids, sieve_.kept)
    if wave:
        mistakes += _unknown_waves(study, table, waves, sieve_.kept)
    mistakes += _duplicates(study, table, texts, ids, waves, sieve_)
    for parent, link in links.items():
        mistakes += _parentless(study, table, parent, link, parents[parent], sieve_)
    if len(ids) and not sieve_.kept.any() and not mistakes:
        mistakes.append(
            Mistake(
                study.at(table),
                "no row is left.",
                "Look at 'exclude': is a code written otherwise in the file?",
            )
        )
    return Rows(ids, waves, links, sieve_.left, tuple(sieve_.steps)), mistakes


def _joined(texts: Texts, table: str, columns: tuple[str, ...]) -> np.ndarray:
    """Ids as text with every digit; ``""`` where one of several columns is blank."""
    parts = [texts.of(table, column).rows for column in columns]
    if len(parts) == 1:
        return parts[0]
    blank = np.any([part == "" for part in parts], axis=0)
    joined = np.array([ID_MARK.join(cells) for cells in zip(*parts, strict=True)], dtype=object)
    joined[blank] = ""
    return joined


def _exclude(study: Study, table: str, texts: Texts, sieve_: _Sieve) -> list[Mistake]:
    found = []
    for number, exclusion in enumerate(study.exclude):
        if (exclusion.in_ or study.main) != table:
            continue
        columns = exclusion.where or exclusion.unless
        hit = np.all([texts.of(table, column).holds(codes) for column, codes in columns.items()], axis=0)
        out = hit if exclusion.where else ~hit
        before = sieve_.kept
        sieve_.take_out(out, exclusion.because)
        if before.any() and not sieve_.kept.any():
            key = "where" if exclusion.where else "unless"
            found.append(
                Mistake(
                    study.where("exclude", str(number), key),
                    "leaves out every row that was left.",
                    "Write the codes as the file has them.",
                )
            )
    return found


def _blank_ids(study: Study, table: str, texts: Texts, ids: np.ndarray, kept: np.ndarray) -> list[Mistake]:
    blank = (ids == "") & kept
    if not (n := int(blank.sum())):
        return []
    what = f"{n} row{'s' * (n != 1)} of {table} {'has' if n == 1 else 'have'} no id."
    if lines := texts.empty_lines(table, blank):
        shown = f"{', '.join(lines[:5])}{', …' * (len(lines) > 5)}"
        what += f" {len(lines)} of them {'is' if len(lines) == 1 else 'are'} empty altogether: line {shown}."
    mend = "Complete the file, or leave such rows out under 'exclude' with a reason."
    return [Mistake(study.at(table, "id"), what, mend)]


def _unknown_waves(study: Study, table: str, waves: np.ndarray, kept: np.ndarray) -> list[Mistake]:
    known = study.sources[table].wave_labels
    codes, counts = np.unique(waves[kept].astype(str), return_counts=True)
    faults = Faults(
        {
            (UNDECLARED, str(code)): int(n)
            for code, n in zip(codes, counts, strict=True)
            if as_declared(str(code)) not in known
        }
    )
    mend = "Add them to waves, or leave such rows out under 'exclude'."
    return mistakes_of(partial(study.at, table, "waves"), faults, known, mend=mend)


def _duplicates(
    study: Study, table: str, texts: Texts, ids: np.ndarray, waves: np.ndarray, sieve_: _Sieve
) -> list[Mistake]:
    source = study.sources[table]
    candidates = np.flatnonzero(sieve_.kept & (ids != ""))
    key = pd.DataFrame({"id": ids[candidates], "wave": waves[candidates]})
    again = key.duplicated(keep=False).to_numpy()
    if source.duplicates is None:
        if not again.any():
            return []
        n, groups = int(again.sum()), len(key[again].drop_duplicates())
        of = "id and wave" if source.wave_labels else "id"
        what = f"{n} rows of {table} share their {of} with another row ({groups} different one{'s' * (groups != 1)})."
        mend = "Say which to keep: duplicates: {keep: first, last or most complete, because: …}; or correct 'id'."
        return [Mistake(study.at(table, "id"), what, mend)]
    order = np.arange(len(candidates))
    if source.duplicates.keep == "last":
        order = order[::-1]
    elif source.duplicates.keep == "most complete":
        order = np.argsort(-_filled(study, table, texts)[candidates], kind="stable")
    out = np.zeros(len(ids), dtype=bool)
    out[candidates[order[key.iloc[order].duplicated().to_numpy()]]] = True
    sieve_.take_out(out, f"duplicate: {source.duplicates.because}")
    return []


def _filled(study: Study, table: str, texts: Texts) -> np.ndarray:
    """How many of the declared columns hold something, a row."""
    return np.sum([~texts.of(table, column).blank for column in needed(study)[table]], axis=0)


def _parentless(study: Study, table: str, parent: str, link: np.ndarray, above: Rows, sieve_: _Sieve) -> list[Mistake]:
    """Rows without a parent, and rows whose parent was left out (by the parent's reason)."""
    fate = last_step(above.ids, above.left, len(above.steps))
    step = fate.reindex(pd.Index(link, dtype=object)).to_numpy()
    orphan = np.isnan(step)
    orphans, found = study.sources[table].orphans, []
    if orphans is not None:
        sieve_.take_out(orphan, f"no parent in {parent}: {orphans.because}")
    elif (wrong := orphan & sieve_.kept).any():
        found.append(_orphans(study, table, parent, link[wrong], above.ids))
    for place, reason in enumerate(above.steps):
        gone = step == place
        if gone.any():
            sieve_.take_out(gone, reason if reason.startswith(PARENT_LEFT) else PARENT_LEFT + reason)
    return found


def last_step(names: np.ndarray, left: np.ndarray, steps: int) -> pd.Series:
    """name -> the step at which its last row left, or ``steps`` where a row is kept; blank names are no one."""
    named = names != ""
    step = np.where(left[named] == KEPT, steps, left[named])
    return pd.Series(step, index=pd.Index(names[named], dtype=object)).groupby(level=0, sort=False).max()


def _orphans(study: Study, table: str, parent: str, links: np.ndarray, ids: np.ndarray) -> Mistake:
    n, blank = len(links), int((links == "").sum())
    what = f"{n} row{'s' * (n != 1)} of {table} {'has' if n == 1 else 'have'} no row in {parent}"
    what += f" ({blank} {'names' if blank == 1 else 'name'} none)." if blank else "."
    mend = f"Say what to do: orphans: {{do: drop, because: …}}; or complete {parent}."
    bare = {name.lstrip("0") for name in ids}
    if lost := sum(name != "" and name.lstrip("0") in bare for name in links):
        mend = (
            f"{lost} would fit but for leading zeros, which one of the files has lost: export it with ids as text. "
            + mend
        )
    return Mistake(study.at(table, "parent", parent), what, mend)


def wave_labels(study: Study, table: str, rows: Rows) -> np.ndarray:
    """The label of every row's wave, ``""`` in a table without waves."""
    known = study.sources[table].wave_labels
    return (
        np.array([known.get(as_declared(str(code)), "") for code in rows.waves], dtype=object) if known else rows.waves
    )
