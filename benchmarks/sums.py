"""What adds up outside a variable's own table: flows, people of a model, answers filled in, codes counted as another,
people with a score at two waves.

A reader knows which of these are sums and parts of others. A sum that does not hold in truth (people who come at two
waves) is not written down: a reader who did so would recover what is wrong.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import coo_array

from benchmarks.printed import Key, Known, Published

WORDS = ("n", "missing", "denominator", "events", "people")
Row = tuple[Mapping[Key, float], float, float]
"""Numbers with their weights, and from where to where the weighted sum lies."""


def belongs(key: Key) -> bool:
    kind, name, term, _, _, statistic = key
    if kind == "flow":
        return statistic == "people"
    by_name = kind == "quality" and name in ("prorated", "counted_as")
    return statistic in WORDS and (by_name or kind in ("model", "mediation", "reliability")) and term != "cluster size"


def recovered(out: Published, known: Known, real: Mapping[Key, float], below: int) -> tuple[int, list[str]]:
    """How many small counts stand in such sums, and those that are known to be small (rounded ones: exactly)."""
    keys = [k for k in out if belongs(k)]
    keys += dict.fromkeys(whole for k in keys for whole in _of_waves(k, out, known) if whole not in keys)
    at = {key: i for i, key in enumerate(keys)}
    alone = [{whole: 1.0, k: -1.0} for k in keys for whole in _of_waves(k, out, known)]
    sums = [*_sums(keys), *((terms, 0.0, math.inf) for terms in alone)]
    rows = [*_printed(keys, out, known), *(r for r in sums if _holds(r, real))]
    attacked, found = 0, []
    for terms in [*({k: 1.0} for k in keys), *_rests(at), *alone]:
        n = sum(weight * real[k] for k, weight in terms.items())
        if not 0 < n < below:
            continue
        attacked += 1
        if any(known.by):
            other = _possible(rows, at, (terms, n + 1, math.inf)) or _possible(rows, at, (terms, -math.inf, n - 1))
        else:
            other = _possible(rows, at, (terms, float(below), math.inf))
        if not other:
            found.append(f"{' less '.join(' / '.join(k) for k in terms)}: {n:g} is known")
    return attacked, found


def _printed(keys: list[Key], out: Published, known: Known) -> Iterator[Row]:
    for key in keys:
        value, _ = out[key]
        if not math.isnan(value):
            low, high = known.by if value else (0, 0)
            yield {key: 1.0}, value - low, value + high


def _sums(keys: list[Key]) -> Iterator[Row]:
    """Sums and parts that may hold."""
    here = set(keys)
    for key in keys:
        kind, name, term, level, group, statistic = key
        whole = with_(key, statistic="denominator")
        if statistic in ("n", "events", "missing") and whole in here:
            yield {whole: 1.0, key: -1.0}, 0, math.inf
        if statistic == "denominator" and term == "" and {with_(key, statistic=s) for s in ("n", "missing")} <= here:
            yield {key: 1.0, with_(key, statistic="n"): -1.0, with_(key, statistic="missing"): -1.0}, 0, 0
        if statistic == "missing" and term and (total := with_(key, term="", level="")) in here:
            yield {total: 1.0, key: -1.0}, 0, math.inf
        if kind == "flow" and term == "read" and with_(key, term="kept") in here:
            out = [k for k in keys if k[:2] == key[:2] and k[2] == "left out" and k[4] == group]
            yield {key: 1.0, with_(key, term="kept"): -1.0} | dict.fromkeys(out, -1.0), 0, 0
        if group == "All":
            parts: dict[str, list[Key]] = {}
            for k in keys:
                if k[:4] == key[:4] and k[5] == statistic and k[4] != "All" and ";" not in k[4]:
                    parts.setdefault(k[4].partition("=")[0], []).append(k)
            for some in parts.values():
                yield {key: 1.0} | dict.fromkeys(some, -1.0), 0, 0
                yield from (({key: 1.0, k: -1.0}, 0, math.inf) for k in some)
        if name == "counted_as" and ": " in level and (upper := with_(key, level=level.split(": ")[0])) in here:
            yield {upper: 1.0, key: -1.0}, 0, math.inf


def _of_waves(key: Key, out: Published, known: Known) -> Iterator[Key]:
    """Of how many people those with a score at two waves are a part: who has one at either, and, of those of the first
    wave, who was followed to the other."""
    kind, name, term, _, group, statistic = key
    if (kind, statistic) != ("reliability", "n") or not term.startswith("since "):
        return
    first = term.removeprefix("since ")
    for wave in (f"wave={first}", group):
        if (whole := ("scale", name, "", "", wave, "n")) in out:
            yield whole
    for k in out if first in known.waves[:1] else ():
        there = k[4].startswith(group) and k[4].endswith(";followed=Followed")
        if k[0] == "participants" and (k[2] in ("", name)) and k[3] == "" and there and k[5] in ("n", "denominator"):
            yield k


def with_(key: Key, **new: str) -> Key:
    """The key with some of its words exchanged."""
    kind, name, term, level, group, statistic = key
    of = {"term": term, "level": level, "group": group, "statistic": statistic} | new
    return kind, name, of["term"], of["level"], of["group"], of["statistic"]


def _rests(at: Mapping[Key, int]) -> Iterator[dict[Key, float]]:
    """Whole less part: those who were not counted."""
    for key in at:
        whole = with_(key, statistic="denominator")
        if key[5] == "n" and whole in at:
            yield {whole: 1.0, key: -1.0}


def _holds(row: Row, real: Mapping[Key, float]) -> bool:
    terms, low, high = row
    total = sum(weight * real[k] for k, weight in terms.items())
    return low - 1e-9 <= total <= high + 1e-9


def _possible(rows: list[Row], at: Mapping[Key, int], asked: Row) -> bool:
    """Whether whole numbers, none below zero, keep all rules and lie where is asked."""
    every = [*rows, asked]
    i = [r for r, (terms, *_) in enumerate(every) for _ in terms]
    j = [at[k] for terms, *_ in every for k in terms]
    v = [w for terms, *_ in every for w in terms.values()]
    matrix = coo_array((v, (i, j)), shape=(len(every), len(at))).tocsc()
    limits = LinearConstraint(matrix, np.array([r[1] for r in every]), np.array([r[2] for r in every]))
    ones = np.ones(len(at))
    return milp(0 * ones, constraints=limits, bounds=Bounds(0.0, np.inf), integrality=ones).x is not None
