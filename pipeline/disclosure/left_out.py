"""Models refitted without clusters, and risks at each level: what they would give back, beside other numbers.

A refit without a block of clusters, less the whole model's, is what the block contributed; ``models.leave_one_out``
makes blocks whose cells are large enough. Beside a table by cluster that is not enough: a cell withheld there, even a
large one that guards a small one, could be had from a refit.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.disclosure.behind import ESTIMATES, MODELS
from pipeline.models.declared import declared
from pipeline.models.leave_one_out import WITHOUT
from pipeline.models.standardised import DIFFERENCE, MEAN
from pipeline.results import parts_of
from pipeline.study import Study

EXTREMES = ("min", "max")


def beside_models(frame: pd.DataFrame, hidden: np.ndarray, study: Study | None, rounded: bool) -> np.ndarray:
    """Rows of refits and of standardised risks that are withheld for what stands elsewhere.

    All of a model's refits go where one of them does, and where a count by cluster of a level of its outcome or
    exposure is withheld; where cells could be solved for (levels against levels, without covariates), if any number by
    cluster is. A slope of numbers tells no count. Refits and risks go where the model does not say on how many rows it
    stands, and where counts are printed rounded: a risk in three digits is a share of the counts as they are.
    """
    gone = np.zeros(len(frame), bool)
    models = frame[frame["kind"] == "model"]
    refits = models["group"].str.contains(f";{WITHOUT}", regex=False)
    risks = models["group"].str.endswith((f";{MEAN}", f";{DIFFERENCE}"))
    if not (refits | risks).any():
        return gone
    for name in dict.fromkeys(models.loc[refits | risks, "name"]):
        of = models["name"] == name
        without, at = models.index[of & refits], models.index[of & risks]
        rows = models.index[of & (models["term"] == "") & (models["level"] == "") & (models["statistic"] == "n")]
        if rounded or hidden[rows].any():
            gone[without] = gone[at] = True
        elif hidden[without].any() or study is None or _by_cluster(frame, hidden, study, str(name)):
            gone[without] = True
        if hidden[at].any():
            gone[at] = True
    return gone


def _by_cluster(frame: pd.DataFrame, hidden: np.ndarray, study: Study, name: str) -> bool:
    """Whether a table by the model's cluster withholds what a refit could give back."""
    model = declared(study, name)
    lost = frame[hidden & ~frame["statistic"].isin(EXTREMES).to_numpy() & ~_of_fits(frame)]
    by = lost["term"] == model.cluster
    by |= lost["group"].map(lambda group: any(part == model.cluster for part, _ in parts_of(group))).astype(bool)
    own = {term.name for term in (model.outcome, model.exposure) if term.kind != "number"}
    if not (model.adjust or model.always) and len(own) == 2:
        return bool(by.any())
    return bool((by & lost["term"].isin(own) & (lost["level"] != "")).any())


def _of_fits(frame: pd.DataFrame) -> np.ndarray:
    return np.asarray(frame["kind"].isin(MODELS) & frame["statistic"].isin(ESTIMATES))
