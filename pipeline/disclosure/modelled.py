"""How many people a model is of, by level of its exposure, beside what tables tell of its outcome.

Where nothing but the outcome is missing, those whom a model counts are those who answered, and its events those with
one answer: one fact under two names. Where a covariate is missing, too, they are a part of these, and how many are not
among them is a fact that no one tells.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence

from pipeline.disclosure.facts import ANSWERED, BECAUSE, BY_DESIGN, DESIGN, MISSING, PEOPLE, Fact, Split
from pipeline.disclosure.groups import EVERYONE, Conditions
from pipeline.disclosure.regrouped import Merged
from pipeline.disclosure.rows import Told
from pipeline.disclosure.sheet import Sheet, sheet_of
from pipeline.disclosure.waves import told_by_wave
from pipeline.models.declared import declared
from pipeline.study import Study

FIRST, ALSO, BUT = "|lack first for ", "|lack also for ", "|lack others for "
USED, LEFT_OUT, BESIDE, EVENTS, OTHERS = "|used by ", "|left out of ", "|beside ", "|events of ", "|no events of "


def model_counts(
    terms: dict[str, Sheet], rows: Sequence[Told], study: Study, merged: Mapping[tuple[str, str], Merged]
) -> None:
    """Put the counts of every model among those of its variables. rows: in the words of original variables."""
    by_name: dict[str, list[Told]] = {}
    for row in rows:
        by_name.setdefault(row.name, []).append(row)
    for name, held in by_name.items():
        if name in study.models:
            for wave, told in told_by_wave(held, declared(study, name).waves):
                _Model(terms, name, told, study, merged, wave).tell()


class _Model:
    """base: whose rows it is of. alone: whether no row lacks anything but the outcome. gone: what rows lack. parted: by
    which terms its rows are counted, the exposure and the moderator."""

    def __init__(
        self, terms: dict[str, Sheet], name: str, rows: Sequence[Told], study: Study,
        merged: Mapping[tuple[str, str], Merged], wave: str = "",
    ):  # fmt: skip
        model = declared(study, name)
        self.terms, self.name, self.rows, self.study = terms, name, rows, study
        wave = wave or model.wave
        self.base: Conditions = frozenset([("wave", wave)]) if wave else EVERYONE
        self.baseline = model.baseline.name if model.baseline else ""
        event = merged.get((model.outcome.name, model.event))
        originals = {variable: level.original for (variable, _), level in merged.items()}
        self.outcome = originals.get(model.outcome.name, model.outcome.name)
        self.event = event.role if event else model.event
        self.exposure = originals.get(model.exposure.name, model.exposure.name)
        self.category = study.variables.get(self.outcome) is not None and model.outcome.kind == "category"
        gone = {r.term for r in rows if r.statistic == "missing" and r.term and r.value}
        moderator = model.moderator.name if model.moderator else self.exposure
        self.parted = {self.exposure, originals.get(moderator, moderator)}
        self.gone, self.alone = gone, gone <= {self.outcome}
        self.sheet = sheet_of(terms, self.outcome)

    def tell(self) -> None:
        self.sheet.derive()
        self._why()
        self._without_baseline()
        total = next((r for r in self.rows if (r.kind, r.term, r.statistic) == ("model", "", "n")), None)
        if total is None:
            return
        self._people(total)
        self._both()
        for r in self.rows:
            if r.kind == "model" and r.term in self.parted and r.statistic in ("n", "events") and r.group == "All":
                self._level(r)

    def _why(self) -> None:
        """Rows without a value, by reason: as the missing answers are told."""
        for r in self.rows:
            if r.statistic == "missing" and r.level and r.term in (*self.study.variables, *self.study.scales):
                sheet, role = sheet_of(self.terms, r.term), DESIGN.get(r.level) or f"{BECAUSE}{r.level}"
                if sheet.get(role, self.base) in (None, round(r.value)):
                    sheet.put(role, self.base, r.value, r.at)

    def _without_baseline(self) -> None:
        """Rows of people without an answer at the baseline, for whatever reason; the others are those followed from
        there who have one (``carried``)."""
        why = [r for r in self.rows if r.statistic == "missing" and r.level and r.term == self.baseline]
        if not why:
            return
        sheet, roles = sheet_of(self.terms, self.baseline), tuple(f"{BECAUSE}{r.level}" for r in why)
        for r, role in zip(why, roles, strict=True):
            sheet.put(role, self.base, r.value, r.at)
        sheet.put(MISSING, self.base, sum(r.value for r in why))
        sheet.splits[Split(MISSING, roles)] = None
        people = next((r for r in self.rows if (r.term, r.statistic) == ("", "denominator")), None)
        if people is not None and self.sheet.get(PEOPLE, self.base) == round(people.value):
            sheet.put(PEOPLE, self.base, people.value)
            sheet.fill(BY_DESIGN, self.base, 0)

    def _people(self, total: Told) -> None:
        """Rows of the population: used and left out."""
        left = next((r for r in self.rows if r.statistic == "missing" and not r.term), None)
        used = self._used(self.base, total)
        for r in self.rows:  # the same number beside each estimate
            if r.statistic == "n" and r.level == "" and r.at != total.at and r.value == total.value:
                self.sheet.put(used, self.base, r.value, r.at)
        people = self.sheet.get(PEOPLE, self.base)
        if left is not None and people == round(total.value + left.value):
            role = f"{LEFT_OUT}{self.name}"
            self.sheet.put(role, self.base, left.value, left.at)
            self.sheet.splits[Split(PEOPLE, (used, role))] = None

    def _both(self) -> None:
        """Rows left out are those without one variable, and of the others those without the next. So how many lack
        both of two follows, which a table may tell of the one in a column of the other; and how many lack the one is at
        least what is left of all less those without the others. Those left out who have the one are few where the two
        numbers differ by few."""
        lacking: dict[str, int] = {}
        for r in self.rows:
            if r.statistic == "missing" and r.term and r.value:
                lacking[r.term] = lacking.get(r.term, 0) + round(r.value)
        left = self.sheet.get(f"{LEFT_OUT}{self.name}", self.base)
        told = [self.terms[name].get(MISSING, self.base) if name in self.terms else None for name in lacking]
        if not lacking or left is None or told != list(lacking.values()):
            return
        whole = self.sheet.fact(f"{LEFT_OUT}{self.name}", self.base)
        if len(lacking) == 1:  # those left out are those without it, for all its reasons together
            name, n = next(iter(lacking.items()))
            self.sheet.equal += [(whole, (self.terms[name].fact(MISSING, self.base),))] if n == left else []
            return
        facts = {name: self.terms[name].fact(MISSING, self.base) for name in lacking}
        for one, other in itertools.permutations(facts) if len(facts) == 2 else ():
            sheet, column = self.terms[other], self.base | {(one, MISSING)}
            both = sheet.get(MISSING, column)
            if both is not None and left == sum(lacking.values()) - both:
                alone = Fact(sheet.who(ANSWERED, column), lacking[one] - both)
                sheet.equal += [(facts[one], (sheet.fact(MISSING, column), alone)), (whole, (facts[other], alone))]
        parts: list[Fact] = []
        for name, fact in facts.items():  # how many of them lack one before is any number that adds up
            first = Fact(self.base | {(f"{FIRST}{self.name}", name)}, min(fact.n, left - sum(f.n for f in parts)))
            also = Fact(self.base | {(f"{ALSO}{self.name}", name)}, fact.n - first.n)
            others = Fact(self.base | {(f"{BUT}{self.name}", name)}, left - fact.n)
            self.sheet.equal += [(fact, (first, also) if parts else (first,)), (whole, (fact, others))]
            self.sheet.by_subtraction.append(others)
            parts.append(first)
        self.sheet.equal.append((whole, tuple(parts)))

    def _level(self, r: Told) -> None:
        """Rows, or events, of one level of the exposure (of all, where it is a number) or of the moderator."""
        group = self.base | ({(r.term, r.level)} if r.level else set())
        if self.category:
            self._by_columns(group, r.term, r.level)
        if r.statistic == "n":
            self._used(group, r)
            self._all_of(r)
            return
        n, at = round(r.value), r.at
        if self.alone and self.sheet.get(self.event, group) in (None, n):
            self.sheet.put(self.event, group, n, at)
            return
        events, others = f"{EVENTS}{self.name}", f"{OTHERS}{self.name}"
        self.sheet.put(events, group, n, at)
        whole = next((x for x in self.rows if (x.term, x.level, x.statistic) == (r.term, r.level, "n")), None)
        used = round(whole.value) if whole is not None else self.sheet.get(f"{USED}{self.name}", group)
        if used is not None:
            self.sheet.put(f"{USED}{self.name}", group, used)
            self.sheet.fill(others, group, used - n)
            self.sheet.splits[Split(f"{USED}{self.name}", (events, others))] = None
        self._part(self.event, events, group, n)

    def _used(self, group: Conditions, r: Told) -> str:
        """Those used: who answered, or some of them. The role that they have."""
        n = round(r.value)
        if self.alone and self.sheet.get(ANSWERED, group) in (None, n):
            self.sheet.put(ANSWERED, group, n, r.at)
            return ANSWERED
        role = f"{USED}{self.name}"
        self.sheet.put(role, group, n, r.at)
        self._part(ANSWERED, role, group, n)
        return role

    def _all_of(self, r: Told) -> None:
        """Where no one lacks anything but the exposure, those used at a level are all who have it (or a moderator)."""
        sheet = self.terms.get(r.term)
        if not self.gone <= {r.term} or sheet is None or not r.level or r.level not in sheet.cells:
            return
        if sheet.get(r.level, self.base) in (None, round(r.value)):
            sheet.put(r.level, self.base, r.value, r.at)

    def _part(self, whole: str, part: str, group: Conditions, n: int) -> None:
        """They are among others that a table tells; how many of these are not is not told."""
        told = self.sheet.get(whole, group)
        if told is not None and told >= n:
            rest = f"{BESIDE}{part}"
            self.sheet.put(rest, group, told - n)
            self.sheet.supposed[rest, group] = None
            self.sheet.splits[Split(whole, (part, rest))] = None

    def _by_columns(self, group: Conditions, term: str, level: str) -> None:
        """What tables tell of the exposure, or of the moderator, in columns of the outcome."""
        sheet = self.terms.get(term)
        levels = self.study.levels_of(self.outcome)
        told = [
            sheet.get(level, self.base | {(self.outcome, answer)}) if sheet is not None and level else None
            for answer in levels
        ]
        for answer, n in zip(levels, told, strict=True):
            self.sheet.fill(answer, group, n)
        if all(n is not None for n in told):
            self.sheet.fill(ANSWERED, group, sum(n for n in told if n is not None))
            self.sheet.splits[Split(ANSWERED, tuple(levels))] = None
