"""How much the door takes: the numbers withheld, beside two plainer ways to withhold."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.disclosure.behind import CELL

ACRO_THRESHOLD = 10
LINE = CELL[:4]


class Lost(NamedTuple):
    """withheld: numbers out of ``numbers`` about people. whole_lines: were every line with a small count withheld as a
    whole. acro: were each cell on fewer than ten people withheld with all SDs, and nothing else."""

    numbers: int
    withheld: int
    whole_lines: int
    acro: int


def information_lost(frame: pd.DataFrame, hidden: np.ndarray, below: int) -> Lost:
    """Counted over the numbers that people stand behind.

    ``acro`` emulates what ACRO 1.0.2 does to a table (threshold 10; every SD blanked): ACRO itself pins pandas below 3.
    It looks at one cell at a time. The margins it prints are of the people whom it shows; a single withheld cell is
    to be had by subtraction from the same line in another table. Unlike here it blanks zeros, too.
    """
    about = frame["people"].notna().to_numpy()
    small = ((frame["people"] > 0) & (frame["people"] < below)).to_numpy()
    lines = pd.MultiIndex.from_frame(frame[LINE])
    whole = lines.isin(lines[small])
    few = ((frame["people"] > 0) & (frame["people"] < ACRO_THRESHOLD)).to_numpy()
    acro = few | (frame["statistic"] == "sd").to_numpy()
    return Lost(int(about.sum()), int((hidden & about).sum()), int((whole & about).sum()), int((acro & about).sum()))
