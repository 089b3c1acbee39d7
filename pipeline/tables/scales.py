"""Scale scores by wave, programme and overall: statistics, distributions in fixed bins, and the tables of them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np

from pipeline.cleaning.cleaned import People
from pipeline.cleaning.keys import people_of
from pipeline.instruments.registry import rules
from pipeline.instruments.rule import ScoringRule
from pipeline.results import Key, Number, Results, Sentence, literal
from pipeline.study import Study
from pipeline.tables.count import Summary, level_counts, summary
from pipeline.tables.groups import ANSWERED, STATES, Base, Floats, Members, base, by_variable, everyone, states
from pipeline.tables.persons import behind
from pipeline.tables.reliability import by_source, reliability_tables, title_of, wave_columns
from pipeline.tables.reliability_by import reliability_by
from pipeline.tables.sample import weights_of
from pipeline.tables.table import Row, Table
from pipeline.tables.weighted import WeightedSummary, effective_n, weighted_summary
from pipeline.tables.words import cluster_variable, scale_note, unweighted, wave_labels

__all__ = [
    "BY_WEIGHT", "DISTRIBUTION", "bin_edges", "bin_levels", "binned", "reliability_tables", "scales_tables",
    "scores_results",
]  # fmt: skip

MOST_BINS, EVEN_BINS = 12, 10
DISTRIBUTION = "distribution"
BY_WEIGHT = "weighted_"
STATISTICS = ("mean", "sd", "median", "q1", "q3")
HOW_TO_READ = "The first line of each scale counts its scores. Missing: asked, and too few items answered for a score."
WEIGHTED = (
    "Counts of people are unweighted; means, SDs, medians and quartiles are weighted. Effective n: people of equal "
    "weight that would tell as much (Kish)."
)


def scores_results(people: People, study: Study) -> Results:
    """Every scale's scores (kind ``scale``), for all and by programme, wave by wave where there are waves.

    Statistics ``n``, ``missing`` (asked, no score), ``mean``, ``sd``, ``median``, ``q1``, ``q3``; under level
    ``Not asked`` and ``Not applicable`` the ``n`` of those; under term ``distribution`` an ``n`` a bin (``bin_edges``).
    Where the design has weights ``weighted_mean`` and so on stand in the place of these five, and ``effective_n`` of
    those with a score beside them. With them reliability by group, where a study file asks for it.

    Raises ``Mistakes`` where a row lacks its weight.
    """
    numbers: list[Number] = []
    found = rules(study)
    for table, source in study.sources.items():
        names = [name for name in found if study.source_of(name) == table]
        weight = weights_of(people, study, table) if names else None
        for wave in [*wave_labels(source).values()] or [""]:
            held = base(people, table, wave)
            here = None if weight is None else weight[held.at]
            whose = people_of(study, table, held.keys)
            for name in names:
                told = _scale(held, name, found[name], _groups(held, study, wave), here, whose)
                delicate = study.is_sensitive(name)
                numbers += (number._replace(sensitive=delicate) for number in told)
    return Results.of([*numbers, *reliability_by(people, study)])


def _groups(held: Base, study: Study, wave: str) -> list[Members]:
    """Everyone and each programme; ``wave=3 months;programme=A``."""
    cluster = cluster_variable(study, held.frame)
    parts = by_variable(held, study, cluster) if cluster else []
    whole = everyone(held)
    if not wave:
        return [whole, *parts]
    return [
        Members(f"wave={wave}", wave, whole.rows),
        *(Members(f"wave={wave};{g.path}", g.label, g.rows) for g in parts),
    ]


def _scale(
    held: Base, name: str, rule: ScoringRule, groups: list[Members], weight: Floats | None, whose: np.ndarray | None
) -> Iterator[Number]:
    """whose: of rows that are no people, the person that each is of: a number stands on people."""
    values = held.frame[name].to_numpy(dtype=float)
    of_state = states(np.isnan(values), held.reasons.get(name))
    state = level_counts(of_state, len(STATES), groups)
    edges = bin_edges(rule)
    levels, of_bin = bin_levels(edges), binned(values, edges)
    counts = level_counts(of_bin, len(levels), groups)
    places = rule.decimals
    for at, group in enumerate(groups):
        key = Key("scale", name, "", "", group.path, "n")
        answered, missing, *others = _people(whose, group, of_state, state[:, at])
        yield Number(key, state[ANSWERED, at], answered)
        yield Number(key._replace(statistic="missing"), state[1, at], missing)
        for place, people in enumerate(others, 2):
            if state[place].any():
                yield Number(key._replace(level=STATES[place]), state[place, at], people)
        said: Summary | WeightedSummary = summary(values, group)
        if weight is not None:
            said = weighted_summary(group.take(values), group.take(weight))
            n = effective_n(group.take(weight)[~np.isnan(group.take(values))])
            yield Number(key._replace(statistic="effective_n"), n, answered, 1)
        for statistic in STATISTICS:
            word = statistic if weight is None else f"{BY_WEIGHT}{statistic}"
            largest = said.largest if isinstance(said, Summary) and statistic == "mean" else None
            number = Number(key._replace(statistic=word), getattr(said, statistic), answered, places)
            yield number._replace(largest=largest)
        behind_bins = _people(whose, group, of_bin, counts[:, at])
        for level, n, people in zip(levels, counts[:, at], behind_bins, strict=True):
            yield Number(key._replace(term=DISTRIBUTION, level=level), n, people)


def _people(whose: np.ndarray | None, group: Members, places: np.ndarray, counts: np.ndarray) -> Sequence[int]:
    """How many people stand behind each count of rows of a group; places: where each row is counted."""
    if whose is None:
        return [int(n) for n in counts]
    return [behind(whose, group.rows, places == place) for place in range(len(counts))]


def bin_edges(rule: ScoringRule) -> Floats:
    """Edges from the lowest to the highest possible score, at most 12 bins, whatever the data.

    Inner edges lie half-way between scores that are possible when every item is answered, so that none of these lies
    on an edge; as many scores in each bin as in the others where the range can be divided so. A finished score may be
    any number: its bins are equally wide.
    """
    (low, high), step = rule.limits, rule.step
    if not step:
        return np.linspace(low, high, EVEN_BINS + 1)
    scores = round((high - low) / step) + 1
    least = math.ceil(scores / MOST_BINS)
    width = next((w for w in range(least, 2 * least + 1) if scores % w == 0), least)
    inner = [low + (k - 0.5) * step for k in range(width, scores, width)]
    return np.array([low, *inner, high])


def bin_levels(edges: Floats) -> list[str]:
    """``3–3.5``; numbers with at most two decimals and an ordinary hyphen before those below zero."""
    words = [f"{round(float(edge), 2):g}" for edge in edges]
    return [f"{low}–{high}" for low, high in pairwise(words)]


def binned(values: Floats, edges: Floats) -> np.ndarray:
    """The bin of each score, -1 for none; a bin holds its lower edge, the last one both."""
    return np.where(np.isnan(values), -1, np.searchsorted(edges[1:-1], values, side="right"))


def scales_tables(results: Results, study: Study) -> tuple[Table, ...]:
    """One table for each raw table with scales: scales by wave, or overall where there are no waves."""
    frame = results.frame[results.frame["kind"] == "scale"]
    levels = set(frame[["name", "term", "level"]].itertuples(index=False, name=None))
    made = []
    for table, names in by_source(study, frame["name"]):
        by_weight = bool(frame.loc[frame["name"].isin(names), "statistic"].str.startswith(BY_WEIGHT).any())
        rows = [row for name in names for row in _lines(name, rules(study)[name].label, by_weight)]
        rows = [row for row in rows if row.level == "" or (row.name, "", row.level) in levels]
        how = [WEIGHTED] if by_weight else unweighted(study)
        notes = [HOW_TO_READ, *how, *(scale_note(study, name) for name in names)]
        title, columns = title_of(study, "Scale scores", table), wave_columns(study, table)
        said = tuple(Sentence(literal(note)) for note in notes)
        made.append(Table("scale", f"scales_{table}", title, columns, tuple(rows), said, "Scale"))
    return tuple(made)


def _lines(name: str, label: str, by_weight: bool) -> list[Row]:
    before = BY_WEIGHT if by_weight else ""
    return [
        Row(label, "", form="n", kind="variable", name=name),
        *([Row("", "", form="effective_n", kind="statistic", indent=1, name=name)] if by_weight else []),
        Row("", "", form=f"{before}mean_sd", kind="statistic", indent=1, name=name),
        Row("", "", form=f"{before}median_iqr", kind="statistic", indent=1, name=name),
        Row("Missing", "", form="missing", kind="missing", indent=1, name=name),
        *(Row(word, "", word, "n", "missing", 1, name=name) for word in STATES[2:]),
    ]
