"""Every number and word that the made-up study is built from. ``truth.yaml`` repeats those that a test recovers."""

from __future__ import annotations

import zlib
from datetime import date
from typing import NamedTuple

import numpy as np

SEED = 20250702
WAVES = (1, 2, 3)
PROGRAMMES = "ABCDEFG"
RECIPIENT, SUPPORTER, LEADER = 1, 2, 3
WOMEN, MEN, ANOTHER = 1, 2, 3

# Proportions of about 8 6 5 9 5 7, and a seventh programme with a handful of people.
SIZES = {"A": 238, "B": 179, "C": 149, "D": 268, "E": 149, "F": 209, "G": 8}
SUPPORTER_SHARE, LEADER_SHARE = 0.22, 0.08
GENDER_SHARES = {WOMEN: 0.62, MEN: 0.35, ANOTHER: 0.03}
EDUCATION_SHARES = (0.07, 0.21, 0.30, 0.27, 0.15)
AGE_MEAN, AGE_SD, AGE_LIMITS = 52.0, 15.0, (18, 92)
# Conditions: 1 substance use, 2 mental illness, 3 chronic lung disease, 4 disability in the family,
# 5 cancer or transplant, 6 overweight and obesity.
MAIN_CONDITION = {"A": 1, "B": 2, "C": 3, "D": 4, "E": 5, "F": 5, "G": 6}
OTHER_CONDITION_SHARE = 0.10

ENROLMENT_START, ENROLMENT_DAYS = date(2024, 9, 2), 179
WAVE_DAY = {1: 0, 2: 91, 3: 182}
NEXT_QUARTER_START = date(2025, 10, 3)

# The seven realised programme effects of each outcome: weighted by SIZES they have mean zero and are uncorrelated with
# one another, so that a model without programmes in it recovers the slopes.
PROGRAMME_PATTERN = {
    "support": (1.22, -1.38, 0.70, -0.99, -0.34, 0.83, -0.60),
    "loneliness": (-1.15, 0.28, 1.80, -0.91, 1.04, 0.18, 0.61),
    "depression": (0.21, 1.82, -0.42, -0.99, -1.23, 0.63, 0.51),
    "self_efficacy": (1.08, 0.60, 0.50, -0.48, 0.54, -1.85, -0.41),
}
PROGRAMME_SD = {"support": 0.22, "loneliness": 0.34, "depression": 0.85, "self_efficacy": 1.0}

# Linear equations of the scores. Age is in decades from 50, support in points of the MSPSS mean.
SUPPORT = {
    "intercept": 4.10, "hour": 0.06, "supporter": 0.25, "leader": 0.40, "women": 0.15, "another_gender": -0.20,
    "person_sd": 0.72, "noise_sd": 0.62, "supporter_sd": 0.12,
}
LONELINESS = {"intercept": 6.05, "support": -0.45, "age": -0.08, "residual_half_width": 2.75, "person_share": 0.45}
DEPRESSION = {
    "intercept": 9.5, "loneliness": 1.2, "support": -0.5, "age": -0.25, "women": 0.5, "another_gender": 1.0,
    "person_sd": 2.2, "noise_sd": 2.8,
}
SELF_EFFICACY = {"intercept": 26.0, "support": 1.5, "age": 0.0, "person_sd": 3.0, "noise_sd": 3.0}
SUPPORT_CENTRE, LONELINESS_CENTRE, AGE_CENTRE = 4.3, 6.0, 50.0


class Scale(NamedTuple):
    """Items of an instrument: column stem, number, lowest and highest answer as scored, and as exported."""

    stem: str
    items: int
    low: int
    high: int
    exported_from: int
    allowed_missing: int
    apart: float                 # how far one person's answers lie apart from one another: this sets alpha


SCALES = {
    "support": Scale("mspss", 12, 1, 7, 1, 0, 0.95),
    "loneliness": Scale("ucla", 3, 1, 3, 1, 0, 0.05),
    "depression": Scale("phq", 9, 0, 3, 0, 2, 0.45),
    "self_efficacy": Scale("gse", 10, 1, 4, 0, 3, 0.45),   # the tool counted from 0 what is scored from 1
}
MSPSS_FACETS = {"significant other": (1, 2, 5, 10), "family": (3, 4, 8, 11), "friends": (6, 7, 9, 12)}

# Sessions: a recipient's own rate for three months is gamma distributed; a few never meet anyone.
SESSION_MEAN, SESSION_SHAPE, NEVER_MET_SHARE = 4.6, 3.0, 0.04
MINUTES_MEAN, MINUTES_SD, MINUTES_LIMITS = 55.0, 17.0, (10.0, 150.0)
TELEPHONE_SHARE = {"A": 0.10, "B": 0.15, "C": 0.70, "D": 0.90, "E": 0.55, "F": 0.75, "G": 0.20}
SESSION_DAYS = {1: (3, 85), 2: (108, 180)}   # days since enrolment; both lie clear of the days of answering
ACTIVE_SUPPORTER_SHARE = 0.7

# What goes wrong, and how often.
MESS = {
    "test_rows": 9, "declined_at_start": 14, "declined_later": 6, "left_at_consent": 5,
    "superseded_partials": 18, "superseded_complete": 5,
    "only_partials_1": 9, "only_partials_2": 10, "only_partials_3": 8,
    "gender_contradictions": 3, "straight_lined": 7, "age_in_words": 5, "age_999": 4,
    "encounter_duplicates": 23, "encounter_orphans": 6,
}
# Planned sessions: what a spreadsheet made of the band, and for how many people.
SESSIONS_AS_DATES = {"1-4": ("4-Jan", 4), "5-8": ("8-May", 5), "9-12": ("12-Sep", 2)}
NEXT = {"late_at_wave_3": 35, "newcomers": 24, "test_rows": 2, "only_partials": 3, "gone": 2}


def stream(name: str) -> np.random.Generator:
    """A random stream of its own for each part, so that a change in one part moves no other."""
    return np.random.default_rng([SEED, zlib.crc32(name.encode())])
