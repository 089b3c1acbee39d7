"""A care cascade: how many people reached each step, of those at the step before and of those at the start.

Everybody at the step before reached the next one, answered that they did not, or gave no answer to it; so each step's
three numbers are the one of the step before. An answer of yes that is out of this order has a number of its own: with
``strict`` it is not counted at its step, with ``any`` those whom it brings to an earlier step are counted there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.cleaning.cleaned import People
from pipeline.errors import StageFailed
from pipeline.results import ALL, Key, Number, Results, Sentence, literal
from pipeline.study import CascadeSpec, Study
from pipeline.study.cascade import STRICT
from pipeline.study.check_cascades import yes_of
from pipeline.study.known_cascades import known_of
from pipeline.tables.cascade_fewest import fewest
from pipeline.tables.count import share
from pipeline.tables.exhibit import Exhibit
from pipeline.tables.groups import Base, Members, base, by_variable, everyone
from pipeline.tables.ledger import check_flow
from pipeline.tables.participants_told import who
from pipeline.tables.table import Column, Row, Table
from pipeline.tables.words import label_of, spoken, unweighted, wave_labels

KIND = "cascade"
BEFORE, START = "of the step before", "of the start"
NO, UNKNOWN, WITHOUT_EARLIER, BY_LATER = "no", "not known", "without an earlier step", "by a later step"
"""Levels of a step's numbers in results."""
WORDS = {NO: "No", UNKNOWN: "Not known", WITHOUT_EARLIER: "Yes, without an earlier step",
         BY_LATER: "Counted for a later step, no yes here"}  # fmt: skip
HOW = {
    "strict": "A step is reached by a yes to it and to every step before it. Who answered yes and had not reached the "
    "step before has a line of their own, and is not counted at the step.",
    "any": "A step is reached by a yes to it or to any later step. Who is counted at a step for a later one alone, "
    "without a yes to it, has a line of their own.",
}
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Stage:
    """One step, a mask over the people each. before: reached the step before (everyone, for the first). odd: a yes out
    of order (``strict``), or no yes of their own (``any``)."""

    before: Mask
    reached: Mask
    no: Mask
    unknown: Mask
    odd: Mask


def stages(frame: pd.DataFrame, steps: Sequence[tuple[str, str]], reached: str) -> list[Stage]:
    """steps: variable and the level that is a yes, in order."""
    yes = [(frame[name] == level).to_numpy(dtype=bool) for name, level in steps]
    known = [frame[name].notna().to_numpy(dtype=bool) for name, _ in steps]
    there = list(np.logical_and.accumulate(yes) if reached == STRICT else np.logical_or.accumulate(yes[::-1])[::-1])
    found, before = [], np.ones(len(frame), dtype=bool)
    for own, answered, here in zip(yes, known, there, strict=True):
        left = before & ~here
        odd = own & ~here if reached == STRICT else here & ~own
        found.append(Stage(before, here, left & answered, left & ~answered, odd))
        before = here
    return found


def steps_of(study: Study, spec: CascadeSpec) -> list[tuple[str, str]]:
    """Variable and the level that is a yes."""
    return [(step.variable, yes_of(study, step)) for step in spec.steps]


def labels_of(study: Study, spec: CascadeSpec) -> list[str]:
    """What each step is called: as the known cascade has it, else as the study file does, else as its variable."""
    known = known_of(spec)
    return [
        known.steps[step.name] if known else spoken(step.name) if step.name else _own_label(study, step.variable)
        for step in spec.steps
    ]


def _own_label(study: Study, name: str) -> str:
    return label_of(study, name)


def title_of(study: Study, name: str) -> str:
    spec = study.cascades[name]
    known = known_of(spec)
    return spec.title or (known.name if known else f"{spoken(name)}: care cascade")


def cascade(people: People, study: Study, name: str) -> Exhibit:
    """The cascade ``name`` of the study file: its numbers (kind ``cascade``), its layout, and what to say of it.

    Raises ``StageFailed`` where a step's numbers do not add up to those at the step before.
    """
    spec = study.cascades[name]
    table = spec.of or study.main
    labels = wave_labels(study.sources[table])
    wave = labels[spec.wave] if spec.wave is not None else next(iter(labels.values()), "")
    held = base(people, table, wave)
    parts = by_variable(held, study, spec.by) if spec.by else []
    groups = [*parts, everyone(held)]
    steps = steps_of(study, spec)
    found = stages(held.frame, steps, spec.reached)
    fewest_of = fewest(held, study, name, steps, found)
    told = [list(_numbers(study, name, steps, found, group, fewest_of)) for group in groups]
    results = Results.of([n for some in told for n in some])
    check_steps(results, [step for step, _ in steps])
    check_flow(people, held, wave)
    return Exhibit(results, _layout(people, study, name, held, groups, wave), (_remark(study, name, wave),))


