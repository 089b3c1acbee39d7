"""What is published, as somebody reads it who knows the study file: lines of counts, percentages and moments.

It shares no code with ``pipeline.disclosure``: what is printed is read from the rows of ``results.csv`` alone.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

Key = tuple[str, str, str, str, str, str]
Published = Mapping[Key, tuple[float, str]]
"""Key -> value (NaN where withheld) and text, as ``results.csv`` has them."""

MOMENTS = ("mean", "sd", "median", "q1", "q3")
BY_WEIGHT = "weighted_"
REASONS = ("Missing", "Not asked", "Not applicable")
DESIGN = {"not asked": "Not asked", "not applicable": "Not applicable"}
HIDDEN = "[c]"
Where = frozenset[tuple[str, str]]


@dataclass(frozen=True)
class Known:
    """What the study file says, which is public: at which wave a table's people are (``""``: there are no waves), all
    waves, and which variables allow several answers.

    whole: variables and scales of whole numbers. values: the scores that are possible, where they are few. spans:
    variable -> level or bin -> the least and the greatest whole number in it. by: how far below and above its printed
    value a rounded count may lie. totals: whether a total is the sum of rounded counts.
    due: waves in the order in which people are due at them. percent: tables of row or cell percentages -> which.
    table_of: printed tables, flows, variables and scales -> the raw table that they are about, if not ``main``.
    """

    wave_of: Mapping[str, str]
    waves: tuple[str, ...] = ()
    several: frozenset[str] = frozenset()
    whole: frozenset[str] = frozenset()
    values: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    spans: Mapping[str, Mapping[str, tuple[float, float]]] = field(default_factory=dict)
    table_of: Mapping[str, str] = field(default_factory=dict)
    main: str = ""
    by: tuple[int, int] = (0, 0)
    totals: bool = False
    due: tuple[str, ...] = ()
    percent: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Line:
    """One count: who (groups) and which states of the variable; None: people, whatever their state. alone: it is exact,
    or was rounded by itself."""

    where: Where
    states: frozenset[str] | None
    value: float
    text: str
    key: Key
    alone: bool = True


@dataclass
class Told:
    """All that is printed of one variable (or of one answer of several).

    later: how many joined later -> who is there at that wave, and who was followed to it from the first.
    """

    name: str
    counts: list[Line] = field(default_factory=list)
    percents: list[tuple[Line, Line, str]] = field(default_factory=list)
    moments: dict[Where, dict[str, str]] = field(default_factory=dict)
    none: set[tuple[Where, str]] = field(default_factory=set)
    levels: dict[str, None] = field(default_factory=dict)
    later: dict[Key, tuple[Where, Where, float]] = field(default_factory=dict)


def path_of(group: str, known: Known, name: str, of: str = "") -> Where:
    """``wave=6 months;programme=A``; what a table of those followed says of a later wave is a property of the people of
    the first. of: what the raw table is known by, where that is not the name."""
    parts = [] if group == "All" else [p.partition("=")[::2] for p in group.split(";")]
    if parts and parts[-1][0] in ("due", "followed"):
        at = ";".join("=".join(p) for p in parts if p[0] not in ("due", "followed"))
        parts = [(f"{at};{p[0]}", p[1]) for p in parts if p[0] in ("due", "followed")]
    wave = known.wave_of.get(name, "")
    if wave and not any(n == "wave" for n, _ in parts):
        parts.append(("wave", wave))
    return frozenset([*parts, ("table", known.table_of.get(of or name, known.main))])


def _whom(where: Where, everyone: Where) -> Where:
    """Of whom a share is, that is said of a column: of those due, where they were followed or lost."""
    said = {pair for pair in where if pair[0].endswith(";followed")}
    return where - said if said and any(name.endswith(";due") for name, _ in where) else everyone


def read(published: Published, known: Known) -> dict[str, Told]:
    """Everything that is printed, by variable; under ``""`` how many people there are in a group."""
    told: dict[str, Told] = {"": Told("")}
    of_several: list[Key] = []
    for key, (value, text) in published.items():
        kind, name, term, level, group, statistic = key
        if statistic.startswith(BY_WEIGHT):
            if (moment := statistic.removeprefix(BY_WEIGHT)) in MOMENTS and _alike(published, key):
                where = path_of(group, known, "", name) if kind == "scale" else path_of(group, known, name)
                one = term if kind == "participants" else name
                told.setdefault(one, Told(one)).moments.setdefault(where, {})[moment] = text
            continue
        if kind in ("participants", "programmes"):
            where = path_of(group, known, name)
            if (term, statistic) == (LATER, "n"):
                _later(told[""], key, where, value, known)
            elif term == CAME:
                _early(told.setdefault(CAME, Told(CAME)), key, where, value, text)
            elif not term:
                _head(told[""], key, where, _whom(where, path_of("All", known, name)), value, text)
            elif term and term not in known.several:
                _participants(told.setdefault(term, Told(term)), published, key, where, known)
            elif term in known.several:
                _several(told, published, key, where, known)
        elif (kind, name) == ("quality", "missingness") and term not in known.several:
            _missingness(told.setdefault(term, Told(term)), published, key, path_of(group, known, "", term))
        elif (kind, name) == ("quality", "missingness"):
            of_several.append(key)
        elif kind == "scale":
            _scale(told.setdefault(name, Told(name)), key, path_of(group, known, "", name), value, text)
        elif kind == "flow" and term == "kept" and statistic == "people" and (known.waves == () or group != "All"):
            told[""].counts.append(Line(path_of(group, known, "", name), None, value, text, key))
    for key in of_several:  # who did not answer is missing from each answer alike
        where = path_of(key[4], known, "", key[2])
        for one in [t for t in told.values() if t.name.startswith(f"{key[2]}=")] or [
            told.setdefault(key[2], Told(key[2]))
        ]:
            _missingness(one, published, key, where)
    _silent(told, published, known)
    if known.totals:
        for one in told.values():
            one.counts = [replace(line, alone=_alone(line.key, published)) for line in one.counts]
    return told


def _alike(published: Published, key: Key) -> bool:
    """Whether the weights of a group are all the same, as far as its effective n is printed: then they move nothing."""
    kind, name, _, _, group, _ = key
    n, effective = (published.get((kind, name, "", "", group, s), (math.nan, ""))[0] for s in ("n", "effective_n"))
    return abs(n - effective) < 0.06


def _as_of_the_first(group: str) -> str:
    """What a table of those followed says of a later wave, as one property of its people."""
    return re.sub(r"^wave=([^;]*);(?=due=|followed=)", r"wave \1 ", group)


def _alone(key: Key, published: Published) -> bool:
    """Whether a rounded count is not the sum of others: of the same of each group, or of the levels. A sum says nothing
    that the others do not. What a level's percentage is of is printed as the answers of its group are."""
    kind, name, term, level, group, statistic = key
    if level and statistic == "denominator":
        for base in (("", group, statistic), (level, "All", "n"), ("", "All", statistic)):
            one = (kind, name, term, *base)
            if published.get(one, (math.nan, ""))[0] == published[key][0] and not _alone(one, published):
                return False
    beside = [k for k in published if k[:3] == key[:3]]
    here = _as_of_the_first(group)
    depth = 0 if group == "All" else 1 + here.count(";")
    by: dict[str, list[float]] = {}
    for k in beside:
        there = _as_of_the_first(k[4])
        inside = k[4] != "All" and there.count(";") == depth and (not depth or there.startswith(f"{here};"))
        if k[3] == level and k[5] == statistic and inside:
            by.setdefault(there.split(";")[-1].partition("=")[0], []).append(published[k][0])
    if not level or statistic == "denominator":
        by["|levels"] = [published[k][0] for k in beside if k[3] and k[4] == group and k[5] == "n" and term
                         and not k[3].startswith((*REASONS, *DESIGN))]  # fmt: skip
        by["|level"] = [published[k][0] for k in beside if k[3] == level and k[4] == "All" and k[5] == "n" and level]
    return not any(parts and sum(parts) == published[key][0] for parts in by.values())


