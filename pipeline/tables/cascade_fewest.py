"""The fewest people that anybody can make out in a cascade, and in all that is told of its steps beside it (ADR 71).

Whatever is told of the steps is a sum of cells, and of any people who can be told apart by it there may be as many as
the smallest cell has. So one number says whether a cascade may be printed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from pipeline.study import Study
from pipeline.study.cascade import STRICT
from pipeline.tables.cascade_beside import Beside, beside
from pipeline.tables.groups import Base, by_variable, states

if TYPE_CHECKING:
    from pipeline.tables.cascade import Stage

Codes = NDArray[Any]
Parted = tuple[NDArray[np.bool_], tuple[NDArray[np.bool_], NDArray[np.bool_]]]
"""Some people, and two parts of them."""


def fewest(
    held: Base, study: Study, name: str, steps: Sequence[tuple[str, str]], found: Sequence[Stage]
) -> tuple[float, float]:
    """For the cascade with all its lines, and for how many reached each step and nothing else of it. 0: no number of
    people would be enough, as for the second wherever another output tells of a step."""
    spec, told = study.cascades[name], beside(study, name)
    far = np.sum([stage.reached for stage in found], axis=0)
    columns = _levels(held, study, spec.by) if spec.by else []
    secret = [(step, stage) for step, stage in zip(steps, found, strict=True) if study.is_sensitive(step[0])]
    left = [(stage.before, (stage.reached, stage.before & ~stage.reached)) for _, stage in secret]
    reached = 0 if told.told else min(_smallest(*columns, far), _in_all(left, columns))
    if told.apart or not {*told.by, *told.known} <= {*held.reasons}:
        return 0, reached
    columns += _among(held, study, told)
    answers = [_answers(held, *step, told.told) for step in steps]
    cells = [_smallest(*columns, *(np.clip(far - k, -1, 2) for k in block), *(answers[k] for k in block))
             for block in told.blocks]  # fmt: skip
    said = [part for step, stage in secret for part in _said(held, *step, stage, spec.reached == STRICT)]
    whole = min(*cells, _in_all(said, columns))
    return whole, max(whole, reached)


def _smallest(*codes: Codes) -> int:
    """People of the smallest cell that has any."""
    return int(_cells(codes).value_counts().min()) if len(codes[0]) else 0


def _cells(codes: Sequence[Codes]) -> pd.Series:
    """For each person the number of their cell."""
    found = pd.DataFrame(dict(enumerate(codes)))
    return found.groupby(list(found), sort=False).ngroup()


def _among(held: Base, study: Study, told: Beside) -> list[Codes]:
    return [
        *(codes for name in told.by for codes in _levels(held, study, name)),
        *(_state(held, name) for name in told.known),
    ]


def _levels(held: Base, study: Study, name: str) -> list[Codes]:
    """In which of a table's columns each person stands; of a question with several answers they may stand in many."""
    inside = []
    for group in by_variable(held, study, name):
        here = np.zeros(len(held), bool)
        here[group.rows] = True
        inside.append(here)
    return inside


def _state(held: Base, name: str) -> Codes:
    return states((held.reasons[name] != "").to_numpy(), held.reasons[name])


def _answers(held: Base, variable: str, yes: str, told: bool) -> Codes:
    """What everybody answered to a step, in the levels of which an output tells, and why not."""
    values = held.frame[variable]
    codes = values.cat.codes.to_numpy() if told else (values == yes).to_numpy(dtype=np.int8)
    return np.where(values.notna(), codes, -1 - states(values.isna().to_numpy(), held.reasons[variable]))


def _said(held: Base, variable: str, yes: str, stage: Stage, strict: bool) -> Iterator[Parted]:
    """Those at the step before, and with ``strict`` the others with an answer, by what they said."""
    own, known = (held.frame[variable] == yes).to_numpy(), held.frame[variable].notna().to_numpy()
    yield stage.before, (stage.reached & own, stage.no)
    if strict:
        others = known & ~stage.before
        yield others, (others & own, others & ~own)


def _in_all(parted: Iterable[Parted], columns: Sequence[Codes]) -> float:
    """The smallest part of some people in any column that has some of them; of an answer that is sensitive, for nobody
    and everybody are few."""
    least = np.inf
    for whole, parts in parted:
        at = _cells([*columns, np.zeros(len(whole))])[whole]
        least = min(least, *(part[whole].groupby(at).sum().min() for part in map(pd.Series, parts) if len(at)), np.inf)
    return least
