"""The door beside ACRO itself: the same made-up rows, the same crosstabs, the same threshold.

    python benchmarks/beside_acro.py --acro PYTHON [--reports 100] [--first 0] [--seed 1] [--rule journal]

PYTHON is the interpreter of an environment of its own in which ``acro`` is installed (``pip install acro``; it needs
pandas below 3); without it that part says "not run". ACRO runs in one process of its own, with suppression on. Per
crosstab it is asked for the table with its margins, and for each of the two variables by itself, as a report prints
how many people stand in each column and in each line.
"""

from __future__ import annotations

import argparse
import json
import logging
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from benchmarks.random_reports import Report

ALL = "All"
STATES = {"not asked": "Not asked", "not applicable": "Not applicable"}
RULES = ("journal", "acro", "cms")


@dataclass(frozen=True)
class Crosstab:
    """One variable's lines by one table's columns.

    rows, columns: a word a person. exact, here: counts by level and group, the last line and column their totals; here
    is what is printed, NaN where withheld. asked: which of these the report has (a table may have no overall column).
    """

    people: str
    term: str
    by: str
    levels: tuple[str, ...]
    groups: tuple[str, ...]
    rows: tuple[str, ...]
    columns: tuple[str, ...]
    exact: np.ndarray
    here: np.ndarray
    asked: np.ndarray


def crosstabs(report: Report, number: int = 0) -> Iterator[Crosstab]:
    """Every line of levels in every table with columns into which people fall once."""
    from pipeline.disclosure import release
    from pipeline.results import Key

    study, results, people = report.study, report.results, report.people
    real, printed = results.lookup(), release(results, study.release, study)
    labels = study.sources[study.main].wave_labels
    for name, spec in study.tables.items():
        if spec.kind != "participants" or len(spec.columns) != 1 or spec.columns[0] == "help":
            continue
        (by,) = spec.columns
        wave = labels[spec.wave] if spec.wave is not None else next(iter(labels.values()), "")
        there = (people.keys["people"]["wave"] == wave).to_numpy()
        columns = _words(report, by)[there]
        of = [k for k in real if k[:2] == ("participants", name) and k[5] == "n"]
        groups = tuple(dict.fromkeys(k[4].removeprefix(f"{by}=") for k in of if not k[2] and k[4] != ALL))
        for term in spec.rows:
            levels = tuple(dict.fromkeys(k[3] for k in of if k[2] == term and k[3]))
            if term == "help" or set(levels) <= {"Missing", *STATES.values()}:
                continue
            rows = _words(report, term)[there]
            shape = len(levels) + 1, len(groups) + 1
            here, asked = np.full(shape, np.nan), np.zeros(shape, bool)
            exact = np.array([[(((rows == lv) | (lv == ALL)) & ((columns == g) | (g == ALL))).sum()
                               for g in (*groups, ALL)] for lv in (*levels, ALL)], float)  # fmt: skip
            for i, level in enumerate((*levels, "")):
                for j, group in enumerate((*(f"{by}={g}" for g in groups), ALL)):
                    key = Key("participants", name, term if level else "", level, group, "n")
                    asked[i, j] = key in real
                    if asked[i, j]:
                        if real[key] != exact[i, j]:
                            raise SystemExit(f"report {number}: {' / '.join(key)} is {exact[i, j]} in the rows")
                        here[i, j] = printed.value(key)
            yield Crosstab(
                f"{number}/{wave}", term, by, levels, groups, tuple(rows), tuple(columns), exact, here, asked
            )


def _words(report: Report, name: str) -> np.ndarray:
    """A word a person: the level or band, or why there is none."""
    from pipeline.study.words import interval

    values, reasons = report.people.frames["people"][name], report.people.reasons["people"][name]
    found = np.array([STATES.get(r, "Missing") for r in reasons], object)
    if not isinstance(values.dtype, pd.CategoricalDtype):
        scale = report.study.scales.get(name)
        bands = scale.bands if scale else {band: band for band in report.study.variables[name].bands}
        for band, text in bands.items():
            ends = interval(text)
            found[((values >= ends.low) & (values <= ends.high)).to_numpy()] = band
        return found
    known = values.notna().to_numpy()
    found[known] = values[known].astype(str)
    return found


