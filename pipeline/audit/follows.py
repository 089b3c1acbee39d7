"""Ratios, differences, NNT, χ² and P against the counts of two groups that stand beside them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from pipeline.audit import across, estimates, methods, shares, tested
from pipeline.audit.effects import (
    Effect,
    Interval,
    Two,
    chi_square,
    needed_to_treat,
    odds_ratio,
    relative_reduction,
    risk_difference,
    risk_ratio,
    z_of,
)
from pipeline.audit.estimates import DIFFERENCE, NNT, RATIO, RISK, RRR, Estimate
from pipeline.audit.figures import figure
from pipeline.audit.findings import EFFECT, INTERVAL, LIKELY, LOOK, N_DIFFERS, Finding
from pipeline.audit.numbers import NUM, Number, number
from pipeline.audit.pairs import pairs
from pipeline.audit.passages import Passage
from pipeline.audit.printed import Line
from pipeline.audit.sheet import Group, Sheet

_CHI = re.compile(rf"chi2\s*(?:\([^()]{{0,30}}\))?\s*(?:=|:|of|was|is|,)?\s*(?P<value>{NUM})")
_SCORE = re.compile(r"percentages\b[^.;]*\bNewcombe", re.I)
_IN_SD = re.compile(r"\bSMD\b|standardi[sz]ed", re.I)
_TIMES = re.compile(r"hazard|\bHR\b|\brate\b|IRR", re.I)
_N = re.compile(r"(?<!\w)N(?!\w)[^.;,:()/]{0,30}")
_NAMED = re.compile(
    rf"(?P<name>(?i:relative (?:risk )?reduction|numbers? need(?:ed)? to (?:treat|harm)|relative risk"
    r"|(?:odds|risk) ratio|risk difference|absolute (?:risk )?(?:reduction|difference))|\b(?:RRR|NNT|RR|OR|RD|ARR)\b)"
    rf"\s*(?:=|:|of|was|is|,)?\s*(?<![\w.])(?P<value>{NUM})\s*(?P<percent>%)?"
)


def in_words(passage: Passage) -> tuple[list[Finding], int, set[str]]:
    """(findings, how many effects were recomputed, which of them the counts give) of a paragraph's pairs of groups."""
    words = passage.plain
    known = list(estimates.in_words(passage))
    found, count, given = list(shares.check(passage, known)), 0, set[str]()
    some = pairs(words)
    for pair in some:
        start = pair.start
        of_pair = [e for e in known if start <= e.place[0] < pair.until]
        of_pair += [e for e in _bare(passage, words, start, pair.until)
                    if not any(e.place[0] < o.place[1] and o.place[0] < e.place[1] for o in of_pair)]  # fmt: skip
        for e in of_pair:
            if not e.adjusted and e.kind in (RATIO, RISK, RRR, NNT):
                told = list(_effect(e, pair.two))
                found, count = [*found, *told], count + 1
                given |= set() if told or _TIMES.search(e.name) else {str(e)}
        if not any(e.adjusted for e in of_pair):
            found += list(tested.in_words(passage, words[start : pair.until], pair.two))
        found += list(_chi(passage, words[start : pair.until], pair.two))
        if len(some) == 1:
            found += list(_people(passage, words, pair.two))
    return found, count, given


def _bare(passage: Passage, words: str, start: int, until: int) -> Iterator[Estimate]:
    """Effects that stand without an interval."""
    for m in _NAMED.finditer(words, start, until):
        yield Estimate(passage, estimates.kind_of(m["name"]), m["name"], number(m["value"]), None, None,
                       percent=bool(m["percent"]), adjusted=estimates.adjusted(words[max(0, m.start() - 40) : m.end()]),
                       place=m.span())  # fmt: skip


def of_shares(sheet: Sheet, known: Sequence[Estimate]) -> list[Estimate]:
    """The estimates of a table; where it says that intervals of differences of percentages are Newcombe's, those in
    lines of counts with percentages are such: held against their counts, and not to lie evenly."""
    if not any(_SCORE.search(note.words) for note in sheet.printed.notes):
        return list(known)
    lines = {m.line.place: group for group in sheet.groups for m in group.members if any(f.percent for f in m.figures)}
    found = []
    for e in known:
        group = lines.get(e.passage.place)
        shares = e.kind == DIFFERENCE or _compared(sheet, e.passage.column)
        if group is not None and shares and not _IN_SD.search(e.passage.column):
            # Counts of answers, and N of a line or of everyone, are not those of the two columns' people.
            own = not group.of_answers and not across.said(sheet)
            e = replace(e, kind=RISK if own else e.kind, uneven=True)
        found.append(e)
    return found


