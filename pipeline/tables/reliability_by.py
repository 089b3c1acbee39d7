"""Reliability of a scale in each level of a variable, where a study file asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pipeline.cleaning.cleaned import People
from pipeline.cleaning.keys import people_of
from pipeline.instruments.registry import rules
from pipeline.instruments.scores import items_of, scale_score, scored_items
from pipeline.instruments.told import alpha_told, prorated_told
from pipeline.results import Number
from pipeline.study import Study
from pipeline.tables.groups import STATES, base, by_variable
from pipeline.tables.persons import behind
from pipeline.tables.words import wave_labels


def reliability_by(people: People, study: Study) -> Iterator[Number]:
    """Alpha and its kin (kind ``reliability``) in each level, wave by wave where there are waves, as of everyone.

    Of each group, of those without a level, too, the ``n`` of people with every item, and how many of its scores rest
    on fewer (kind ``quality``): they add up to what is told of everyone, and the door must know all of it.
    """
    found = rules(study)
    for name, scale in study.scales.items():
        if scale.reliability is None or not found[name].of_items:
            continue
        table = study.source_of(name)
        items = items_of(people.frames, study, name, found[name])
        value, fewer = scale_score(items, found[name])
        points = scored_items(items, found[name])
        complete = points.notna().all(axis=1).to_numpy()
        for wave in [*wave_labels(study.sources[table]).values()] or [""]:
            held = base(people, table, wave)
            whose = people_of(study, table, held.keys)
            for group in (g for by in scale.reliability.by for g in by_variable(held, study, by)):
                path = f"wave={wave};{group.path}" if wave else group.path
                here = np.arange(len(points))[held.at][group.rows]
                told = [*alpha_told(name, points.iloc[here], path)]
                if group.label in STATES[1:]:
                    told = [number for number in told if number.key.statistic == "n"]
                if whose is not None:  # rows of the same people
                    most = behind(whose, group.rows, complete[held.at])
                    told = [number._replace(people=min(number.people, most)) for number in told]
                yield from told
                yield from prorated_told(name, fewer.iloc[here], value.iloc[here], path)
