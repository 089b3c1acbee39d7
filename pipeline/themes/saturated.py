"""Whether further interviews of a study brought new themes, as its file asks for it: numbers and sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.errors import Mistake
from pipeline.results import ALL, NOBODY, Key, Number, Sentence
from pipeline.study import Study
from pipeline.study.compared import Gathered, SaturationSpec
from pipeline.themes.clean_coding import UNORDERED, CleanedCoding
from pipeline.themes.coding import Coding
from pipeline.themes.gathered import counted, gathered
from pipeline.themes.saturation import Flags, Orders, Saturation, over_orders, saturation

KIND = NAME = "saturation"
INTERVIEWS, INTERVIEW, BASE, RUN, STOP, ORDERS = "interviews", "interview", "base", "run", "stop", "orders"
"""Terms of its numbers: all interviews, one of them (its level: its place), and the parts of the rule."""
PARTLY = (
    "Of some interviews the place in the order of collection is not known: those without a number or date of their own "
    "stand last, those that share one stand as the files have them, and another order might give another answer."
)
HALF, MOST = 0.5, 0.95
"""Shares of the random orders of which it is said by which interview they had reached it."""


@dataclass(frozen=True, eq=False)
class Found:
    """people: how many gave the interviews, of which one person may have given several. fewest: of a sensitive theme,
    in how many interviews it is, or 1 where it is in none. unordered: whether it is not known of all when they were."""

    by: Gathered
    people: int
    one: Saturation
    orders: Orders | None
    fewest: float = NOBODY
    unordered: bool = False


def _asked(study: Study) -> SaturationSpec | None:
    return study.interviews.saturation_asked if study.interviews is not None else None


def saturated(cleaned: CleanedCoding, study: Study, rng: np.random.Generator) -> Found | None:
    """What the study file asks for, where ``unfit`` has found nothing against it; None where it asks for nothing."""
    asked = _asked(study)
    if asked is None or study.interviews is None:
        return None
    by = counted(study)
    names = gathered(cleaned, by)
    there = present(cleaned.coding, names)
    delicate = np.array([study.interviews.is_sensitive(codes) for codes in names.values()], dtype=bool)
    fewest = float(there[:, delicate].sum(axis=0).clip(min=1).min()) if delicate.any() else NOBODY
    rule = (asked.base, asked.run, asked.threshold / 100)
    orders = over_orders(there, rng, asked.orders, *rule) if asked.orders else None
    one, unordered = saturation(there, *rule), cleaned.ruled("order", UNORDERED)
    return Found(by, _people(cleaned.coding), one, orders, fewest, unordered)


def present(coding: Coding, names: Mapping[str, Sequence[str]]) -> Flags:
    """Whether any coder gave a theme in an interview: shape (interviews, themes), interviews in their order; those in
    which nothing was coded are interviews, too."""
    row = coding.segments["document"].map(coding.documents["order"]).to_numpy(dtype=np.int64)
    code = coding.segments["code"].to_numpy()
    found = np.zeros((len(coding.documents), len(names)), dtype=bool)
    for at, codes in enumerate(names.values()):
        found[row[np.isin(code, list(codes))], at] = True
    return found


def _people(coding: Coding) -> int:
    """A document of several people, or of nobody known, counts as one."""
    whose = coding.documents["participant"]
    return int(whose[whose != ""].nunique() + (whose == "").sum())


def unfit(cleaned: CleanedCoding, study: Study) -> Iterator[Mistake]:
    """What the files have against the study file's ``saturation``."""
    asked = _asked(study)
    if asked is None:
        return
    at = ("interviews", KIND)
    there = present(cleaned.coding, gathered(cleaned, counted(study)))
    if len(there) < asked.base + asked.run:
        yield Mistake(study.where(*at), f"{len(there)} interviews are fewer than a base of {asked.base} and a run of "
                      f"{asked.run}.", "Write a smaller base or run, or leave it out.")  # fmt: skip
    elif not there[: asked.base].any():
        yield Mistake(study.where(*at), f"the first {asked.base} interviews, the base, have none of what is counted.",
                      "Look whether they were coded, and whether the order is right.")  # fmt: skip


