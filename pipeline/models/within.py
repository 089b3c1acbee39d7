"""Of several waves in one model: whether people stay in their clusters."""

from __future__ import annotations

import numpy as np

from pipeline.errors import Mistakes
from pipeline.models.coefficients import Ints
from pipeline.models.declared import Declared
from pipeline.study import Study


def contained(study: Study, model: Declared, person: Ints, cluster: Ints | None, grouped: str) -> None:
    """Raise ``Mistakes`` where rows of one person lie in several clusters: their errors would be told apart. Both:
    shape (n,), codes of used rows."""
    if cluster is None or not len(person):
        return
    pairs = np.unique(np.column_stack([person, cluster]), axis=0)
    moved = len(pairs) - len(np.unique(person))
    if moved:
        table = model.table
        raise Mistakes.one(
            study.where("models", model.name, "waves"),
            f"people of model '{model.name}' stand in another {grouped} at another wave ({moved} moves): clusters do "
            "not hold people as a whole.",
            f"Name as the model's cluster what they had at one wave (derive: at_wave), or the people themselves "
            f"(cluster: {study.sources[table].id[0]}).",
        )