def subtracted(printed: np.ndarray) -> np.ndarray:
    """The table with what follows from its totals: wherever one number of a line or column is withheld and the others
    and the total are known, until nothing more follows. The last line and column are totals; NaN is withheld."""
    found = printed.astype(float, copy=True)
    signs = np.ones(found.shape)
    signs[-1, :] *= -1
    signs[:, -1] *= -1
    more = True
    while more:
        more = False
        for lines, ways in ((found, signs), (found.T, signs.T)):
            for line, way in zip(lines, ways, strict=True):
                gone = np.flatnonzero(np.isnan(line))
                if len(gone) == 1:
                    line[gone[0]] = -np.nansum(line * way) * way[gone[0]]
                    more = True
    return found


@dataclass
class Tally:
    """By what kind of count: how many there are, how many are withheld here, how many by ACRO. given_back: small counts
    by subtraction, by way. too_low: totals that ACRO prints without the people it withholds."""

    counts: dict[str, list[int]]
    given_back: dict[str, int]
    tables: int = 0
    too_low: int = 0
    other: int = 0


HERE, THERE, BESIDE = "here", "ACRO, margins of the same table", "ACRO, each variable by itself"


def tally(tables: Sequence[Crosstab], answers: Sequence[dict[str, Any]], below: int) -> Tally:
    """What both print of the same crosstabs. answers: ``table``, ``rows``, ``columns`` as ``asked_of_acro`` gives."""
    made = Tally({}, dict.fromkeys((HERE, THERE, BESIDE), 0))
    kinds = (("0", 0, 1), (f"1 to {below - 1}", 1, below), (f"{below} or more", below, np.inf))
    for table, answer in zip(tables, answers, strict=True):
        theirs = np.where(table.asked, np.array(answer["table"], float), np.nan)
        alone = theirs.copy()
        alone[:-1, -1], alone[-1, :-1] = answer["rows"], answer["columns"]
        alone[-1, -1] = table.exact[-1, -1]  # how many people there are is said wherever a study is told of
        alone = np.where(table.asked, alone, np.nan)
        inner = np.zeros(table.exact.shape, bool)
        inner[:-1, :-1] = True
        for where, words in ((inner, "cells"), (~inner & table.asked, "totals")):
            for word, least, most in kinds:
                of = where & (table.exact >= least) & (table.exact < most)
                row = made.counts.setdefault(f"{words} of {word}", [0, 0, 0])
                for at, hit in enumerate((of, of & np.isnan(table.here), of & np.isnan(theirs))):
                    row[at] += int(hit.sum())
        made.tables += 1
        made.too_low += int((~inner & (theirs < table.exact)).sum())
        made.other += int((inner & ~np.isnan(theirs) & (theirs != table.exact)).sum())
        small = inner & (table.exact > 0) & (table.exact < below)
        for way, printed in ((HERE, table.here), (THERE, theirs), (BESIDE, alone)):
            told = subtracted(printed)
            made.given_back[way] += int((small & np.isnan(printed) & (told == table.exact)).sum())
    return made


def asked_of_acro(python: str, tables: Sequence[Crosstab], below: int) -> tuple[str, list[dict[str, Any]]]:
    """Versions, and what ACRO prints of each: ``table`` with margins, ``rows`` and ``columns`` of each variable by
    itself; None where it prints nothing."""
    held = [{"people": t.people, "term": t.term, "by": t.by, "levels": t.levels, "groups": t.groups, "rows": t.rows,
             "columns": t.columns} for t in tables]  # fmt: skip
    command = [python, str(Path(__file__).absolute()), "--worker"]
    given = json.dumps({"below": below, "tables": held})
    told = subprocess.run(command, input=given, capture_output=True, text=True, check=False)
    if told.returncode:
        raise SystemExit(f"ACRO: {told.stderr.strip().splitlines()[-1]}")
    answer = json.loads(told.stdout.splitlines()[-1])
    return answer["versions"], answer["tables"]