def _numbers(
    study: Study, name: str, steps: Sequence[tuple[str, str]], found: Sequence[Stage], group: Members,
    fewest_of: tuple[float, float],
) -> Iterator[Number]:
    """A step's numbers stand on the fewest people that can be made out by them."""
    of_all, of_reached = fewest_of
    yield Number(Key(KIND, name, "", "", group.path, "n"), group.n, group.n)
    start = 0
    for (term, _), stage, levels in zip(steps, found, _lines(len(steps), study.cascades[name].reached), strict=True):
        before, n, no, unknown, odd = (
            int(group.take(m).sum()) for m in (stage.before, stage.reached, stage.no, stage.unknown, stage.odd)
        )
        start = start if START in levels else n
        of, sensitive = {BEFORE: before, START: start}, study.is_sensitive(term)
        for level in levels:
            if level in of:
                told = {"n": n, "denominator": of[level], "percent": share(n, of[level])}
            else:
                told = {"n": {NO: no, UNKNOWN: unknown}.get(level, odd)}
            for statistic, value in told.items():
                stands = of_reached if level in of else of_all
                yield Number(Key(KIND, name, term, level, group.path, statistic), value, stands, None, sensitive)


def _lines(steps: int, reached: str) -> list[list[str]]:
    """The levels of each step: those that count nobody, too, for of a cascade that is withheld a line that is left out
    would say so."""
    odd, never = (WITHOUT_EARLIER, 0) if reached == STRICT else (BY_LATER, steps - 1)
    return [
        [BEFORE, *([START] if place else []), NO, UNKNOWN, *([odd] if place != never else [])] for place in range(steps)
    ]


def check_steps(results: Results, steps: Sequence[str]) -> None:
    """``StageFailed`` where those at a step, those who answered no and those not known are not those at the step
    before."""
    held = results.lookup()
    for (kind, name, term, _, group, statistic), n in list(held.items()):
        if term != "" or statistic != "n":
            continue
        before = n
        for step in steps:
            parts = [held.get((kind, name, step, word, group, "n"), 0) for word in (BEFORE, NO, UNKNOWN)]
            of = held[kind, name, step, BEFORE, group, "denominator"]
            if not before == of == sum(parts):
                raise StageFailed(
                    f"cascade '{name}', '{step}', '{group}': {int(before)} people at the step before, but "
                    f"{int(parts[0])} reached it, {int(parts[1])} did not and of {int(parts[2])} it is not known"
                )
            before = parts[0]


def _layout(
    people: People, study: Study, name: str, held: Base, groups: Sequence[Members], wave: str
) -> Table:
    spec = study.cascades[name]
    labels = labels_of(study, spec)
    above = label_of(study, spec.by) if spec.by else ""
    columns = [
        Column(g.path, g.label, Key(KIND, name, "", "", g.path, "n"), spanner=above if g.path != ALL else "")
        for g in groups
    ]
    rows: list[Row] = []
    for step, label, levels in zip(spec.steps, labels, _lines(len(labels), spec.reached), strict=True):
        rows.append(Row(label, step.variable, BEFORE, "count", "variable"))
        for level in levels[1:]:
            if level == START:
                rows.append(Row("Of the start", step.variable, START, "percent", "statistic", 1))
            else:
                rows.append(Row(WORDS[level], step.variable, level, "n", "missing" if level == UNKNOWN else "level", 1))
    known = known_of(spec)
    notes = [
        f"{HOW[spec.reached]} Percentages beside a number are of all at the step before (of everyone, for the first "
        f"step), those whose answer is not known among them; those of the start, of all at “{labels[0]}”.",
        "Not known: no usable answer to the step, or it was not asked, of those at the step before.",
        *([known.note] if known and known.note else []),
        *unweighted(study),
    ]
    said = (*who(people, study, held, wave, spec.wave is None), *(Sentence(literal(note)) for note in notes))
    return Table(KIND, name, title_of(study, name), tuple(columns), tuple(rows), said, "Step")


def _remark(study: Study, name: str, wave: str) -> Sentence:
    """``HCV care cascade: of 120 people 90 reached “Tested”, 60 “Treated” (66.7% of the start).``"""
    spec = study.cascades[name]
    keys = {"all": Key(KIND, name, "", "", ALL, "n")}
    parts = []
    for place, (step, label) in enumerate(zip(spec.steps, labels_of(study, spec), strict=True)):
        keys[f"n{place}"] = Key(KIND, name, step.variable, BEFORE, ALL, "n")
        parts.append(f"{{n{place}}} “{literal(label)}”")
    keys["last"] = Key(KIND, name, spec.steps[-1].variable, START, ALL, "percent")
    at = f" at {literal(wave)}" if wave else ""
    listed = ", ".join(parts[:-1]) + f" and {parts[-1]}"
    title = literal(title_of(study, name))
    return Sentence(f"{title}: of {{all}} people{at}, {listed} ({{last}}% of the start).", keys)
