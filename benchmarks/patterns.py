"""A scale of few patterns of answers with its items, all at once: how many people gave which pattern, group by group.

Where the items of a scale are variables of their own, what is printed of each of them and of the scores restricts the
same people. So one attack has a state for each pattern of answers to all items; a line of an item counts the patterns
with its answer, a line of the scale those with its score.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import replace

import numpy as np

from benchmarks.attacker import SCORE, WIDE, Attack
from benchmarks.printed import ANSWERED, HIDDEN, MISSING, Key, Known, Line, Published, Told
from pipeline.instruments.registry import rules
from pipeline.study import Study

OF = "\x1f"
"""Between an item and its state."""
MOST = 64
NONE = "no answer"
DESIGN = ("Not asked", "Not applicable")
Items = Mapping[str, Mapping[str, float]]
"""An item's variable -> its levels and the points of each."""


def items_of(study: Study) -> dict[str, Items]:
    """Scales that add few items up, each of which is a variable of their codes."""
    found = {}
    for name, rule in rules(study).items():
        here = {v.from_ or n: n for n, v in study.variables.items() if v.kind in ("category", "ordered")}
        if rule.score == "sum" and not rule.max_missing and here.keys() >= set(rule.items):
            levels = {here[i]: {lv: float(code) for code, lv in study.variables[here[i]].codes.items()}
                      for i in rule.items}  # fmt: skip
            if np.prod([len(held) + 1 for held in levels.values()]) <= MOST:
                found[name] = levels
    return found


def joined(told: Mapping[str, Told], name: str, items: Items) -> Told | None:
    """What is printed of a scale and of its items, as one; None where either is not printed."""
    if name not in told or not all(item in told for item in items):
        return None
    whole, made = told[name], Told(name)
    made.counts, made.percents = list(whole.counts), list(whole.percents)
    made.moments, made.levels, made.none = whole.moments, whole.levels, set(whole.none)
    for item in items:
        made.counts += [_of(line, item) for line in told[item].counts]
        made.percents += [(_of(a, item), _of(b, item), text) for a, b, text in told[item].percents]
        made.none |= {(where, f"{item}{OF}{state}") for where, state in told[item].none}
    return made


def _of(line: Line, item: str) -> Line:
    return line if line.states is None else replace(line, states=frozenset(f"{item}{OF}{s}" for s in line.states))


class PatternAttack(Attack):
    """An attack on a scale and its items together (``joined``)."""

    def __init__(self, told: Told, heads: Told, known: Known, items: Items, rest: bool = False):
        self.items = items
        super().__init__(told, heads, known, rest)

    def _all_states(self) -> list[str]:
        spans = self.known.spans.get(self.told.name, {})
        self.cut = {level: spans[level] for level in self.told.levels if level in spans}
        self.spans, self.parts = {}, {}
        lost: list[str] = []
        for answers in itertools.product(*([*levels, NONE] for levels in self.items.values())):
            state = f"{SCORE}{OF.join(answers)}"
            each = dict(zip(self.items, answers, strict=True))
            self.parts[state] = {f"{item}{OF}{s}" for item, a in each.items()
                                 for s in ((MISSING, f"{MISSING}:{a}") if a == NONE else (ANSWERED, a))}  # fmt: skip
            if NONE in answers:
                lost.append(state)
            else:
                score = sum(self.items[item][answer] for item, answer in each.items())
                self.spans[state] = score, score
        for state in DESIGN:
            self.parts[state] = {state, *(f"{item}{OF}{state}" for item in self.items)}
        self.inside, self.missing = list(self.spans), lost
        return [*self.inside, *self.missing, *DESIGN]

    def _holds(self, state: str, asked: frozenset[str] | None) -> bool:
        if asked is None:
            return True
        parts = set(self.parts[state])
        if state in self.spans:
            score, _ = self.spans[state]
            parts |= {lv for lv, (low, high) in self.cut.items() if low - WIDE <= score <= high + WIDE} | {ANSWERED}
        if state in self.missing:
            parts |= {MISSING, f"{MISSING}:{NONE}"}
        return bool(parts & asked)


def alpha_beside_withheld(out: Published, told: Mapping[str, Told], items: Mapping[str, Items]) -> Iterator[str]:
    """Alpha and its kin of a group, printed beside a withheld count of its people by score or by answer to an item."""
    for key, (_, text) in out.items():
        kind, name, term, _, group, statistic = key
        ours = kind == "reliability" and name in items and statistic not in ("n", "items") and text != HIDDEN
        if ours and not term.startswith("since ") and any(_hides(told.get(t), group) for t in (name, *items[name])):
            yield f"{' / '.join(key)} is printed, a count of its group is not"


def _hides(told: Told | None, group: str) -> bool:
    """Whether a count of a group is withheld; of a variable of which nothing is printed none tells anything."""
    if told is None or all(line.text == HIDDEN for line in told.counts):
        return False
    return any(_in(line.key, group) and line.text == HIDDEN for line in told.counts)


def _in(key: Key, group: str) -> bool:
    return key[4] == group and key[3] not in ("", "Missing", *DESIGN) and key[5] == "n" and key[0] != "quality"
