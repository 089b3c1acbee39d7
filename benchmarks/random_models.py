"""Models of made-up people, drawn at random: few or many have no outcome, few or many more no covariate."""

from __future__ import annotations

import numpy as np

from benchmarks.random_reports import Report, _people
from pipeline.models.fit import fit
from pipeline.results import Results
from pipeline.study import parse_study
from pipeline.tables.participants import participants

STUDY = """
title: Made up
data: {{file: made-up.csv, id: id}}
design: {{kind: cohort}}
variables:
  role: {{codes: {{1: Recipient, 2: Supporter, 3: Leader}}}}
  programme: {{codes: {{1: A, 2: B, 3: C, 4: D}}}}
  setting: {{codes: {{1: Town, 2: Country}}}}
  sex: {{codes: {{1: Women, 2: Men, 3: Another}}}}
  health: {{type: ordered, codes: {{1: Good, 2: Fair, 3: Poor, 4: Very poor}}}}
  hiv: {{sensitive: true, codes: {{1: Positive, 2: Negative}}}}
  help: {{type: choices, codes: {{1: Talk, 2: Visits, 3: Rides}}}}
  age: {{type: number, bands: [18-29, 30-44, 45-64, 65+]}}
scales:
  mood: {{items: [a, b, c], range: 0-3, score: sum, max_missing: 0, label: Mood, high_means: worse}}
tables:
  t: {{rows: [age, sex], columns: setting}}
models:
  plain: {{outcome: mood, exposure: age}}
  adjusted: {{outcome: mood, exposure: setting, adjust: [age]}}
  more: {{outcome: mood, exposure: age, adjust: [setting, sex]}}
{also}release: {{rule: {rule}}}
"""
MEDIATIONS = """\
  through: {outcome: mood, exposure: setting, mediator: age}
  by_sex: {outcome: mood, exposure: age, mediator: sex, mediator_event: Women, adjust: [setting]}
  of_event: {outcome: hiv, event: Positive, effect: odds ratio, exposure: setting, mediator: sex, mediator_event: Women}
"""


def drawn(rng: np.random.Generator, rule: str = "journal", also: str = "") -> Report:
    """One report: a table and three models of one wave, in which a covariate may be missing where the outcome is not.

    also: further models. Scores depend on age not at all, weakly or strongly: P values far below 0.001 tell most.
    """
    people = _people(rng, int(rng.choice([40, 90, 250])), 1)
    study = parse_study(STUDY.format(rule=rule, also=also), "studies/made_up.yaml")
    frame = people.frames["people"]
    frame["mood"] = frame["mood"] + rng.choice([0.0, 0.02, 0.2]) * frame["age"]
    found = fit(people, study, rng)
    parts = [participants(people, study, "t").results, *(one.results for one in found.models)]
    return Report(study, Results.join(parts), people)
