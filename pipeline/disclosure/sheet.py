"""The counts of one variable by role and group, and the system of facts that follows from them."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.disclosure.facts import (
    ANSWERED,
    ASKED,
    BY_DESIGN,
    DESIGN,
    MISSING,
    NOT,
    PEOPLE,
    WITHOUT,
    Fact,
    Link,
    Percent,
    Span,
    Split,
    Sum,
    System,
)  # fmt: skip
from pipeline.disclosure.groups import Conditions, families
from pipeline.disclosure.linked import linked, without


class Sheet:
    """The counts of one variable by role (a level, ``Missing``, …) and group, before they become a ``System``.

    known: what everybody knows without a line for it: those whose line a table leaves out are none. supposed: counts
    that no result tells, in whose place any that add up stand. equal: the same people in another sheet.
    by_subtraction: what follows from two of these sums. asked_as: the conditions that those who were asked meet,
    where they are the people of a level of another variable (or of several, or of several variables). asked_of: each
    of these levels. sensitive: variables whose columns tell an answer where they are empty.
    """

    def __init__(self, term: str):
        self.term = term
        self.cells: dict[str, dict[Conditions, int]] = {}
        self.rows: dict[tuple[str, Conditions], list[int]] = {}
        self.percents: list[tuple[int, str, Conditions, str, Conditions, int]] = []
        self.splits: dict[Split, None] = {}
        self.needed: dict[tuple[str, Conditions], int] = {}
        self.known: dict[tuple[str, Conditions], None] = {}
        self.supposed: dict[tuple[str, Conditions], None] = {}
        self.links: list[Link] = []
        self.same: list[tuple[Conditions, Conditions]] = []
        self.equal: list[Sum] = []
        self.by_subtraction: list[Fact] = []
        self.unions: list[tuple[Conditions, list[Conditions]]] = []
        self.asked_as: Conditions | None = None
        self.asked_of: Conditions = frozenset()
        self.means: dict[Conditions, dict[str, tuple[int, float, int]]] = {}
        self.beside: dict[Conditions, list[int]] = {}
        self.spans: dict[str, Span] = {}
        self.scores: tuple[float, ...] = ()
        self.unit = 0.0
        self.sensitive: frozenset[str] = frozenset()

    def get(self, role: str, group: Conditions) -> int | None:
        return self.cells.get(role, {}).get(group)

    def put(self, role: str, group: Conditions, value: float, row: int | None = None) -> None:
        self.cells.setdefault(role, {})[group] = round(value)
        if row is not None:
            self.rows.setdefault((role, group), []).append(row)

    def take(self, other: Sheet, base: Conditions) -> None:
        """All that another sheet tells, of the groups of a base."""
        for role, held in other.cells.items():
            for group, n in held.items():
                self.put(role, group | base, n)
        for (role, group), rows in other.rows.items():
            self.rows.setdefault((role, group | base), []).extend(rows)
        self.percents += [(at, p, g | base, w, h | base, d) for at, p, g, w, h, d in other.percents]
        self.splits |= other.splits
        self.known |= dict.fromkeys((role, group | base) for role, group in other.known)
        self.links += other.links
        self.same += other.same
        for group, said in other.means.items():
            for statistic, moment in said.items():
                self._moment(group | base, statistic, moment)
            self.beside.setdefault(group | base, []).extend(other.beside[group])

    def put_moment(self, statistic: str, group: Conditions, row: int, value: float, decimals: int) -> None:
        """A mean, SD or quartile; the same in another table is one number that two rows print."""
        self._moment(group, statistic, (row, value, decimals))
        self.beside.setdefault(group, []).append(row)

    def _moment(self, group: Conditions, statistic: str, moment: tuple[int, float, int]) -> None:
        """Of two rows that print one number the one with more digits."""
        before = self.means.setdefault(group, {}).get(statistic)
        if before is None or moment[2] >= before[2]:
            self.means[group][statistic] = moment

    def fill(self, role: str, group: Conditions, value: int | None) -> None:
        """What follows from others and was not told itself."""
        if value is not None and value >= 0:
            self.cells.setdefault(role, {}).setdefault(group, value)

    def groups(self) -> list[Conditions]:
        return sorted({g for held in self.cells.values() for g in held}, key=sorted)

    def who(self, role: str, group: Conditions) -> Conditions:
        if self.asked_as is not None:
            if role == ASKED:
                inside = {name for name, _ in group & self.asked_of}
                return group | {(name, level) for name, level in self.asked_as if name not in inside}
            if len(self.asked_as) == 1 and role in self._left_out() and not group & self.asked_of:
                return group | {(name, f"{NOT}{level}") for name, level in self.asked_as}
        return group if role == PEOPLE else group | {(self.term, role)}

    def _left_out(self) -> tuple[str, ...]:
        """Roles of all who were not asked, whose fact is of the other variable: they have none of its levels named."""
        told = [role for role in DESIGN.values() if role in self.cells]
        return (BY_DESIGN, *(told if len(told) == 1 else ()))

    def fact(self, role: str, group: Conditions) -> Fact:
        return Fact(self.who(role, group), self.cells[role][group])

    def system(self, below: int) -> System:
        """With everything that follows, and what is small."""
        made = System(self.term)
        self.derive()
        self.whole_groups()
        without(self)
        self._within(made)
        self._between(made)
        self._united(made)
        for (role, group), rows in self.rows.items():
            made.rows.setdefault(self.fact(role, group), []).extend(rows)
        for row, part, here, whole, there, decimals in self.percents:
            made.percents.append(Percent(row, self.fact(part, here), self.fact(whole, there), decimals))
        made.means = {self.fact(ANSWERED, g): said for g, said in self.means.items()
                      if "mean" in said and self.get(ANSWERED, g) is not None}  # fmt: skip
        made.beside = {f: self.beside[g] for g in self.means if (f := self._answered(g)) in made.means}
        linked(self, made)
        self._given(made, below)
        self._small(made, below)
        made.sums += self.equal
        made.needed |= {f: below for f in self.by_subtraction if 0 < f.n < below}
        return made

    def _answered(self, group: Conditions) -> Fact | None:
        return self.fact(ANSWERED, group) if self.get(ANSWERED, group) is not None else None

    def derive(self) -> None:
        for g in self.groups():
            told = [n for role in DESIGN.values() if (n := self.get(role, g)) is not None]
            people, asked, answered, missing = (self.get(r, g) for r in (PEOPLE, ASKED, ANSWERED, MISSING))
            if asked is None:
                asked = _plus(answered, missing)
            if told:
                self.fill(BY_DESIGN, g, sum(told))
            elif asked is not None and people is not None:
                self.fill(BY_DESIGN, g, people - asked)
            design = self.get(BY_DESIGN, g)
            if asked is None and people is not None and design is not None:
                asked = people - design
            self.fill(ASKED, g, asked)
            if asked is not None and missing is not None:
                self.fill(ANSWERED, g, asked - missing)
            if asked is not None and answered is not None:
                self.fill(MISSING, g, asked - answered)
            self.fill(PEOPLE, g, _plus(asked, design))

    def whole_groups(self) -> None:
        """What no table tells of a whole group, where its people are all in the groups of which it is told."""
        held = self.cells.get(PEOPLE, {})
        for (parent, _), members in sorted(
            families(held).items(), key=lambda f: (-len(f[0][0]), sorted(f[0][0]), f[0][1])
        ):
            if sum(held[m] for m in members) == held.get(parent):
                for role in list(self.cells):
                    parts = [self.get(role, m) for m in members]
                    if all(n is not None for n in parts):
                        self.fill(role, parent, sum(n for n in parts if n is not None))

    def _within(self, made: System) -> None:
        """What adds up inside each group: everyone = asked + by design, asked = answered + missing, and levels."""
        fixed = ((PEOPLE, (ASKED, BY_DESIGN)), (ASKED, (ANSWERED, MISSING)),
                 *(((PEOPLE, (ANSWERED, WITHOUT)), (WITHOUT, (MISSING, BY_DESIGN))) if WITHOUT in self.cells else ()),
                 (BY_DESIGN, tuple(r for r in DESIGN.values() if r in self.cells)))  # fmt: skip
        for whole, parts in fixed:
            for g in self.cells.get(whole, {}):
                if parts and all(self.get(p, g) is not None for p in parts):
                    self._sum(made, whole, parts, g)
        for split in list(self.splits):
            here = [g for g in self.cells.get(split.whole, {})
                    if split.partial or all(self.get(p, g) is not None for p in split.parts)]  # fmt: skip
            closed = all(sum(self.get(p, g) or 0 for p in split.parts) == self.cells[split.whole][g] for g in here)
            for g in here:
                if closed or split.whole == MISSING:  # who has no answer has one reason, whatever other groups say
                    self._sum(made, split.whole, split.parts, g)
                if (not closed and not split.partial) or split.sensitive:
                    for part in split.parts:
                        self.fill(f"{NOT}{part}", g, self.cells[split.whole][g] - self.cells[part][g])
                        self._sum(made, split.whole, (part, f"{NOT}{part}"), g)

    def _sum(self, made: System, whole: str, parts: Iterable[str], group: Conditions) -> None:
        facts = tuple(self.fact(p, group) for p in parts if self.get(p, group) is not None)
        if sum(f.n for f in facts) == self.cells[whole][group]:
            made.sums.append((self.fact(whole, group), facts))

    def _between(self, made: System) -> None:
        """Groups that make up another, by what was counted; of the others, everyone else is a group too."""
        for role, held in self.cells.items():
            if role.startswith(NOT):
                continue
            for (parent, name), members in families(held).items():
                if parent not in held:
                    continue
                whole = self.fact(role, parent)
                facts = tuple(self.fact(role, m) for m in members)
                if sum(f.n for f in facts) == whole.n:
                    made.sums.append((whole, facts))
                    continue
                for member, fact in zip(members, facts, strict=True):
                    level = dict(member)[name]
                    rest = self.who(role, parent | {(name, f"{NOT}{level}")})
                    if whole.n >= fact.n:
                        made.sums.append((whole, (fact, Fact(rest, whole.n - fact.n))))

    def _united(self, made: System) -> None:
        """Groups that are others together, by what was counted, wherever all of them are held."""
        for whole, parts in self.unions:
            for role, held in self.cells.items():
                if whole in held and all(p in held for p in parts) and held[whole] == sum(held[p] for p in parts):
                    made.sums.append((self.fact(role, whole), tuple(self.fact(role, p) for p in parts)))

    def _given(self, made: System, below: int) -> None:
        """How many people a group has is given to its variables; and to all, how many there were at a wave, which the
        flow says, and that nobody was left out by design where no line says so."""
        held = self.cells.get(PEOPLE, {})
        if not any(role in self.cells for role in DESIGN.values()):
            self.known |= dict.fromkeys((BY_DESIGN, g) for g, n in self.cells.get(BY_DESIGN, {}).items() if not n)
        if not self.term:
            whole = [g for g in held if all(name in ("wave", "table") for name, _ in g)]
            made.given = {f for g in whole if (f := self.fact(PEOPLE, g)).n >= below}
            return
        made.given = {self.fact(PEOPLE, g) for g in held} | {self.fact(*place) for place in self.known}
        known = {f.who for f in made.given}
        asked = {parent for parent, _ in self.asked_as or ()}
        made.given |= {f for whole, parts in made.sums for f in (whole, *parts)
                       if not any(name in (self.term, *asked) for name, _ in f.who) and f.who not in known}  # fmt: skip

    def _small(self, made: System, below: int) -> None:
        """Counts from 1 to below - 1, and of a sensitive variable also those of no one (or all) who answered it."""
        every = {f: None for whole, parts in made.sums for f in (whole, *parts)} | dict.fromkeys(made.rows)
        made.needed = {f: below for f in every if 0 < f.n < below and (f not in made.given or not self.term)}
        for split in self.splits:
            for part in (*split.parts, *(f"{NOT}{p}" for p in split.parts)) if split.sensitive else ():
                for g, n in self.cells.get(part, {}).items():
                    if n == 0 and self.cells[split.whole].get(g, 0) > 0:
                        made.needed[self.fact(part, g)] = below
        made.needed |= dict.fromkeys(self._nobody_in_columns(), below)
        for place in self.supposed:
            made.needed.pop(self.fact(*place), None)
        for (role, group), least in self.needed.items():
            made.needed[self.fact(role, group)] = least

    def _nobody_in_columns(self) -> list[Fact]:
        """Levels (and groups) of which no one stands in one of the columns of a sensitive variable and some in others:
        as the variable's own line has it in columns of these."""
        found = []
        for role, held in self.cells.items() if self.sensitive else ():
            for (_, name), members in families(held).items() if role == PEOPLE or not role.startswith("|") else ():
                levels = [m for m in members if dict(m)[name] not in (MISSING, *DESIGN.values())]
                if name in self.sensitive and role not in (MISSING, *DESIGN.values()) and any(held[m] for m in levels):
                    found += [self.fact(role, m) for m in levels if not held[m] and not dict(m)[name].startswith("|")]
        return found


def _plus(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a + b


def sheet_of(sheets: dict[str, Sheet], term: str) -> Sheet:
    return sheets.setdefault(term, Sheet(term))
