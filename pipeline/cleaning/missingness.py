"""Missing answers by variable and reason: overall, by wave, programme and arm. By design is counted apart."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from pipeline.cleaning.cleaned import People
from pipeline.cleaning.keys import people_of
from pipeline.cleaning.reasons import Reasons
from pipeline.results import ALL, MISSING_LEVEL, Key, Number, Results
from pipeline.study import Study
from pipeline.study.words import STRUCTURAL

NAME = "missingness"
TOGETHER = "answers_missing"
"""Another name, because its counts are answers and not people."""


def missingness_results(people: People, study: Study) -> Results:
    """Kind ``quality``, name ``missingness``, term: variable or scale, level: reason (``""``: all of them together).

    n, denominator and percent; the denominator of a reason are the people (in a table with waves: rows) inside the
    population who were asked; of ``not asked`` and ``not applicable`` all people inside it. Groups: ``All``,
    ``wave=…``, ``<cluster>=…`` where the cluster is a variable with levels, ``wave=…;<cluster>=…`` (all reasons
    together), and in trials ``<arm>=…``. Name ``answers_missing``, term ``answers``: all variables and scores of the
    main table together (not the derived ones, which would count an answer twice): the percentage, of all and by wave.
    A variable that is another one, regrouped or cut, and lacks what that lacks is not counted again (``_same_gaps``).
    """
    numbers: list[Number] = []
    for table in study.sources:
        inside = people.domain[table].to_numpy()
        groups = list(_groups(table, people, study, inside))
        whose = people_of(study, table, people.keys[table])
        names = [n for n in (*study.variables, *study.scales) if study.source_of(n) == table and _asked(study, n)]
        if table == study.main:
            given = [n for n in names if n in study.scales or study.variables[n].derive is None]
            whole = [(g, rows) for g, rows, by_reason in groups if g == ALL or (by_reason and g.startswith("wave="))]
            numbers += _together(people.reasons[table][given], whole)
        for name in (n for n in names if not _same_gaps(people.reasons[table], study, n, names)):
            sensitive = study.is_sensitive(name)
            reasons = Reasons.of(people.reasons[table][name])
            for group, rows, by_reason in groups:
                numbers += _counts(name, reasons, inside, group, rows, by_reason, sensitive, whose)
    return Results.of(numbers)


def _asked(study: Study, name: str) -> bool:
    """Free text is no answer that a table could miss."""
    return name in study.scales or study.variables[name].kind != "text"


def _same_gaps(reasons: pd.DataFrame, study: Study, name: str, names: list[str]) -> bool:
    """Whether a variable is one of the others in other words, without a gap of its own."""
    derive = study.variables[name].derive if name in study.variables else None
    of = (derive.regroup or derive.cut) if derive is not None else None
    return of in names and of in reasons and bool((reasons[name] == reasons[of]).all())


def _together(reasons: pd.DataFrame, groups: list[tuple[str, np.ndarray]]) -> Iterator[Number]:
    """The percentage of missing values, of all variables and scores together; ``people``: the rows with any of them.

    Neither the counts nor the groups of a cluster: how many questions its people were asked is a sum of how many they
    are and how many of them have each role, and would tell of few people what is withheld of them.
    """
    by_design = np.column_stack([reasons[n].isin(STRUCTURAL).to_numpy() for n in reasons]) if reasons.shape[1] else None
    if by_design is None:
        return
    gone = np.column_stack([(reasons[n] != "").to_numpy() for n in reasons]) & ~by_design
    for group, rows in groups:
        n, of = int(gone[rows].sum()), int((~by_design[rows]).sum())
        with_any = int(gone[rows].any(axis=1).sum())
        key = Key("quality", TOGETHER, "answers", "", group, "percent")
        yield Number(key, 100 * n / of if of else np.nan, with_any)


def _groups(table: str, people: People, study: Study, inside: np.ndarray) -> Iterator[tuple[str, np.ndarray, bool]]:
    """(group, its rows inside the population, whether reasons are told apart)."""
    yield ALL, inside, True
    labels = study.sources[table].wave_labels.values()
    waves = [(f"wave={w}", (people.keys[table]["wave"] == w).to_numpy() & inside) for w in labels]
    clusters = list(_levels(study.design.cluster, table, people, study, inside))
    arms = list(_levels(study.design.arm, table, people, study, inside)) if "trial" in study.design.kind else []
    for group, rows in (*waves, *clusters, *arms):
        yield group, rows, True
    for wave, in_wave in waves:
        for cluster, in_cluster in clusters:
            yield f"{wave};{cluster}", in_wave & in_cluster, False


def _levels(
    name: str | None, table: str, people: People, study: Study, inside: np.ndarray
) -> Iterator[tuple[str, np.ndarray]]:
    """The groups that a variable with levels makes; nothing where the design's column is none, or is not here."""
    frame = people.frames[table]
    if name not in study.variables or name not in frame or not isinstance(frame[name].dtype, pd.CategoricalDtype):
        return
    codes = frame[name].cat.codes.to_numpy()
    for place, level in enumerate(frame[name].cat.categories):
        yield f"{name}={level}", (codes == place) & inside
    reasons = people.reasons[table][name].where(people.reasons[table][name].isin(STRUCTURAL), MISSING_LEVEL)
    for reason in (MISSING_LEVEL, *STRUCTURAL):  # as the columns of tables part them
        rows = (codes == -1) & inside & (reasons == reason).to_numpy()
        if rows.any():
            yield f"{name}={reason.capitalize()}", rows


def _counts(
    name: str,
    reasons: Reasons,
    inside: np.ndarray,
    group: str,
    rows: np.ndarray,
    by_reason: bool,
    sensitive: bool,
    whose: np.ndarray | None,
) -> Iterator[Number]:
    everywhere = np.bincount(reasons.at[inside], minlength=len(reasons.words))
    here = np.bincount(reasons.at[rows], minlength=len(reasons.words))
    counts = {word: int(here[place]) for place, word in enumerate(reasons.words) if word and everywhere[place]}
    total = int(rows.sum())
    asked = total - sum(n for word, n in counts.items() if word in STRUCTURAL)
    told = {"": (sum(n for word, n in counts.items() if word not in STRUCTURAL), asked)}
    if by_reason:
        told |= {word: (n, total if word in STRUCTURAL else asked) for word, n in sorted(counts.items())}
    for reason, (n, of) in told.items():
        for statistic, value in (("n", n), ("denominator", of), ("percent", 100 * n / of if of else np.nan)):
            key = Key("quality", NAME, name, reason, group, statistic)
            behind = of if statistic == "denominator" else n
            if whose is not None and behind:
                behind = _people(reasons, rows, reason, statistic == "denominator", whose)
            yield Number(key, value, behind, sensitive=sensitive)


def _people(reasons: Reasons, rows: np.ndarray, reason: str, asked: bool, whose: np.ndarray) -> int:
    """Whose rows lack an answer for a reason (``""``: for any but by design), or were to have one."""
    words = np.array(reasons.words, dtype=object)[reasons.at]
    design = np.isin(words, STRUCTURAL)
    if asked:
        held = rows if reason in STRUCTURAL else rows & ~design
    else:
        held = rows & (words == reason) if reason else rows & (words != "") & ~design
    return len(np.unique(whose[held]))
