"""Care cascades beside what else is told of their steps.

Steps are nested, so that those who left at each are counts of people, too, and the same variables stand in tables,
models and missing counts. Of any group and step k, with R for those who reached it and R0 for everyone:

    R(k-1) = R(k) + left with a no + left, not known
    those with a yes to step k = R(k) + out of order           (strict)
    R(k) = those with a yes to step k + out of order            (any)
    those with a no = left with a no + the others with a no; likewise those without an answer

That is all that a joint table of the answers to all steps has to meet: at step k those who left are apart, and what the
others answered there may be anybody's. So these sums, in one system over all steps, are as good as the table of all
sets of answers, which would have 3 to the number of steps cells. That table itself is taken where a question is asked
only of those with a yes to an earlier step and a later yes counts for that (``_answers_to_all``). What is told of two
steps at once, in a table of one by the other or in a model of both, is in neither: then nothing of the cascade is
printed (``crossed_steps``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
import scipy

from pipeline.disclosure.crossed_steps import crossed
from pipeline.disclosure.facts import BY_DESIGN, MISSING, PEOPLE, Fact, Split, System
from pipeline.disclosure.groups import Conditions, together
from pipeline.disclosure.regrouped import Merged, as_original
from pipeline.disclosure.rows import Told
from pipeline.disclosure.sheet import Sheet
from pipeline.study import CascadeSpec, Study
from pipeline.study.cascade import STRICT
from pipeline.tables.cascade import BY_LATER, KIND, NO, START, UNKNOWN, WITHOUT_EARLIER, steps_of

REACHED, KNOWN, LEFT, GAP, ODD = (f"|{word} " for word in ("reached", "known at", "no at", "not known at", "odd at"))
LIMITS = {"node_limit": 1000}
NEVER = 10**9
"""No table has so many."""
MOST_SETS = 300
"""Of more sets of answers nothing of a cascade is printed (``_answers_to_all``)."""
YES, NAY, SILENT, APART = "y", "n", "-", "x"
OF_LEVEL = {NO: LEFT, UNKNOWN: GAP, WITHOUT_EARLIER: ODD, BY_LATER: ODD}


class Steps(Sheet):
    """The counts of one cascade. steps: original variable and role of the yes of each.

    Under ``strict`` those who reached a step are those with a yes to it and to all before, which a table of one step by
    another tells under the same name.
    """

    def __init__(self, name: str, spec: CascadeSpec, steps: Sequence[tuple[str, str]]):
        super().__init__(f"|{KIND} {name}")
        self.spec, self.steps = spec, steps

    @property
    def strict(self) -> bool:
        return self.spec.reached == STRICT

    def who(self, role: str, group: Conditions) -> Conditions:
        if role == PEOPLE:
            return group
        word, place = role[: role.rindex(" ") + 1], int(role.rsplit(" ", 1)[1])
        if word == REACHED and (self.strict or place == len(self.steps)):
            return group | frozenset(self.steps[:place] if self.strict else self.steps[-1:])
        return group | {(self.term, role)}

    def before(self, place: int) -> str:
        """The role of those at the step before."""
        return f"{REACHED}{place - 1}" if place > 1 else PEOPLE

    def _given(self, made: System, below: int) -> None:
        own = {self.term, *(variable for variable, _ in self.steps)}
        facts = {f for whole, parts in made.sums for f in (whole, *parts)}
        made.given = {f for f in facts if own.isdisjoint(name for name, _ in f.who)}
        made.given |= {self.fact(*place) for place in self.known if place[1] in self.cells.get(place[0], {})}


def cascades(rows: Sequence[Told], study: Study, merged: dict[tuple[str, str], Merged]) -> list[tuple[Sheet, Steps]]:
    """For each cascade the heads of its columns, and its own sheet. rows: of kind ``cascade``; none of those that are
    ``crossed`` are looked at."""
    told = {name: [r for r in rows if r.name == name] for name in study.cascades if not crossed(study, name)}
    return [_read(study, name, study.cascades[name], own, merged) for name, own in told.items() if own]


def beside_steps(
    sheets: Iterable[Steps], terms: Mapping[str, Sheet], study: Study, merged: Mapping[tuple[str, str], Merged]
) -> None:
    """Tell the sheets of cascades what else is told of their steps. terms: the sheets of all variables, which know who
    was asked."""
    for sheet in sheets:
        for variable, _ in sheet.steps:
            if variable in terms:
                terms[variable].derive()
                terms[variable].whole_groups()
        for group in sheet.cells[PEOPLE]:
            _Beside(study, sheet, terms, merged, group).tell()


def of_cascades(frame: pd.DataFrame, study: Study | None) -> np.ndarray:
    """For every row of a results frame: is it of a cascade of which nothing may be printed? None may that has columns,
    or a step that not everybody was asked: the sums here do not hold all that then follows."""
    own = (frame["kind"] == KIND).to_numpy()
    held = {name for name, spec in study.cascades.items() if not crossed(study, name) and not _in_parts(study, spec)
            } if study is not None else set[str]()  # fmt: skip
    return own & ~frame["name"].isin(held).to_numpy()


def _in_parts(study: Study, spec: CascadeSpec) -> bool:
    asked = (study.variables[step.variable] for step in spec.steps)
    return bool(spec.by) or any(variable.asked_of or variable.asked_at for variable in asked)


def _read(study: Study, name: str, spec: CascadeSpec, rows: Sequence[Told], merged: dict[tuple[str, str], Merged]
          ) -> tuple[Sheet, Steps]:  # fmt: skip
    steps = steps_of(study, spec)
    sheet, head = Steps(name, spec, [_original(merged, *step) for step in steps]), Sheet("")
    base = base_of(study, spec)
    places = {variable: place for place, (variable, _) in enumerate(steps, 1)}
    groups = [r.group for r in as_original([r._replace(term="", level="") for r in rows], merged)]
    for r, path in zip(rows, groups, strict=True):
        group = together(path) | base
        if not r.term:
            head.put(PEOPLE, group, r.value, r.at)
            sheet.put(PEOPLE, group, r.value)
            continue
        place = places[r.term]
        reached, before = f"{REACHED}{place}", sheet.before(place)
        whole = f"{REACHED}1" if r.level == START else before
        if r.statistic == "percent":
            sheet.percents.append((r.at, reached, group, whole, group, r.decimals))
        elif r.statistic == "denominator":
            (head if whole == PEOPLE else sheet).put(whole, group, r.value, r.at)
        else:
            sheet.put(f"{OF_LEVEL[r.level]}{place}" if r.level in OF_LEVEL else reached, group, r.value, r.at)
    _nobody(sheet)
    for place, (variable, _) in enumerate(steps, 1):
        sensitive = study.is_sensitive(variable)
        for group, n in list(sheet.cells[f"{REACHED}{place}"].items()):
            sheet.put(f"{KNOWN}{place}", group, n + sheet.cells[f"{LEFT}{place}"][group])
        sheet.splits[Split(sheet.before(place), (f"{KNOWN}{place}", f"{GAP}{place}"))] = None
        sheet.splits[Split(f"{KNOWN}{place}", (f"{REACHED}{place}", f"{LEFT}{place}"), sensitive)] = None
    return head, sheet


def _nobody(sheet: Steps) -> None:
    """A line that a table leaves out counts nobody, as everybody sees."""
    for place in range(1, len(sheet.steps) + 1):
        for word in (LEFT, GAP, ODD):
            role = f"{word}{place}"
            for group in sheet.cells[PEOPLE] if role not in sheet.cells else ():
                sheet.put(role, group, 0)
                sheet.known[role, group] = None


def base_of(study: Study, spec: CascadeSpec) -> Conditions:
    """Whose people it is about: those of a wave, of the raw table that it is made of."""
    table = spec.of or study.main
    labels = study.sources[table].wave_labels
    wave = labels[spec.wave] if spec.wave is not None else next(iter(labels.values()), "")
    return frozenset(([("wave", wave)] if wave else []) + ([("table", table)] if table != study.main else []))


def _original(merged: Mapping[tuple[str, str], Merged], variable: str, level: str) -> tuple[str, str]:
    whole = merged.get((variable, level))
    return (whole.original, whole.role) if whole else (variable, level)


class _Beside:
    """What else is told of the steps in one group: how many answered what, and who was asked.

    n: how many meet some conditions; None where no result tells it. sums: whole and parts. derived: those that follow
    from what is printed, and are no less counts of people than what is. silent: of steps of which it is told who gave
    no answer: who left with a no, the others with a no, and who was not asked.
    """

    def __init__(
        self, study: Study, sheet: Steps, terms: Mapping[str, Sheet], merged: Mapping[tuple[str, str], Merged],
        group: Conditions,
    ):  # fmt: skip
        self.study, self.sheet, self.terms, self.merged, self.group = study, sheet, terms, merged, group
        self.steps = steps_of(study, sheet.spec)
        self.silent: dict[int, tuple[Conditions, ...]] = {}
        self.n: dict[Conditions, int | None] = {}
        self.sums: list[tuple[Conditions, tuple[Conditions, ...]]] = []
        self.derived: dict[Conditions, None] = {}

    def tell(self) -> None:
        for place in range(1, len(self.steps) + 1):
            self._step(place)
        if not self.sheet.strict and any(map(self._asked, range(1, len(self.steps) + 1))):
            self._answers_to_all()
        found = supposed(self.n, self.sums)
        if found is None:  # nothing is known to hold then, and nothing of it is printed
            self.sheet.needed[f"{REACHED}1", self.group] = NEVER
            return
        facts = {who: Fact(who, n) for who, n in found.items()}
        self.sheet.equal += [(facts[whole], tuple(facts[part] for part in parts)) for whole, parts in self.sums]
        self.sheet.by_subtraction += [facts[who] for who in self.derived]

    def _own(self, word: str, place: int) -> Conditions:
        """A count of the cascade itself."""
        fact = self.sheet.fact(f"{word}{place}" if word != PEOPLE else PEOPLE, self.group)
        return self._known(fact)

    def _known(self, fact: Fact) -> Conditions:
        self.n[fact.who] = fact.n
        return fact.who

    def _new(self, word: str, place: int, derived: bool) -> Conditions:
        who = self.group | {(self.sheet.term, f"|{word}, step {place}")}
        self.n.setdefault(who, None)
        if derived:
            self.derived[who] = None
        return who

    def _sum(self, whole: Conditions, *parts: Conditions) -> None:
        self.sums.append((whole, parts))

    def _levels(self, place: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The levels of the original variable that are a yes, and the others."""
        variable, yes = self.steps[place - 1]
        levels = self.study.levels_of(variable)
        whole = {level: self.merged.get((variable, level)) for level in levels}
        held = {level: made.held if made else (level,) for level, made in whole.items()}
        return held[yes], tuple(one for level in levels if level != yes for one in held[level])

    def _told(self, place: int) -> tuple[Sheet, Conditions] | None:
        """The sheet of a step's variable, and what it calls the group."""
        sheet = self.terms.get(self.sheet.steps[place - 1][0])
        own = {("table", self.study.source_of(self.steps[place - 1][0]))}
        return (sheet, self.group - own) if sheet is not None else None

    def _answered(self, place: int, levels: Sequence[str], word: str) -> Conditions:
        """How many have one of some levels; told by the variable's own sheet, or else what the cascade leaves."""
        made = self._new(word, place, True)
        told = self._told(place)
        if told is not None and all(told[0].get(level, told[1]) is not None for level in levels):
            self._sum(made, *(self._known(told[0].fact(level, told[1])) for level in levels))
        return made

    def _step(self, place: int) -> None:
        sheet = self.sheet
        reached, left, gap, odd = (self._own(word, place) for word in (REACHED, LEFT, GAP, ODD))
        before, everyone = self._own(PEOPLE if place == 1 else REACHED, place - 1), self._own(PEOPLE, 0)
        yes_levels, no_levels = self._levels(place)
        yes, no = self._answered(place, yes_levels, "yes"), self._answered(place, no_levels, "no")
        self._sum(*((yes, reached, odd) if sheet.strict else (reached, yes, odd)))
        self._sum(before, reached, left, gap)
        others = self._new("others", place, True)
        self._sum(everyone, yes, left, gap, others)
        others_no = self._new("others no", place, True)
        self._sum(no, left, others_no)
        self._silent(place, left, gap, others, others_no)
        if not sheet.strict and place < len(self.steps):  # who is counted for a later step alone, and who for both
            self._last(place)
            self._sum(self._own(REACHED, place + 1), odd, self._new("both", place, True))

    def _silent(self, place: int, left: Conditions, gap: Conditions, others: Conditions, no: Conditions) -> None:
        """Those without an answer, asked or not: who left at this step, and the others."""
        told = self._told(place)
        if told is None or any(told[0].get(role, told[1]) is None for role in (MISSING, BY_DESIGN)):
            self._sum(others, no, self._new("others silent", place, False))
            return
        missing, design = self._without(place)
        all_asked = self._all_asked(place)
        lacking, apart = (self._new(word, place, all_asked) for word in ("others asked and silent", "others not asked"))
        self._sum(others, no, lacking, apart)
        here = gap
        if all_asked:
            self._sum(design, apart)
        else:
            here, unasked = self._new("left silent", place, False), self._new("left not asked", place, False)
            self._sum(gap, here, unasked)
            self._sum(design, unasked, apart)
        self._sum(missing, here, lacking)
        earlier = self.silent.get(self._asked(place))
        if earlier is not None:  # who said no to the earlier step, or was not asked it, is not asked this one
            self._sum(design, *earlier)
        self.silent[place] = (left, no, design)

    def _all_asked(self, place: int) -> bool:
        """Whether everybody who left at a step was asked it: it is asked of all, or of those with a yes to an earlier
        step, which whoever reached the step before has."""
        variable = self.study.variables[self.steps[place - 1][0]]
        return bool(self.sheet.strict and self._asked(place)) or not (variable.asked_of or variable.asked_at)

    def _answers_to_all(self) -> None:
        """How many gave each set of answers to all steps, where a question is asked only after a yes to an earlier one
        and a later yes counts for that: of whom an earlier answer is missing then depends on what came later."""
        sets = list(self._sets())
        if len(sets) > MOST_SETS:
            self.derived.clear()
            self.n[self._new("too many sets of answers", 0, False)] = NEVER
            self._sum(self._own(PEOPLE, 0), self._new("too many sets of answers", 0, False))
            return
        held = [self._new("".join(answers), 0, False) for answers in sets]

        def count(whole: Conditions, test: Callable[[tuple[str, ...], int], bool]) -> None:
            furthest = (max((k for k, a in enumerate(s, 1) if a == YES), default=0) for s in sets)
            self._sum(whole, *(who for who, s, last in zip(held, sets, furthest, strict=True) if test(s, last)))

        def step(k: int) -> None:
            at = k - 1
            count(self._own(REACHED, k), lambda s, last: last >= k)
            count(self._own(LEFT, k), lambda s, last: last == at and s[at] == NAY)
            count(self._own(GAP, k), lambda s, last: last == at and s[at] in (SILENT, APART))
            count(self._own(ODD, k), lambda s, last: last >= k and s[at] != YES)
            if k in self.silent:
                missing, design = self._without(k)
                count(missing, lambda s, last: s[at] == SILENT)
                count(design, lambda s, last: s[at] == APART)
            count(self._new("yes", k, True), lambda s, last: s[at] == YES)
            count(self._new("no", k, True), lambda s, last: s[at] == NAY)

        count(self._own(PEOPLE, 0), lambda s, last: True)
        for k in range(1, len(self.steps) + 1):
            step(k)

    def _sets(self) -> Iterator[tuple[str, ...]]:
        """The sets of answers that the study file allows."""
        parents = [self._asked(k) for k in range(1, len(self.steps) + 1)]
        free = [bool(v.asked_of or v.asked_at) for v in (self.study.variables[name] for name, _ in self.steps)]

        def grow(said: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
            at = len(said)
            if at == len(parents):
                yield said
                return
            open_: tuple[str, ...] = (YES, NAY, SILENT)
            if parents[at]:
                open_ = (APART,) if said[parents[at] - 1] in (NAY, APART) else open_
            for answer in (*open_, *((APART,) if free[at] and not parents[at] else ())):
                yield from grow((*said, answer))

        yield from grow(())

    def _without(self, place: int) -> tuple[Conditions, Conditions]:
        """Those whose answer is missing, and those not asked, as the step's own variable has them."""
        told = self._told(place)
        assert told is not None
        return self._known(told[0].fact(MISSING, told[1])), self._known(told[0].fact(BY_DESIGN, told[1]))

    def _last(self, place: int) -> Conditions:
        """Those who reached a step and no further."""
        here = self._own(REACHED, place)
        if place == len(self.steps):
            return here
        made = self._new("last", place, True)
        self._sum(here, self._own(REACHED, place + 1), made)
        return made

    def _asked(self, place: int) -> int:
        """The earlier step whose yes a question is asked of, and of nothing else; 0 where there is none such."""
        asked = self.study.variables[self.steps[place - 1][0]].asked_of
        if len(asked) != 1:
            return 0
        ((parent, levels),) = asked.items()
        return next((k for k, step in enumerate(self.steps[: place - 1], 1) if step == (parent, *levels)), 0)


def supposed(
    n: Mapping[Conditions, int | None], sums: Sequence[tuple[Conditions, tuple[Conditions, ...]]]
) -> dict[Conditions, int] | None:
    """A number for each count that no result tells, so that all sums hold; None where there is none such. What follows
    from others has one such number only, and of the rest any stands for it."""
    at = {who: i for i, who in enumerate(n)}
    rows = np.zeros((len(sums), len(at)))
    for row, (whole, parts) in zip(rows, sums, strict=True):
        row[at[whole]] += 1
        for part in parts:
            row[at[part]] -= 1
    low = np.array([0 if value is None else value for value in n.values()], float)
    high = np.array([np.inf if value is None else value for value in n.values()], float)
    found = scipy.optimize.milp(
        np.zeros(len(at)), constraints=scipy.optimize.LinearConstraint(rows, 0, 0),
        bounds=scipy.optimize.Bounds(low, high), integrality=np.ones(len(at)), options=LIMITS,
    )  # fmt: skip
    return None if found.x is None else {who: round(found.x[i]) for who, i in at.items()}
