"""Numbers in bands: ``18-29``, ``30-44``, ``65+``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from pipeline.errors import StageFailed
from pipeline.study.words import Interval


def band_places(values: np.ndarray, bands: Sequence[Interval]) -> np.ndarray:
    """The place of every number's band; -1 where it is missing or no band holds it (29.5 between 18-29 and 30-44).

    bands: as ``study.words.bands_of`` reads them, so that the edge of two that touch belongs to the upper one.
    """
    places = np.full(len(values), -1, dtype=np.intp)
    for place, band in enumerate(bands):
        places[band.holds(values)] = place
    return places


def unbanded(values: np.ndarray, bands: Sequence[Interval]) -> int:
    """How many numbers no band holds."""
    return int(((band_places(values, bands) == -1) & ~np.isnan(values)).sum())


def banded(values: pd.Series, bands: Sequence[Interval]) -> pd.Series:
    """A number in its bands, as an ordered Categorical; missing stays missing.

    Cleaning has stopped where a number fell between the bands, so that one which does here is a ``StageFailed``.
    """
    numbers = values.to_numpy(dtype=float)
    labels = pd.Index([band.label for band in bands], dtype="str")
    if lost := unbanded(numbers, bands):
        raise StageFailed(f"{lost} values lie in none of the bands {', '.join(labels)}")
    codes = band_places(numbers, bands)
    return pd.Series(pd.Categorical.from_codes(codes, categories=labels, ordered=True), index=values.index)