ANSWERED, MISSING = "|answered", "|missing"
LATER, CAME = "joined later", "came"


def _later(heads: Told, key: Key, where: Where, value: float, known: Known) -> None:
    """People of a later wave who were not there at the first."""
    wave = dict(where).get("wave", "")
    if wave in known.waves[1:]:
        table = frozenset(pair for pair in where if pair[0] == "table")
        followed = {("wave", known.waves[0]), (f"wave={wave};followed", "Followed")}
        heads.later[key] = table | {("wave", wave)}, table | followed, value


def _early(told: Told, key: Key, where: Where, value: float, text: str) -> None:
    """Who came before a wave was due, of those who were followed to it."""
    told.levels |= {key[3]: None, "|in time": None}
    told.counts.append(Line(where, frozenset({key[3]}) if key[5] == "n" else None, value, text, key))


def _head(heads: Told, key: Key, where: Where, everyone: Where, value: float, text: str) -> None:
    """How many people stand in a column; its denominator and percentage are of all in the table."""
    if key[5] == "percent":
        heads.percents.append((Line(where, None, value, text, key), Line(everyone, None, math.nan, "", key), text))
    elif key[5] in ("n", "denominator"):
        heads.counts.append(Line(where if key[5] == "n" else everyone, None, value, text, key))


