"""An attack on what is published: the shipped studies and reports of made-up people drawn at random.

    python benchmarks/attack.py [--reports N] [--models N] [--seed S] [--unattacked] [STUDY...]

Prints how many withheld small counts were attacked, how many were recovered (none may be), and the information lost.
The shipped studies are attacked where their unrounded numbers are on this machine (``data/processed``): they say how it
went, the attacker does not see them.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import itertools
import math
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).absolute().parents[1]))

from benchmarks import attacker
from benchmarks.attacker import Attack, Undecided
from benchmarks.averages import recovered_means
from benchmarks.freedom import rows_told
from benchmarks.known import known_of, limit
from benchmarks.patterns import PatternAttack, alpha_beside_withheld, items_of, joined
from benchmarks.printed import ANSWERED, MISSING, Key, Line, Published, read
from benchmarks.random_models import drawn as drawn_models
from benchmarks.random_reports import Report, drawn
from benchmarks.rows import rows_of
from benchmarks.sums import recovered
from pipeline.disclosure import release
from pipeline.disclosure.lost import Lost
from pipeline.results import Results
from pipeline.study import Study, parse_study

COLUMNS = ["kind", "name", "term", "level", "group", "statistic"]


@dataclass
class Outcome:
    """attacked: small counts, each where it stands. means: withheld because of few people or of those who dominate.
    recovered: those that are known to be small, or are printed; means that follow from others. undecided: of which the
    solver did not find out in time. unread: variables whose own numbers do not fit together. read, silent, unknown:
    rows that restrict what is possible, that tell nothing (and why), that no rule here knows."""

    numbers: int = 0
    withheld: int = 0
    attacked: int = 0
    means: int = 0
    recovered: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    undecided: int = 0
    read: int = 0
    silent: Counter[str] = field(default_factory=Counter)
    unknown: list[Key] = field(default_factory=list)

    def add(self, other: Outcome) -> None:
        self.numbers += other.numbers
        self.withheld += other.withheld
        self.attacked += other.attacked
        self.means += other.means
        self.recovered += other.recovered
        self.unread += other.unread
        self.undecided += other.undecided
        self.read += other.read
        self.silent += other.silent
        self.unknown += other.unknown


def published(csv: bytes) -> Published:
    """``results.csv`` as anybody reads it."""
    frame = pd.read_csv(io.BytesIO(csv), dtype="str", keep_default_na=False)
    return {tuple(row[:6]): (float(row[6]) if row[6] else math.nan, row[7]) for row in frame.itertuples(index=False)}  # type: ignore[misc]


def attack(csv: bytes, truth: Results, study: Study, below: int) -> Outcome:
    """What somebody who has ``results.csv`` and the study file recovers of the small counts in ``truth``."""
    out, known = published(csv), known_of(study)
    real = truth.lookup()
    told = read(out, known)
    made = Outcome(len(out), sum(text == "[c]" for _, text in out.values()))
    items = items_of(study)
    together = {name: each for name, of in items.items() if (each := joined(told, name, of)) is not None}
    for name, here in together.items():
        _one(made, *(PatternAttack(here, told[""], known, items[name], rest) for rest in (False, True)), real, below)
    made.recovered += alpha_beside_withheld(out, told, items)
    done = {*together, *(item for name in together for item in items[name])}
    for name, here in told.items():
        if name and here.counts and name not in done:
            _one(made, Attack(here, told[""], known), Attack(here, told[""], known, rest=True), real, below)
    rows = rows_of(out, told)
    made.read, made.silent, made.unknown = rows.read, rows.silent, rows.unread
    attacked, found = recovered(out, known, real, below)
    made.attacked += attacked
    made.recovered += [*found, *rows.made_of_hidden]
    made.means, found = recovered_means(out, truth.frame, known, below, study.release.rule == "acro")
    made.recovered += found
    attacked, found = rows_told(out, real, below)
    made.attacked += attacked
    made.recovered += found
    return made


def _one(made: Outcome, strict: Attack, loose: Attack, real: Mapping[Key, float], below: int) -> None:
    """One variable. loose: where people may stand in no column that is shown."""
    try:
        found = strict if strict.possible() else loose if loose.possible() else None
    except Undecided:
        made.undecided += 1
        return
    if found is None:
        made.unread.append(strict.told.name)
        return
    for line, n in small(found, real, below):
        made.attacked += 1
        rounded = any(found.known.by)
        if not math.isnan(line.value) and not rounded:
            made.recovered.append(f"{' / '.join(line.key)}: {n:g} is printed")
            continue
        try:
            all_printed = rounded and (not found.known.totals or not math.isnan(line.value))
            said = _recovered(found, found.at(line.where, line.states), n, below, all_printed)
        except Undecided:
            made.undecided += 1
            continue
        if said:
            made.recovered.append(f"{' / '.join(line.key)}: {n:g} is known {said}")
    for key, place in found.later.items():
        n = real[key]
        if 0 < n < below:
            made.attacked += 1
            if _recovered(found, np.array([place]), n, below, any(found.known.by)):
                made.recovered.append(f"{' / '.join(key)}: {n:g} is known by those followed")


def _recovered(found: Attack, cells: np.ndarray, n: float, below: int, printed: bool) -> str:
    """How a small count is known: to be small, or, where small ones are printed rounded, exactly."""
    if not printed:
        return "" if found.most(cells, below) is not None else f"to be below {below}"
    other = found.most(cells, n + 1) is not None or found.fewest(cells, n - 1) is not None
    return "" if other else "exactly"


def small(found: Attack, real: Mapping[Key, float], below: int) -> Iterator[tuple[Line, float]]:
    """Counts of few people: those that have a line, and those that a reader makes by subtraction."""
    for line in found.told.counts:
        n = real.get(line.key, math.nan)
        if 0 < n < below:
            yield line, n
    for line in found.heads:
        n = real.get(line.key, math.nan)
        if line.key[5] == "n" and 0 < n < below:
            yield line, n
    yield from _came_between(found, real, below)
    heads = {line.key[:2] + (line.key[4],): line for line in found.heads}
    for line in found.told.counts:
        head = heads.get(line.key[:2] + (line.key[4],))
        answered = next(iter(line.states or ("",)))
        if head is not None and answered.endswith(ANSWERED) and len(line.states or ()) == 1 and line.key[3] == "":
            n = real[head.key] - real[line.key]
            if 0 < n < below:
                rest = frozenset(answered.replace(ANSWERED, s) for s in (MISSING, "Not asked", "Not applicable"))
                yield Line(line.where, rest, math.nan, "", (*line.key[:5], "implied")), n


def _came_between(found: Attack, real: Mapping[Key, float], below: int) -> Iterator[tuple[Line, float]]:
    """Who is not yet due at a wave but was at the one before: a count by subtraction."""
    late: dict[tuple[str, ...], dict[str, Line]] = {}
    for line in (*found.heads, *found.told.counts):
        wave = next((name for name, level in line.where if level == "Not yet due"), "")
        if wave and line.key[5] == "n":
            late.setdefault(line.key[:4], {})[wave.removeprefix("wave=").removesuffix(";due")] = line
    for at in late.values():
        told = [at[wave] for wave in found.known.due if wave in at]
        for before, after in itertools.pairwise(told):
            n = real[after.key] - real[before.key]
            if 0 < n < below:
                ((name, _),) = before.where - after.where
                yield Line(after.where | {(name, "Due")}, after.states, math.nan, "", (*after.key[:5], "since")), n


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--reports", type=int, default=1000)
    ask.add_argument("--models", type=int, default=0, help="how many random reports of models")
    ask.add_argument("--seed", type=int, default=1)
    ask.add_argument("--first", type=int, default=0, help="number of the first random report")
    ask.add_argument("--rule", default="journal")
    ask.add_argument("--seconds", type=float, default=attacker.SECONDS, help="the solver has for each question")
    ask.add_argument("--unattacked", action="store_true", help="only what is released, to compare its fingerprint")
    ask.add_argument("--root", type=Path, default=Path.cwd())
    ask.add_argument("studies", nargs="*")
    wanted = ask.parse_args()
    attacker.SECONDS = wanted.seconds
    failed = sum(_shipped(wanted.root, file) for file in sorted((wanted.root / "studies").glob("*.yaml"))
                 if not wanted.studies or file.stem in wanted.studies)  # fmt: skip
    if wanted.reports:
        numbers = range(wanted.first, wanted.first + wanted.reports)
        failed += _random(numbers, wanted.seed, wanted.rule, wanted.unattacked)
    if wanted.models:
        failed += _random(range(wanted.models), wanted.seed, wanted.rule, wanted.unattacked, drawn_models)
    return 1 if failed else 0


def _shipped(root: Path, file: Path) -> int:
    """One study of the workspace; how many counts were recovered or variables not understood."""
    full = root / "data" / "processed" / file.stem / "results_full.csv"
    if not full.is_file():
        print(f"{file.stem}: not attacked, {full.relative_to(root)} is not there")
        return 0
    study = parse_study(file.read_text(), f"studies/{file.name}")
    if study.release.rule == "none":
        print(f"{file.stem}: public data, nothing is withheld")
        return 0
    truth = Results.from_csv(full.read_bytes())
    began = time.perf_counter()
    made = release(truth, study.release, study)
    done = attack(made.to_csv(), truth, study, limit(study))
    failed = said(file.stem, done, time.perf_counter() - began)
    said_lost([made.lost] if made.lost else [])
    return failed


def _random(
    numbers: range, seed: int, rule: str, unattacked: bool = False, drawn: Callable[..., Report] = drawn
) -> int:
    """Random reports; how many counts were recovered or variables not understood. Code that releases the same bytes, as
    the fingerprint says, has been attacked, too."""
    total, began, lost, released = Outcome(), time.perf_counter(), [], hashlib.sha256()
    for number in numbers:
        report = drawn(np.random.default_rng([seed, number]), rule)
        made = release(report.results, report.study.release, report.study)
        lost += [made.lost] if made.lost else []
        released.update(made.to_csv())
        if unattacked:
            continue
        done = attack(made.to_csv(), report.results, report.study, limit(report.study))
        for each in done.recovered:
            print(f"  report {number}: {each}", flush=True)
        for each in done.unread:
            print(f"  report {number}: {each} was not understood", flush=True)
        if done.undecided:
            print(f"  report {number}: {done.undecided} not decided in {attacker.SECONDS:g} s", flush=True)
        total.add(done)
        if (number + 1) % 50 == 0:
            seconds = time.perf_counter() - began
            print(f"  {number + 1} reports, {len(total.recovered)} recovered, {seconds:.0f} s", flush=True)
    print(f"{numbers.start} to {numbers.stop - 1} under '{rule}': released {released.hexdigest()[:16]}")
    failed = said(f"{len(numbers)} random reports", total, time.perf_counter() - began)
    said_lost(lost)
    return failed


def said_lost(lost: Sequence[Lost]) -> None:
    """The information lost beside that of plainer ways."""
    if lost:
        numbers, withheld, whole_lines, acro = (sum(part) for part in zip(*lost, strict=True))
        print(f"  of {numbers} numbers about people {withheld} are withheld; {acro} by ACRO's rule (emulated), "
              f"{whole_lines} if lines with a small count went whole, {numbers} if everything were")  # fmt: skip


def said(name: str, done: Outcome, seconds: float) -> int:
    print(f"{name}: {done.numbers} numbers, {done.withheld} withheld; {done.attacked} small counts and {done.means} "
          f"means attacked, {len(done.recovered)} recovered; {done.undecided} not decided in time, "
        f"{len(done.unread)} variables not understood; {seconds:.0f} s")  # fmt: skip
    for each in done.recovered[:20]:
        print(f"  {each}")
    print(f"  rows: {done.read} read, {sum(done.silent.values())} that tell nothing of a count, "
          f"{len(done.unknown)} not known")  # fmt: skip
    for reason, rows in sorted(done.silent.items()):
        print(f"    {rows} {reason}")
    for key in done.unknown[:20]:
        print(f"    not known: {' / '.join(key)}")
    return len(done.recovered) + len(done.unread) + len(done.unknown)


if __name__ == "__main__":
    sys.exit(main())