def numbers(found: Found, one_by_one: bool = True) -> Iterator[Number]:
    """Numbers of themes, not of people; what single interviews could tell of people, the door judges by their place.
    one_by_one: whether there is a line an interview; where counts of people are rounded their number would tell of how
    many people they are. How many themes there are in the end tells whether anybody told of a sensitive one, and so it
    and the curve stand on as many as did.
    """
    one = found.one
    interviews = len(one.new)
    yield _number((INTERVIEWS, ""), "n", interviews, found.people)
    yield _number((INTERVIEWS, ""), "themes", int(one.new.sum()), found.fewest)
    yield _number((BASE, ""), "interviews", one.base)
    yield _number((BASE, ""), "themes", one.base_themes)
    yield _number((RUN, ""), "interviews", one.run)
    yield _number((RUN, ""), "threshold", 100 * one.limit, decimals=0 if (100 * one.limit).is_integer() else 1)
    yield _number((STOP, ""), "interviews", math.nan if one.at is None else one.at)
    if one_by_one:
        yield from (n._replace(people=found.fewest) for n in _curve(one))
    if found.orders is not None:
        yield from (n._replace(people=found.fewest) if n.key.term == INTERVIEW else n
                    for n in _orders(found.orders, one_by_one))  # fmt: skip


def _curve(one: Saturation) -> Iterator[Number]:
    for at, (new, seen) in enumerate(zip(one.new.tolist(), one.curve.tolist(), strict=True)):
        yield _number((INTERVIEW, str(at + 1)), "new", new)
        yield _number((INTERVIEW, str(at + 1)), "themes", seen)
    for at, share in enumerate(one.shares.tolist(), one.base):
        yield _number((INTERVIEW, str(at + 1)), "share", 100 * share, decimals=1)


def _orders(orders: Orders, one_by_one: bool) -> Iterator[Number]:
    for at in range(orders.curve.shape[1] if one_by_one else 0):
        for statistic, value in zip(("low", "middle", "high"), orders.curve[:, at].tolist(), strict=True):
            yield _number((INTERVIEW, str(at + 1)), statistic, value)
    half, most = (v if math.isfinite(v) else math.nan for v in orders.within([HALF, MOST]))
    yield _number((ORDERS, ""), "orders", len(orders.reached))
    yield _number((ORDERS, ""), "reached", 100 * orders.share)
    yield _number((ORDERS, ""), "half", half)
    yield _number((ORDERS, ""), "most", most)


def _number(line: tuple[str, str], statistic: str, value: float, people: float = NOBODY, decimals: int = 0) -> Number:
    return Number(Key(KIND, NAME, *line, ALL, statistic), value, people, decimals)


def _key(term: str, statistic: str, level: str = "") -> Key:
    return Key(KIND, NAME, term, level, ALL, statistic)


def sentences(found: Found, asked: SaturationSpec) -> Iterator[Sentence]:
    """Whether it was reached, as ``6+2``; how the order of the interviews matters; what the order is."""
    one = found.one
    rule = {"base": _key(BASE, "interviews"), "run": _key(RUN, "interviews"), "most": _key(RUN, "threshold")}
    if one.at is not None:
        keys = {**rule, "at": _key(STOP, "interviews")}
        yield Sentence(
            f"Saturation was reached at {{at}}+{{run}}: in the {{run}} interviews after the first {{at}}, new "
            f"{found.by} were no more than {{most}}% of those of the first {{base}}.", keys,
        )  # fmt: skip
    else:
        keys = {**rule, "n": _key(INTERVIEWS, "n")}
        yield Sentence(
            "Saturation was not reached within the {n} interviews: in every {run} of them in a row, new "
            f"{found.by} were more than {{most}}% of those of the first {{base}}.", keys, caveat=True,
        )  # fmt: skip
    if found.orders is not None:
        yield from _over_orders(found.orders)
    if asked.order == "files":
        yield Sentence("The order of collection is not known; interviews stand as the files have them, and another "
                       "order would give another answer.", caveat=True)  # fmt: skip
    elif found.unordered:
        yield Sentence(PARTLY, caveat=True)


def _over_orders(orders: Orders) -> Iterator[Sentence]:
    """In how many orders, and by when; an order that never reached it is later than any interview."""
    half, most = (_key(ORDERS, s) for s in ("half", "most"))
    said, keys = "", {"orders": _key(ORDERS, "orders"), "reached": _key(ORDERS, "reached")}
    for words, name, key, share in (("half", "half", half, HALF), ("95%", "late", most, MOST)):
        if math.isfinite(orders.within([share])[0]):
            said += f"{', and' if said else ':'} {words} of all orders had reached it after {{{name}}} interviews"
            keys[name] = key
    yield Sentence(f"In {{orders}} random orders of the same interviews it was reached in {{reached}}%{said}.", keys)
