"""Numbers with few people behind them that are no counts of tables: means, models, shares of a sensitive answer."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.disclosure.groups import apart, families, together
from pipeline.disclosure.waves import all_used, by_wave, over_waves
from pipeline.models.moderation_numbers import INTERACTION
from pipeline.models.numbers import WITHOUT_ROWS
from pipeline.results import ALL, MISSING_LEVEL

MAGNITUDES = (
    "mean", "sd", "median", "q1", "q3", "median_month", "weighted_mean", "weighted_sd", "weighted_median",
    "weighted_q1", "weighted_q3",
)  # fmt: skip
SPREAD = (
    "sd", "median", "q1", "q3", "weighted_sd", "weighted_median", "weighted_q1", "weighted_q3", "ci_low", "ci_high",
    "icc", "sem", "sdc",
)  # fmt: skip
"""With a mean they are five equations, which leave few people only one answer each. The last three: of the change of
scores from wave to wave, which is as many more."""
CELL = ["kind", "name", "term", "level", "group"]
MODELS = ("model", "mediation")
OF_A_CELL = (
    "ci_low", "ci_high", "weighted_percent", "weighted_n", "effective_n", "weighted_mean", "weighted_sd",
    "weighted_median", "weighted_q1", "weighted_q3",
)  # fmt: skip
OF_A_TERM = ("answers", "answers_percent")
"""Shares of all answers given: with one of them and its count every other count of the question follows."""
MADE = (
    *OF_A_CELL, *OF_A_TERM, "difference", "difference_low", "difference_high", "smd", "statistic", "df", "df2", "p",
    "p_adjusted", "pairs", "cooccurrence",
)  # fmt: skip
MAKING = ("n", "denominator", "missing", "percent", "n1", "n2", "n12")
"""Counts that others are made of."""
OF_EXACT_COUNTS = tuple(s for s in MADE if s == "weighted_n" or not s.startswith("weighted_"))
"""Made from counts as they are: where these are printed rounded, such a number tells which one it was."""
OF_MEANS = ("mean", "sd", "weighted_mean", "weighted_sd")
"""What an interval has in its middle and in its width, and a difference of two columns in it."""
ESTIMATES = (
    "estimate", "std_error", "ci_low", "ci_high", "p", "df", "icc", "e_value", "e_value_limit", "p_wild", "p_smallest",
    "p_proportional", "p_joint", "df2", "p_holm", "p_bh", "coverage", "statistic", "df_effective", "explained",
    "r_squared", "residual_sd", "skewness", "spread", "c_statistic", "dispersion", "slope_sd",
)  # fmt: skip


def on_few(frame: pd.DataFrame, below: int, moments: int = 0) -> np.ndarray:
    """For every row of a results frame: is it withheld by itself or by its place, whatever the counts of tables say?
    moments: on how many people a mean must stand, where on more than ``below``; an SD or quartile on twice as many."""
    hidden = ((frame["people"] > 0) & (frame["people"] < below)).to_numpy(dtype=bool, copy=True)
    hidden |= _attribute_disclosed(frame)
    alike = _nearly_alike(frame, max(below, moments))
    hidden |= alike
    counts, below = below, max(below, moments)
    means = frame["statistic"].isin(MAGNITUDES) & (frame["level"] == "") & ~frame["kind"].isin(MODELS)
    hidden |= (means & (frame["people"] > 0) & (frame["people"] < below)).to_numpy(dtype=bool)
    of_values = frame["statistic"].isin(SPREAD) & (frame["level"] == "") & ~frame["kind"].isin(MODELS)
    hidden |= (of_values & (frame["people"] > 0) & (frame["people"] < 2 * below)).to_numpy(dtype=bool)
    _siblings_of_means(frame, hidden, below, MAGNITUDES, alike)
    _siblings_of_means(frame, hidden, 2 * below, SPREAD, alike)
    _models(frame, hidden, counts)
    hidden |= _of_small_counts(frame, moments)
    return hidden


def _of_small_counts(frame: pd.DataFrame, small: int) -> np.ndarray:
    """What models print that is not rounded, of counts that are small though they are printed rounded: a ratio of odds
    and its interval tell which they are, and how many people a level has, which may be few less than a model has that
    left nobody out. As where such counts are withheld all that is said of the term goes."""
    gone = np.zeros(len(frame), bool)
    for _, model in frame[frame["kind"].isin(MODELS)].groupby("name", sort=False) if small else ():
        few = model[(model["people"] > 0) & (model["people"] < small)]
        terms = set(few["term"])
        left = few[(few["statistic"] == "missing") & (few["term"] == "")]
        if len(left):
            terms |= set(model.loc[model["statistic"].isin(("n", "events")) & (model["level"] != ""), "term"])
        lines = model["term"].isin(terms) | ((model["kind"] == "mediation") & bool(len(few)))
        gone[model.index[lines & model["statistic"].isin(ESTIMATES)]] = True
    return gone


def _attribute_disclosed(frame: pd.DataFrame) -> np.ndarray:
    """0 % and 100 % of a sensitive variable's level tell everyone's answer; of missing answers they tell nobody's."""
    share = (frame["statistic"] == "percent") & (frame["level"] != "") & (frame["kind"] != "quality")
    told = frame[share & frame["sensitive"] & frame["value"].isin((0.0, 100.0))]
    if told.empty:
        return np.zeros(len(frame), bool)
    here = pd.MultiIndex.from_frame(frame[CELL]).isin(pd.MultiIndex.from_frame(told[CELL]))
    return np.asarray(here & frame["statistic"].isin(("n", "percent")))


