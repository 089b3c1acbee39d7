"""What agreement between coders tells of the people whose interviews they coded.

Coders are not studied people, but percentages, coefficients, prevalence and bias of a theme are so many equations for
four counts: in whose interviews both coders found it, each of them alone, and neither. So a theme's line stands on the
fewest people whom it could be solved for (``themes.agreed.numbers``) and goes with them as a whole. How many documents
or passages coders differ on is said of coders; it may be small where the line stays.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.results import ALL
from pipeline.themes import saturated
from pipeline.themes.agreed import EVERY, KIND, ONE, PAIR, table_name

OF_CODERS = ((KIND, table_name("themes")), (KIND, table_name("codes")), (saturated.KIND, saturated.NAME))
"""Kind and name of what is judged here and in ``saturated``, and is no table of people."""


def of_coders(frame: pd.DataFrame, hidden: np.ndarray, below: int, rounded: bool) -> np.ndarray:
    """For every row of a results frame: is it withheld beside what is?

    Lines of themes whose number of people is withheld in a table of themes go too, for where all documents were coded
    twice they give it back. All decisions together, less the other lines, are the one that is withheld: so another line
    goes along, the one on the fewest people first, until two go and stand on ``below`` people together; where there is
    none, what is said of all decisions goes. rounded: counts are printed rounded, and everything here is made of exact
    ones.
    """
    gone = np.zeros(len(frame), bool)
    here = frame[_own(frame) & frame["term"].isin((EVERY, ONE, PAIR)) & (frame["statistic"] != "n")]
    if here.empty:
        return gone
    if rounded:
        gone[here.index] = True
        return gone
    elsewhere = _withheld_themes(frame, hidden)
    for _, table in here.groupby("name", sort=False):
        lines = table[table["term"] == ONE]
        people = lines.groupby("level", sort=False)["people"].min().to_dict()
        lost = {str(level) for level in people if level in elsewhere}
        lost |= set(lines.loc[hidden[lines.index], "level"])
        for level in sorted(people, key=lambda level: (people[level], level)):
            if not lost or (len(lost) > 1 and sum(people[one] for one in lost) >= below):
                break
            lost.add(str(level))
        gone[lines.index[lines["level"].isin(lost)]] = True
        if lost and (len(lost) < 2 or sum(people[one] for one in lost) < below):
            gone[table.index] = True
    return gone


def _own(frame: pd.DataFrame) -> pd.Series:
    """An analyst's own tables of that kind are tables like any other."""
    return (frame["kind"] == KIND) & frame["name"].isin([name for kind, name in OF_CODERS if kind == KIND])


def _withheld_themes(frame: pd.DataFrame, hidden: np.ndarray) -> set[str]:
    """Themes and codes of which a table does not say how many have them, of everyone."""
    lost = frame[hidden & ((frame["kind"] == "themes") & (frame["group"] == ALL)).to_numpy()]
    return {*lost["term"], *lost["level"]} - {""}
