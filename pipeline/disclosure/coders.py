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
from pipeline.themes.agreed import DOCUMENTS, EVERY, KIND, ONE, PAIR, table_name

OF_CODERS = ((KIND, table_name("themes")), (KIND, table_name("codes")), (saturated.KIND, saturated.NAME))
"""Kind and name of what is judged here and in ``saturated``, and is no table of people."""


def of_coders(frame: pd.DataFrame, hidden: np.ndarray, below: int, rounded: bool) -> np.ndarray:
    """For every row of a results frame: is it withheld beside what is?

    Lines of themes whose number of people is withheld in a table of themes go too, for where all documents were coded
    twice they give it back. All decisions together, less the other lines, are the one that is withheld: so another line
    goes along, the one on the fewest people first, until two go and stand on ``below`` people together. None hides the
    other whose number a table of themes prints, where (nearly) all documents were coded twice: the table gives it.
    Where there are no two, what is said of all decisions goes. What is withheld of a theme goes of a code that is the
    same. rounded: counts are printed rounded, and everything here is made of exact ones.
    """
    gone = np.zeros(len(frame), bool)
    here = frame[_own(frame) & frame["term"].isin((EVERY, ONE, PAIR)) & (frame["statistic"] != "n")]
    if here.empty:
        return gone
    if rounded:
        gone[here.index] = True
        return gone
    elsewhere = _withheld_themes(frame, hidden)
    for name, table in here.groupby("name", sort=False):
        lines = table[table["term"] == ONE]
        people = lines.groupby("level", sort=False)["people"].min().to_dict()
        told = _told_themes(frame, hidden) if _coded_once(frame, str(name)) < below else set()

        def hides(lost: set[str], people: dict[str, float] = people, told: set[str] = told) -> bool:
            own = lost - told
            return len(own) > 1 and sum(people[one] for one in own) >= below

        lost = {str(level) for level in people if level in elsewhere}
        lost |= set(lines.loc[hidden[lines.index], "level"])
        first = set(lost)
        for level in sorted(set(people) - told, key=lambda level: (people[level], level)) if lost else ():
            if hides(lost):
                break
            lost.add(str(level))
        if lost and not hides(lost):
            lost = first
            gone[table.index[table["term"] != ONE]] = True
        gone[lines.index[lines["level"].isin(lost)]] = True
    _same_lines(here[here["term"] == ONE], gone)
    return gone


def _same_lines(lines: pd.DataFrame, gone: np.ndarray) -> None:
    """A line that says the same as one that is withheld is taken for the same theme under another name, and goes."""
    said = [(part.index, repr(sorted(zip(part["statistic"], part["value"], strict=True))))
            for _, part in lines.groupby(["name", "level"], sort=False)]  # fmt: skip
    lost = {words for index, words in said if gone[index].any()}
    for index, words in said:
        gone[index] |= words in lost


def _coded_once(frame: pd.DataFrame, name: str) -> float:
    """How many documents one coder alone read."""
    said = frame[(frame["kind"] == KIND) & (frame["name"] == name) & (frame["term"] == DOCUMENTS)]
    n = said.set_index("statistic")["value"]
    return float(n.get("denominator", 0) - n.get("n", 0))


def _told_themes(frame: pd.DataFrame, hidden: np.ndarray) -> set[str]:
    """Themes and codes of which a table says how many have them, of everyone."""
    told = frame[~hidden & ((frame["kind"] == "themes") & (frame["group"] == ALL)).to_numpy()]
    counted = told[told["statistic"].isin(("n", "documents", "segments", "percent"))]
    return {*counted["level"], *told.loc[told["statistic"] == "n1", "term"],
            *told.loc[told["statistic"] == "n2", "level"]} - {""}  # fmt: skip


def _own(frame: pd.DataFrame) -> pd.Series:
    """An analyst's own tables of that kind are tables like any other."""
    return (frame["kind"] == KIND) & frame["name"].isin([name for kind, name in OF_CODERS if kind == KIND])


def _withheld_themes(frame: pd.DataFrame, hidden: np.ndarray) -> set[str]:
    """Themes and codes of which a table does not say how many have them, of everyone."""
    lost = frame[hidden & ((frame["kind"] == "themes") & (frame["group"] == ALL)).to_numpy()]
    return {*lost["term"], *lost["level"]} - {""}