def _nearly_alike(frame: pd.DataFrame, below: int) -> np.ndarray:
    """Means, SDs and quartiles of a sensitive number that tell the value of everyone in a group, or of all but fewer
    than ``below``: where so many differ from the others by one at least, the squares add up to more. Of values that may
    lie closer together this withholds more than it must."""
    cells = frame[frame["statistic"].isin(MAGNITUDES) & frame["sensitive"] & ~frame["kind"].isin(MODELS)]
    sd = cells[cells["statistic"].isin(("sd", "weighted_sd")) & cells["value"].notna()]
    n = sd["people"]
    told = sd[(n >= below) & ((n - 1) * sd["value"] ** 2 <= below * (n - below) / n)]
    gone = np.zeros(len(frame), bool)
    if len(told):
        gone[cells.index[pd.MultiIndex.from_frame(cells[CELL]).isin(pd.MultiIndex.from_frame(told[CELL]))]] = True
    return gone


def made_from(frame: pd.DataFrame, hidden: np.ndarray) -> np.ndarray:
    """Numbers that are made from withheld counts and would give them back: intervals, differences, tests, SMDs and
    weighted numbers of a line (or, for a whole variable, of one) where a count is withheld, in any of its columns. A
    withheld mean takes its interval along and, where it is a column's, what compares the columns."""
    counts = frame["statistic"].isin(MAKING).to_numpy()
    lost = frame[hidden & counts & ~frame["kind"].isin((*MODELS, "flow", "quality")).to_numpy()]
    made = frame[frame["statistic"].isin(MADE) & ~frame["kind"].isin((*MODELS, "flow"))]
    means = frame[hidden & frame["statistic"].isin(OF_MEANS).to_numpy() & ~frame["kind"].isin(MODELS).to_numpy()]
    if made.empty or (lost.empty and means.empty):
        return np.zeros(len(frame), bool)
    lines = pd.MultiIndex.from_frame(lost[CELL[:4]])
    terms = pd.MultiIndex.from_frame(lost[CELL[:3]])
    by_line = pd.MultiIndex.from_frame(made[CELL[:4]]).isin(lines)
    by_term = pd.MultiIndex.from_frame(made[CELL[:3]]).isin(terms)
    by_term &= (made["level"] == "").to_numpy() | made["statistic"].isin(OF_A_TERM).to_numpy()
    compared = pd.MultiIndex.from_frame(means.loc[means["group"] != ALL, CELL[:4]])
    by_line |= pd.MultiIndex.from_frame(made[CELL[:4]]).isin(compared)
    in_column = pd.MultiIndex.from_frame(made[CELL]).isin(pd.MultiIndex.from_frame(pd.concat([lost, means])[CELL]))
    alone = made["statistic"].isin(OF_A_CELL).to_numpy()
    gone = np.zeros(len(frame), bool)
    gone[made.index[np.where(alone, in_column, by_line | by_term)]] = True
    return gone


def of_models(frame: pd.DataFrame, hidden: np.ndarray) -> np.ndarray:
    """Where a count by level of a model's exposure is withheld, whatever for, its others and what compares the levels
    are, too: an unadjusted odds ratio and its standard error give two of them back. So with a moderator's levels."""
    gone = np.zeros(len(frame), bool)
    models = frame[frame["kind"].isin(MODELS)]
    for _, whole in models.groupby("name", sort=False):
        for model in by_wave(whole):
            counts = model[model["statistic"].isin(("n", "events", "clusters")) & (model["level"] != "")]
            for term, by_level in counts[counts["term"] != WITHOUT_ROWS].groupby("term", sort=False):
                if hidden[by_level.index].any():
                    lines = _lines_of(model, str(term)) | (model["kind"] == "mediation")
                    gone[by_level.index] = True
                    gone[model.index[lines & model["statistic"].isin(ESTIMATES)]] = True
                    gone[over_waves(whole)] = True
        if len(by_wave(whole)) > 1 and hidden[all_used(whole)].any():
            gone[all_used(whole)] = True
    return gone


def _lines_of(model: pd.DataFrame, term: str) -> pd.Series[bool]:
    """Lines that compare what a term's levels count: of the exposure, at whose term it says of how many an adjustment
    is, all of them; of a moderator the effects at its levels and their interaction."""
    whole = (model["term"] == term) & (model["level"] == "") & (model["statistic"] == "n")
    if whole.any():
        return model["kind"].isin(MODELS)
    return model["term"].isin((term, INTERACTION))