def _worker() -> None:
    """In ACRO's own environment: crosstabs as JSON in, what it prints of them out."""
    import warnings
    from importlib.metadata import version

    import acro

    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    given = json.load(sys.stdin)
    session = acro.ACRO(suppress=True)
    session.config["safe_threshold"] = given["below"]
    if session.sdc_checks.risk_appetite["safe_threshold"] != given["below"]:
        raise SystemExit("this ACRO does not take its threshold from there")
    before: dict[tuple[str, str], list[float | None]] = {}
    stopped = 0
    made = []
    for t in given["tables"]:
        rows, columns = (pd.Series(pd.Categorical(t[words], categories=t[names]), name=name) for words, names, name in
                         (("rows", "levels", "line"), ("columns", "groups", "group")))  # fmt: skip
        whole = pd.Series([ALL] * len(rows), name="whole")
        for each, name, names in ((rows, t["term"], t["levels"]), (columns, t["by"], t["groups"])):
            if (t["people"], name) not in before:
                alone = session.crosstab(each, whole).reindex(index=names)
                before[t["people"], name] = _json(alone.iloc[:, 0] if alone.shape[1] else alone.assign(x=np.nan)["x"])
        try:
            table = session.crosstab(rows, columns, margins=True)
            table = pd.DataFrame(table.to_numpy(), list(table.index), list(table.columns))
        except KeyError:  # ACRO 1.0.2 makes the margins of nobody where it withholds every cell
            if (pd.crosstab(rows, columns) >= given["below"]).to_numpy().any():
                raise
            stopped, table = stopped + 1, pd.DataFrame()
        table = table.reindex(index=[*t["levels"], ALL], columns=[*t["groups"], ALL])
        made.append({"table": [_json(line) for _, line in table.iterrows()], "rows": before[t["people"], t["term"]],
                     "columns": before[t["people"], t["by"]]})  # fmt: skip
    versions = f"ACRO {version('acro')}, pandas {pd.__version__}"
    if stopped:
        versions += f" ({stopped} tables that it withholds whole end in an error; they count as withheld)"
    print(json.dumps({"versions": versions, "tables": made}))


def _json(values: pd.Series) -> list[float | None]:
    return [None if pd.isna(v) else float(v) for v in values]


def main() -> None:
    ask = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    ask.add_argument("--acro", help="the Python of an environment that has acro")
    ask.add_argument("--reports", type=int, default=100)
    ask.add_argument("--first", type=int, default=0, help="number of the first random report")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--rule", default="journal", choices=RULES)
    ask.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    given = ask.parse_args()
    if given.worker:
        _worker()
        return
    if not given.acro:
        print("ACRO: not run. Name with --acro the Python of an environment that has it (pip install acro).")
        return
    sys.path.insert(0, str(Path(__file__).absolute().parents[1]))
    from benchmarks.known import limit
    from benchmarks.random_reports import drawn

    numbers = range(given.first, given.first + given.reports)
    reports = [drawn(np.random.default_rng([given.seed, n]), given.rule) for n in numbers]
    tables = [t for n, report in zip(numbers, reports, strict=True) for t in crosstabs(report, n)]
    below = limit(reports[0].study)
    versions, answers = asked_of_acro(given.acro, tables, below)
    said(given.rule, len(reports), versions, below, tally(tables, answers, below))


def said(rule: str, reports: int, versions: str, below: int, made: Tally) -> None:
    print(f"{reports} reports, {made.tables} crosstabs; {rule} beside {versions}, both withhold counts below {below}")
    print(f"  {'':24} {'there are':>10} {'withheld here':>14} {'by ACRO':>9}")
    for words, row in made.counts.items():
        print(f"  {words:24} {row[0]:10,} {row[1]:14,} {row[2]:9,}")
    print(f"  totals that ACRO prints too low, of those people whom it shows: {made.too_low:,}")
    if made.other:
        print(f"  cells that ACRO prints with another number than there are people: {made.other:,}")
    print(f"  withheld counts of 1 to {below - 1} given back by subtraction:")
    for way, n in made.given_back.items():
        print(f"    {way}: {n:,}")


if __name__ == "__main__":
    main()
