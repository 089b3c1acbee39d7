"""What the made-up study says of itself is recovered from its people and from its export."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm


def interval(data: pd.DataFrame, outcome: str, exposure: str, adjust: list[str]) -> tuple[float, float]:
    """95 % interval of the exposure's slope, ordinary least squares on complete cases."""
    terms = [exposure]
    for name in adjust:
        terms += [c for c in data.columns if c.startswith(f"{name}_")] if name in ("gender", "role") else [name]
    whole = data[[outcome, *terms]].astype(float).dropna()
    fit = sm.OLS(whole[outcome], sm.add_constant(whole[terms])).fit()
    low, high = fit.conf_int().loc[exposure]
    return float(low), float(high)


def icc(values: pd.Series, groups: pd.Series) -> float:
    """One-way analysis of variance, groups of unequal size (Donner 1986)."""
    data = pd.DataFrame({"y": values, "g": groups}).dropna()
    size = data.groupby("g")["y"].size()
    mean = data.groupby("g")["y"].transform("mean")
    n, k = len(data), len(size)
    between = float(((mean - data["y"].mean()) ** 2).sum() / (k - 1))
    within = float(((data["y"] - mean) ** 2).sum() / (n - k))
    n0 = (n - float((size**2).sum()) / n) / (k - 1)
    return (between - within) / (between + (n0 - 1) * within)


def alpha(answers: pd.DataFrame) -> float:
    k = answers.shape[1]
    return float(k / (k - 1) * (1 - answers.var().sum() / answers.sum(axis=1).var()))


def test_the_truth_is_in_the_clean_scores(told: dict[str, Any], clean: pd.DataFrame) -> None:
    for name, slope in told["slopes"].items():
        if "minutes" in name:
            continue
        model = slope["model"]
        low, high = interval(clean[clean["wave"] == "2"], model["outcome"], model["exposure"], model["adjust"])
        assert low < slope["value"] < high, f"{name}: {slope['value']} is not within {low:.3f} to {high:.3f}"


def test_the_truth_is_in_the_complete_cases_of_the_export(
    bridges: Any, told: dict[str, Any], kept: pd.DataFrame, encounters: pd.DataFrame
) -> None:
    data = bridges.frame(kept)
    met = encounters.drop_duplicates()
    met["hours"] = met["minutes"].str.replace(",", ".").astype(float) / 60
    for wave, periods in (("2", ["1"]), ("3", ["1", "2"])):
        here = data[data["wave"] == wave].copy()
        so_far = met[met["period"].isin(periods)].groupby("recipient")["hours"].sum()
        here["hours"] = here["participant"].map(so_far).fillna(0.0)
        here["minutes"] = here["hours"] * 60
        for name, slope in told["slopes"].items():
            model = slope["model"]
            if int(wave) not in model["waves"]:
                continue
            low, high = interval(here, model["outcome"], model["exposure"], model["adjust"])
            assert low < slope["value"] < high, f"{name}, wave {wave}: not within {low:.4f} to {high:.4f}"


def test_effects_along_the_path_agree_with_one_another(told: dict[str, Any]) -> None:
    slopes = {name: slope["value"] for name, slope in told["slopes"].items()}
    indirect = slopes["support_to_loneliness"] * slopes["loneliness_to_depression"]
    assert told["indirect_effect_of_support_on_depression"] == pytest.approx(indirect)
    assert slopes["support_to_depression_total"] == pytest.approx(slopes["support_to_depression_direct"] + indirect)
    assert slopes["minutes_to_support"] * 60 == pytest.approx(slopes["hours_to_support"])


def test_programmes_resemble_one_another_as_declared(bridges: Any, kept: pd.DataFrame, clean: pd.DataFrame) -> None:
    for wave in ("1", "2", "3"):
        here = clean[clean["wave"] == wave]
        assert {scale: icc(here[scale], here["programme"]) for scale in bridges.scales} == pytest.approx(
            dict.fromkeys(bridges.scales, 0.05), abs=0.02
        )
    second = bridges.frame(kept[kept["wave"] == "2"].reset_index(drop=True))
    assert all(0.02 < icc(second[scale], second["programme"]) < 0.09 for scale in bridges.scales)


def test_realised_programme_effects_have_mean_zero_and_do_not_confound_one_another(bridges: Any, made: Any) -> None:
    parameters = importlib.import_module("made_up.parameters")
    weight = np.array(list(parameters.SIZES.values())) / sum(parameters.SIZES.values())
    pattern = np.array([parameters.PROGRAMME_PATTERN[scale] for scale in bridges.scales])
    assert pattern @ weight == pytest.approx(np.zeros(4), abs=0.01)
    assert (pattern * weight) @ pattern.T == pytest.approx(np.eye(4), abs=0.01)


def test_reliability_is_that_of_real_questionnaires(bridges: Any, kept: pd.DataFrame) -> None:
    for wave in ("1", "2", "3"):
        for scale in bridges.scales:
            answers = kept.loc[kept["wave"] == wave, bridges.items(scale)].replace("-99", np.nan).dropna().astype(int)
            assert 0.75 < alpha(answers) < 0.92, (scale, wave)
            assert (answers.var() > 0).all()


def test_few_scores_end_at_the_bounds_of_their_scale(told: dict[str, Any]) -> None:
    assert all(0 <= share < 0.02 for share in told["share_clipped"].values())


def test_items_are_shared_out_within_range_and_add_up(made: Any) -> None:
    share_out = importlib.import_module("made_up.scores").share_out
    total = np.arange(12, 85)
    for wish in (np.full((73, 12), 40.0), np.full((73, 12), -3.0), np.random.default_rng(1).normal(4, 3, (73, 12))):
        answers = share_out(total, wish, 1, 7)
        assert (answers.sum(axis=1) == total).all()
        assert answers.min() >= 1
        assert answers.max() <= 7


def test_who_drops_out_depends_on_what_was_seen(bridges: Any, kept: pd.DataFrame) -> None:
    people = bridges.frame(kept[kept["wave"] == "1"].reset_index(drop=True))
    people["back"] = people["participant"].isin(kept.loc[kept["wave"] == "2", "participant"]).astype(float)
    known = people[["back", "age", "depression"]].dropna()
    fit = sm.Logit(known["back"], sm.add_constant(known[["age", "depression"]])).fit(disp=0)
    assert fit.params["age"] > 0 > fit.params["depression"]
    assert fit.pvalues[["age", "depression"]].max() < 0.05
    share = people.groupby("programme")["back"].mean()
    assert share["F"] - share["B"] > 0.1