def _siblings_of_means(
    frame: pd.DataFrame, hidden: np.ndarray, below: int, which: Sequence[str], alike: np.ndarray
) -> None:
    """A withheld mean of one group, least people first, takes another's along: Overall's less the rest would give it
    back. Together they stand on ``below`` people at least. Likewise with SDs. alike: rows withheld because all of a
    group give one value, however many they are."""
    means = frame[frame["statistic"].isin(which) & (frame["level"] == "") & ~frame["kind"].isin(MODELS)]
    lost = means[hidden[means.index] & (means["people"] > 0)]
    for cell in dict.fromkeys(lost[CELL[:4]].itertuples(index=False, name=None)):
        here = means[(means[CELL[:4]] == list(cell)).all(axis=1)]
        split = apart if cell[0] in ("scale", "quality") else together
        people = dict(zip(map(split, here["group"]), here["people"], strict=True))
        rows = {group: here.index[here["group"].map(split) == group] for group in people}
        for members in families(people).values():
            held = sorted((people[m], sorted(m), m) for m in members if people[m] > 0)
            gone = [m for n, _, m in held if n < below]
            for n, _, member in held:
                if not gone or (len(gone) > 1 and sum(people[m] for m in gone) >= below):
                    break
                if n >= below:
                    gone.append(member)
            same = [m for _, _, m in held if alike[rows[m]].any() and m not in gone]
            others = [m for _, _, m in held if m not in (*gone, *same)]
            if same and len(gone) + len(same) == 1:
                gone += others[:1]
            for member in (*gone, *same):
                hidden[rows[member]] = True


def _models(frame: pd.DataFrame, hidden: np.ndarray, below: int) -> None:
    """Raw counts by level go together. Few people left out of a model take its number of rows along: how many there
    were is said elsewhere. Of two models of one population that differ by few rows one does not say how many it has,
    and the waves of one model are such models. One wave takes the others along, as their numbers add up."""
    models = frame[frame["kind"].isin(MODELS)]
    said: dict[float, list[float]] = {}
    for _, whole in models.groupby("name", sort=False):
        few, told = False, list[tuple[float, float]]()
        for model in by_wave(whole):
            counts = model[model["statistic"].isin(("n", "events", "clusters")) & (model["level"] != "")]
            for _, term in counts.groupby("term", sort=False):
                if hidden[term.index].any():
                    hidden[term.index] = True
                    # a difference of levels, with the counts that other tables tell, has as many equations as unknowns
                    own = _lines_of(model, term["term"].iloc[0]) & model["statistic"].isin(ESTIMATES)
                    hidden[model.index[own]] = True
            left = model[(model["statistic"] == "missing") & (model["term"] == "")]
            few |= bool(((left[["value", "people"]] > 0) & (left[["value", "people"]] < below)).to_numpy().any())
            few |= _few_twice(frame, model, left, below)
            of = model[(model["term"] == "") & (model["level"] == "") & (model["kind"] == "model")]
            rows, people = (of.loc[of["statistic"] == word, "value"].tolist() for word in ("n", "denominator"))
            told += [(people[0], rows[0])] if rows and people else []
        for people, n in told if not few else ():
            own = [other for as_many, other in told if as_many == people]
            few |= any(0 < abs(n - other) < below for other in (*said.get(people, ()), *own))
        for people, n in told if not few else ():
            said.setdefault(people, []).append(n)
        if few:  # rows, or the people whom they are of
            hidden[_rows_used(whole)] = True


def _few_twice(frame: pd.DataFrame, model: pd.DataFrame, left: pd.DataFrame, below: int) -> bool:
    """Whether rows lack several of three variables or more, and a table has a column of those without one of them that
    says who lacks another: those who lack each are more than all who were left out by as many as lack several, which
    are few, or of which few lack those two (or have the one and lack the other). (Of two variables it is a fact of
    theirs: ``modelled``.)"""
    lacking = model[(model["statistic"] == "missing") & (model["term"] != "") & (model["value"] > 0)]
    names, several = set(lacking["term"]), lacking["value"].sum() - left["value"].sum()
    if len(names) < 3 or not several > 0:
        return False
    lines = frame[(frame["kind"] == "participants") & frame["term"].isin(names)]
    columns = {group for group in set(lines["group"]) if any((name, MISSING_LEVEL) in apart(group) for name in names)}
    told = lines[lines["group"].isin(columns) & (lines["level"].isin(("", MISSING_LEVEL)))]
    few = (told["value"] > 0) & (told["value"] < below) & told["statistic"].isin(("n", "missing", "denominator"))
    return bool(columns) and (several < below or bool(few.any()))


def _rows_used(model: pd.DataFrame) -> Sequence[int]:
    """With those by level, which add up to them, and events, of which an odds ratio is made as it is of those."""
    left = model[(model["statistic"] == "missing") & (model["term"] == "")]
    used = model["statistic"].isin(("n", "denominator", "events")) & (model["term"] != WITHOUT_ROWS)
    return [*left.index, *model.index[used]]
