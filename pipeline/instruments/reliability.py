"""How well the items of a scale hang together among the people who answered all of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.results import ALL, NOBODY, Key, Number


def cronbach(items: pd.DataFrame) -> tuple[float, float, int]:
    """Cronbach's alpha raw and standardised, and the number of complete rows they stand on.

    Cronbach 1951; agrees with psych 2.2.9 ``alpha()`` on complete cases. NaN with fewer than two items or three
    rows, or where an item (or the sum) does not vary.
    """
    complete = items.dropna()
    k, n = complete.shape[1], len(complete)
    if k < 2 or n < 3:
        return float("nan"), float("nan"), n
    covariance = np.cov(complete.to_numpy(dtype=float), rowvar=False)
    total, spread = covariance.sum(), np.sqrt(np.diag(covariance))
    if not total > 0 or not (spread > 0).all():
        return float("nan"), float("nan"), n
    correlation = covariance / np.outer(spread, spread)
    raw = k / (k - 1) * (1 - np.trace(covariance) / total)
    return float(raw), float(k / (k - 1) * (1 - k / correlation.sum())), n


def against(items: pd.DataFrame) -> list[str]:
    """Items, in the direction of the score, that clearly fall where the sum of the others rises.

    Clearly: the correlation with the rest is below -0.1 and further below 0 than two of its standard errors.
    """
    complete = items.dropna()
    total, limit = complete.sum(axis=1), -max(0.1, 2 / max(len(complete), 1) ** 0.5)
    varying = [i for i in complete if complete[i].nunique() > 1 and (total - complete[i]).nunique() > 1]
    return [str(i) for i in varying if complete[i].corr(total - complete[i]) < limit]


def reliability(name: str, items: pd.DataFrame, waves: pd.Series) -> list[Number]:
    """Alpha over everyone (where there are no waves) or wave by wave: answers of one person are not independent.

    items: in the direction of the score.
    """
    groups = {f"wave={w}": items[waves == w] for w in dict.fromkeys(waves) if w} or {ALL: items}
    numbers = []
    for group, part in groups.items():
        raw, standardised, n = cronbach(part)
        for statistic, value in (("alpha", raw), ("alpha_standardised", standardised)):
            numbers.append(Number(Key("reliability", name, "", "", group, statistic), value, n, 2))
        numbers.append(Number(Key("reliability", name, "", "", group, "n"), n, n, 0))
        numbers.append(Number(Key("reliability", name, "", "", group, "items"), items.shape[1], NOBODY, 0))
    return numbers