def in_table(sheet: Sheet, known: Sequence[Estimate]) -> tuple[list[Finding], set[str]]:
    """(findings, which effects the counts give) of a table's lines that hold the counts of two groups."""
    found, given = list[Finding](), set[str]()
    by_line: dict[str, list[Estimate]] = {}
    for e in known:
        if not e.adjusted and e.kind in (RATIO, RISK, RRR, NNT):
            by_line.setdefault(e.passage.place, []).append(e)
    groups = {m.line.place: group for group in sheet.groups for m in group.members}
    for line in sheet.printed.lines if by_line else ():
        group = groups.get(line.place)
        for e in by_line.get(line.place, ()):
            two = _two(sheet, line, group, _compared(sheet, e.passage.column))
            if two is None or not two.usable:
                continue
            told = list(_effect(e, two))
            given |= set() if told or _TIMES.search(e.name) else {str(e)}
            if e.p is not None and (len(group.members) if group else 1) <= 2:  # of several levels it is that of all
                told += list(tested.of_effect(e.passage, e.p, two, _candidates(e, two, 1.959964)))
            found += told
    return found, given


def _compared(sheet: Sheet, column: str) -> tuple[int, ...]:
    """The two columns of which another is the difference, as its heading names them (``Peer − Usual``); empty where it
    names none."""
    said = _same_signs(column)
    some = [(j, _same_signs(m.called)) for j, m in enumerate(sheet.measures) if m.called and not m.overall]
    found = [(i, j) for i, one in some for j, other in some if i != j and f"{one} - {other}" in said]
    return max(found, key=lambda pair: sum(len(sheet.measures[j].called) for j in pair), default=())


def _same_signs(words: str) -> str:
    return re.sub("[−–‒‐‑]", "-", words)


def _two(sheet: Sheet, line: Line, group: Group | None, among: tuple[int, ...] = ()) -> Two | None:
    """The line's events and people in two groups: ``40/297`` in the cells, or counts under columns that say their N.
    among: which two columns, where it is said."""
    found = []
    for j in among or range(len(sheet.measures)):
        measure = sheet.measures[j]
        if measure.overall or measure.count is None:
            continue
        shown = figure(line.cells[measure.count].words, swapped=measure.swapped)
        own = (group.totals[j] if group else None) or sheet.of[j]
        total = shown.total or (own[0] if own else None)
        if shown.n is not None and total is not None:
            found.append((shown.n, total))
    return Two(*found[0], *found[1]) if len(found) == 2 else None


def _candidates(e: Estimate, two: Two, z: float) -> list[tuple[str, Effect]]:
    """What the name can mean, with the groups in either order."""
    made: list[tuple[str, Effect | None]] = []
    for t in (two, two.flipped):
        if e.kind == RATIO:
            if not re.search(r"\bodds\b|OR", e.name):
                made.append(("RR", risk_ratio(t, z)))
            if not re.search(r"\brisks?\b|RR|\bhazard|HR|\brate\b|\bprevalence\b", e.name, re.I):
                made.append(("OR", odds_ratio(t, z)))
        elif e.kind == RISK:
            made.append(("risk difference", risk_difference(t, z)))
        elif e.kind == RRR:
            made.append(("relative risk reduction", relative_reduction(t, z)))
        else:
            made.append(("NNT", needed_to_treat(t, z)))
    return [(name, effect) for name, effect in made if effect is not None]


def _effect(e: Estimate, two: Two) -> Iterator[Finding]:
    """Whether a printed effect is one that the counts give, and its interval one of the usual methods'."""
    if _TIMES.search(e.name):
        return  # of times, not of counts
    z = z_of(e.level)
    some = _candidates(e, two, z or 1.959964)
    if not some:
        return
    fitting = [(name, f) for name, f in some if _near(e, e.value, f.value)]
    if fitting and (e.low is None or e.high is None or z is None or any(_all_fit(e, f) for _, f in fitting)):
        return
    less_usual = [(name, f) for name, f in _more(e, two, z or 1.959964) if _near(e, e.value, f.value)]
    if any(_all_fit(e, f) for _, f in less_usual):
        return
    if not fitting and not less_usual:
        name, first = min(some, key=lambda s: abs(s[1].value - float(e.value.value)))
        yield e.passage.finds(
            EFFECT, str(e), f"{e} does not follow from {two}: {name} would be {_shown(first.value, e.value)}",
            "consistent with an adjusted estimate, other people or an error", LIKELY,
        )  # fmt: skip
        return
    if e.low is None or e.high is None or z is None:
        return
    if any(f.intervals for _, f in fitting):
        name, first = fitting[0]
        told = " and ".join(
            f"{_shown(lo, e.low)} to {_shown(hi, e.high)} by {m}" for m, (lo, hi) in first.intervals.items()
        )
        yield e.passage.finds(
            INTERVAL, str(e), f"{e} is not reproduced by {'/'.join(first.intervals)} from {two}",
            f"recomputed {_shown(first.value, e.value, 1)} ({told}); consistent with another method or other people",
            LOOK,
        )  # fmt: skip