def _participants(told: Told, published: Published, key: Key, where: Where, known: Known) -> None:
    _, name, _, level, _, statistic = key
    everyone = path_of("All", known, name)
    in_all = frozenset(pair for pair in where if pair[0] in ("wave", "table"))
    value, text = published[key]
    if statistic in MOMENTS:
        told.moments.setdefault(where, {})[statistic] = text
        return
    state = {"Missing": MISSING}.get(level, level)
    by_level = level and (*key[:3], "", key[4], "denominator") not in published  # of the level's people in all groups
    base = (_whom(where, everyone), frozenset({state})) if by_level else (where, frozenset({ANSWERED}))
    if level and known.percent.get(name) == "row":
        base = in_all, frozenset({state})
    elif level and known.percent.get(name) == "cell":
        base = in_all, frozenset({ANSWERED})
    if statistic == "denominator":
        told.counts.append(Line(*base, value, text, key))
        return
    if statistic == "missing":
        told.counts.append(Line(where, frozenset({MISSING}), value, text, key))
        return
    if level and level not in REASONS:
        told.levels[level] = None
    if statistic == "n" and level:
        told.counts.append(Line(where, frozenset({state}), value, text, key))
    elif statistic == "percent" and level:
        whole = Line(*base, math.nan, "", key)
        told.percents.append((Line(where, frozenset({state}), value, text, key), whole, text))


def _several(told: dict[str, Told], published: Published, key: Key, where: Where, known: Known) -> None:
    """Each answer is a question of its own: chosen or not."""
    kind, name, term, level, group, statistic = key
    every = dict.fromkeys(k[3] for k in published if k[:3] == key[:3] and k[3] and k[3] not in REASONS)
    for answer in [level] if level and level not in REASONS else every:
        one = told.setdefault(f"{term}={answer}", Told(f"{term}={answer}"))
        one.levels |= {answer: None, "|not chosen": None}
        _participants(one, published, key, where, known)


def _missingness(told: Told, published: Published, key: Key, where: Where) -> None:
    _, _, _, level, _, statistic = key
    value, text = published[key]
    state = DESIGN.get(level) or (f"{MISSING}:{level}" if level else MISSING)
    asked = None if level in DESIGN else frozenset({ANSWERED, MISSING})
    if statistic == "n":
        told.counts.append(Line(where, frozenset({state}), value, text, key))
    elif statistic == "denominator":
        told.counts.append(Line(where, asked, value, text, key))
    else:
        whole = Line(where, asked, math.nan, "", key)
        told.percents.append((Line(where, frozenset({state}), value, text, key), whole, text))


def _scale(told: Told, key: Key, where: Where, value: float, text: str) -> None:
    _, _, term, level, _, statistic = key
    if statistic in MOMENTS:
        told.moments.setdefault(where, {})[statistic] = text
    elif term == "distribution":
        told.levels[f"|bin {level}"] = None
        told.counts.append(Line(where, frozenset({f"|bin {level}"}), value, text, key))
    elif statistic in ("n", "missing"):
        state = MISSING if statistic == "missing" else level or ANSWERED
        told.counts.append(Line(where, frozenset({state}), value, text, key))


def _silent(told: Mapping[str, Told], published: Published, known: Known) -> None:
    """A table prints no line for what does not occur in any of its columns; where answers overlap and there is none for
    all, that says nothing of those who stand in no column."""
    tables: dict[tuple[str, str, str], set[str]] = {}
    columns: dict[tuple[str, str, str], set[str]] = {}
    for kind, name, term, level, group, _ in published:
        if kind == "participants" and term:
            tables.setdefault((kind, name, term), set()).add(level)
            columns.setdefault((kind, name, term), set()).add(group)
    for (kind, name, term), levels in tables.items():
        shown = columns[kind, name, term]
        wheres = [path_of(group, known, name) for group in (["All"] if "All" in shown else sorted(shown))]
        for each in [t for t in told.values() if t.name == term or t.name.startswith(f"{term}=")]:
            if not any(line.key[1] == name for line in each.counts):
                continue
            for word in REASONS:
                if word not in levels and "" in levels:
                    each.none |= {(here, MISSING if word == "Missing" else word) for here in wheres}


def ends(text: str) -> tuple[float, float] | None:
    """From where to where a printed number may have been rounded."""
    if text in (HIDDEN, "NA", ""):
        return None
    value = float(text.replace("\u2212", "-").replace(",", ""))
    half = 0.5 * 10.0 ** -len(text.partition(".")[2])
    return value - half, value + half
