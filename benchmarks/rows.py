"""Which rows of ``results.csv`` the attack reads, which tell nothing of a count and why, and which it does not know."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import NamedTuple

from benchmarks.printed import HIDDEN, MOMENTS, Key, Published, Told
from benchmarks.sums import belongs

OF_A_CELL = (
    "ci_low", "ci_high", "weighted_percent", "weighted_mean", "weighted_sd", "weighted_median", "weighted_q1",
    "weighted_q3",
)  # fmt: skip
OF_A_TERM = (
    "smd", "p", "p_adjusted", "statistic", "df", "df2", "difference", "difference_low", "difference_high", "pairs",
)  # fmt: skip
OF_ESTIMATES = (
    "estimate", "std_error", "ci_low", "ci_high", "p", "df", "icc", "coefficients", "clusters", "min", "max",
    "e_value", "e_value_limit", "p_wild", "p_smallest", "p_proportional", "p_joint", "df2", "at", "p_holm", "p_bh",
    "coverage", "statistic", "df_effective", "explained", "value",
    "r_squared", "residual_sd", "skewness", "spread", "c_statistic", "dispersion", "slope_sd",
)  # fmt: skip
OF_A_MODEL = "of a model: read for its number of rows (freedom.py); saturated ones are attacked by tests"
OF_INTERVIEWS = "of coded interviews: attacked by tests (test_disclosure_interviewed.py)"
OF_ITEMS = (
    "alpha", "ci_low", "ci_high", "alpha_standardised", "omega", "lambda6", "between", "item_rest", "alpha_dropped",
)  # fmt: skip
OF_CHANGE = ("icc", "sem", "sdc")
OF_CODERS = (
    "percent", "cohen", "cohen_low", "cohen_high", "fleiss", "fleiss_low", "fleiss_high", "krippendorff", "ac1",
)  # fmt: skip
OF_TWO_CODERS = ("pabak", "prevalence", "bias", "shared", "n", "denominator")
OF_A_CURVE = ("new", "themes", "share", "low", "middle", "high", "n", "interviews", "threshold")
OF_ORDERS = ("orders", "reached", "half", "most")
OF_DECISIONS = "of coders and of the order of interviews: attacked by tests (test_disclosure_coders.py)"
SILENT = {
    ("agreement", "", (*OF_CODERS, *OF_TWO_CODERS)): OF_DECISIONS,
    ("saturation", "", (*OF_A_CURVE, *OF_ORDERS)): OF_DECISIONS,
    ("flow", "", ("rows", "clusters")): "rows and clusters are no people",
    ("model", "", OF_ESTIMATES): OF_A_MODEL,
    ("mediation", "", OF_ESTIMATES): OF_A_MODEL,
    ("themes", "", ("n", "denominator", "percent", "coders")): OF_INTERVIEWS,
    ("themes", "", ("documents", "segments", "n1", "n2", "n12", "cooccurrence", "quotations")): OF_INTERVIEWS,
    ("themes", "quoted", ("places",)): "of quotations, not of people",
    ("flow", "coded interviews", ("documents", "segments")): OF_INTERVIEWS,
    ("participants", "", ("effective_n",)): "made of weights",
    ("participants", "", ("without_cluster",)): "of nothing else that is printed",
    ("scale", "", ("effective_n",)): "made of weights",
    ("participants", "", ("cut_from", "cut_to", "fits_from", "fits_to")): "about figures printed elsewhere",
    ("programmes", "", ("tick", "inferred", "rows")): "of programmes, not of people",
    ("quality", "answers_missing", ("percent",)): "of all questions together: printed only where each question's are",
    ("quality", "cleaning", ("top_code",)): "declared",
    ("quality", "prorated", ("items", "max_missing")): "declared",
    ("quality", "ends", ("floor", "ceiling")): "whether more than 15 in 100, where neither answer says that few",
    ("quality", "to_look_at", ("n",)): "one count a wave, of an item that no table has: attacked by tests",
    ("quality", "counted_as", ("clusters", "percent")): "clusters, and shares made of what is printed beside them",
    ("reliability", "", ("items",)): "declared",
    ("reliability", "", ("correlation",)): "of two items: printed by the rule none alone",
    ("reliability", "", OF_ITEMS): "one number of all answers to several questions, in two digits",
    ("reliability", "", OF_CHANGE): "one number of who changed from wave to wave, of whom no line tells",
}
"""(kind, name or any, statistics) -> why it tells nothing of a single count."""
SHOWN = ("participants", "scale")
MADE = "made of a cell or line: printed only where that is"


class Rows(NamedTuple):
    """read: how many rows restrict what is possible. silent: reasons -> rows. unread: keys that no rule here knows.
    made_of_hidden: what is printed though the count it is made of is not."""

    read: int
    silent: Counter[str]
    unread: list[Key]
    made_of_hidden: list[str]


def rows_of(out: Published, told: Mapping[str, Told]) -> Rows:
    used = {line.key for t in told.values() for line in t.counts}
    used |= {pair[0].key for t in told.values() for pair in t.percents} | set(told[""].later)
    silent: Counter[str] = Counter()
    unread = []
    for key in out:
        if key in used or belongs(key):
            continue
        if key[5] in MOMENTS and key[0] in SHOWN:
            used.add(key)
        elif reason := _reason(key):
            silent[reason] += 1
        else:
            unread.append(key)
    return Rows(sum(k in used or belongs(k) for k in out), silent, unread, list(_made_of_hidden(out)))


def _reason(key: Key) -> str:
    for (kind, name, statistics), why in SILENT.items():
        if key[0] == kind and name in ("", key[1]) and key[5] in statistics:
            return why
    return MADE if key[0] in SHOWN and key[5] in (*OF_A_CELL, *OF_A_TERM) else ""


def _made_of_hidden(out: Published) -> Iterator[str]:
    """An interval, a test or a difference gives back the count that it is made of."""
    hidden: set[tuple[str, ...]] = set()
    for key, (value, text) in out.items():
        if key[0] in SHOWN and key[5] in ("n", "percent", "mean") and text == HIDDEN and math.isnan(value):
            hidden |= {key[:5], key[:3]}
    single = any(key[:2] == ("quality", "missingness") and text == HIDDEN for key, (_, text) in out.items())
    for key, (value, _) in out.items():
        if single and key[:2] == ("quality", "answers_missing") and not math.isnan(value):
            yield f"{' / '.join(key)} is printed, those missing from a single question are not"
        if key[0] not in SHOWN or math.isnan(value):
            continue
        if key[5] in OF_A_CELL and key[:5] in hidden:
            yield f"{' / '.join(key)} is printed, what it is made of is not"
        if key[5] in OF_A_TERM and key[:3] in hidden:
            yield f"{' / '.join(key)} is printed, a count of its line is not"