def _more(e: Estimate, two: Two, z: float) -> list[tuple[str, Effect]]:
    """By the less usual methods, with the groups in either order."""
    made = list[tuple[str, Effect]]()
    for t in (two, two.flipped):
        if e.kind == RATIO:
            if not re.search(r"\bodds\b|OR", e.name):
                made += methods.risk_ratios(t, z)
            if not re.search(r"\brisks?\b|RR|prevalence", e.name):
                made += methods.odds_ratios(t, z)
        elif e.kind == RISK:
            made += methods.risk_differences(t, z)
        elif e.kind == RRR:
            made += [(n, _turned(f, lambda v: 1 - v)) for n, f in methods.risk_ratios(t, z)]
        else:
            made += [(n, _turned(f, lambda v: 1 / v)) for n, f in methods.risk_differences(t.flipped, z)
                     if f.value and all(lo * hi > 0 for lo, hi in f.intervals.values())]  # fmt: skip
    return made


def _turned(effect: Effect, by: Callable[[float], float]) -> Effect:
    """The effect on a scale on which its limits change places."""
    return Effect(by(effect.value), {k: (by(high), by(low)) for k, (low, high) in effect.intervals.items()})


def _all_fit(e: Estimate, effect: Effect) -> bool:
    """Whether the printed limits, where there are any, are those of one method; the value is held to fit."""
    return e.low is None or e.high is None or any(_fits(e, limits) for limits in effect.intervals.values())


def _scales(e: Estimate) -> tuple[float, ...]:
    """A share may be printed as one, or in percent."""
    return (1.0,) if e.kind in (RATIO, NNT) else (100.0,) if e.percent else (1.0, 100.0)


def _near(e: Estimate, shown: Number, value: float) -> bool:
    return any(shown.near(value * s) or _cut(shown, value * s) or (e.kind == NNT and 0 <= float(shown.value) - value < 1
               and shown.decimals == 0) for s in _scales(e))  # fmt: skip


def _cut(shown: Number, value: float) -> bool:
    """Whether it is the value with the further digits cut off."""
    return 0 <= value - float(shown.value) < float(shown.step)


def _fits(e: Estimate, limits: Interval) -> bool:
    assert e.low is not None and e.high is not None
    return _near(e, e.low, limits[0]) and _near(e, e.high, limits[1])


def _shown(value: float, like: Number, more: int = 0) -> str:
    scale = 100 if like.value > 1 and abs(value) < 1 and like.decimals < 2 else 1
    return f"{value * scale:.{like.decimals + more}f}"


def _chi(passage: Passage, words: str, two: Two) -> Iterator[Finding]:
    """χ² of the two groups, which has one df."""
    some = chi_square(two)
    for m in _CHI.finditer(words):
        shown = number(m["value"])
        if re.search(r"\(\s*(?:df\s*=\s*)?(?!1\s*[,;)])\d", m[0]) or not some:
            continue
        if not any(shown.near(v) or _cut(shown, v) for v in some.values()):
            plain, yates = (f"{some[name]:.{shown.decimals + 1}f}" for name in ("Pearson", "Yates"))
            told = f"{plain} ({yates} with Yates's correction)"
            yield passage.finds(EFFECT, m[0], f"χ² {shown} does not follow from {two}: it would be {told}",
                                "consistent with an adjusted test, other people or an error", LIKELY)  # fmt: skip


def _people(passage: Passage, words: str, two: Two) -> Iterator[Finding]:
    """An N in the same paragraph that is nearly, but not quite, that of both groups together."""
    total = two.n + two.m
    for m in _N.finditer(words):
        for n in map(int, re.findall(r"(?<![\d.])\d{2,7}(?![\d%])", m[0])):
            if n != total and abs(n - total) <= max(2, total // 50) and n not in (two.n, two.m):
                yield passage.finds(N_DIFFERS, m[0], f"{m[0].strip()}: the two groups ({two}) add up to {total:,}",
                                    "say of whom each is")  # fmt: skip
