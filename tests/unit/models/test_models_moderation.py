"""Effects by level of a moderator; their slow twins are formulas of statsmodels, R's clubSandwich, and strata alone."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from pipeline.cleaning.cleaned import People
from pipeline.models.estimates import Modelled
from pipeline.models.fit import fit
from pipeline.results import Key
from pipeline.study import Study

MakeStudy, MakePeople = Callable[..., Study], Callable[..., People]
COHORT = "{kind: cohort, cluster: programme}"


def made_up(n: int = 240, clusters: int = 20, seed: int = 5) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    home = np.arange(n) % clusters
    arm = np.where(rng.uniform(size=n) < 0.5, "Peer", "Usual")
    site = np.array(["North", "South", "West"])[rng.integers(0, 3, n)]
    latent = (arm == "Peer") * (0.3 + 0.9 * (site == "South")) + rng.normal(size=clusters)[home] * 0.5
    latent += rng.logistic(size=n)
    return pd.DataFrame(
        {
            "arm": arm,
            "site": site,
            "age": rng.integers(20, 70, n).astype(float),
            "born": rng.integers(1, 9, n).astype(float),
            "score": 10 + latent + rng.normal(size=n),
            "well": np.where(latent > 0.3, "Well", "Unwell"),
            "home": [f"H{i:02}" for i in home],
        },
        index=[f"f:{i}" for i in range(n)],
    )


def one(people: MakePeople, study: Study, table: pd.DataFrame, cluster: bool = True, **keys: object) -> Modelled:
    keys |= {"cluster": table["home"].tolist()} if cluster else {}
    (found,) = fit(people(study, table, **keys), study).models
    return found


def at(found: Modelled, term: str, level: str, statistic: str = "estimate", group: str = "unadjusted") -> float:
    return found.results.get(Key("model", found.name, term, level, f"adjustment={group}", statistic))


