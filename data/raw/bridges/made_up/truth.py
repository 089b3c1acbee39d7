"""What is true of the made-up study, told from the generator's own knowledge and never from the files that it wrote."""

from __future__ import annotations

import json
import math
from collections import Counter
from typing import Any

import numpy as np

from made_up import parameters as p
from made_up import responses as r
from made_up.answers import AGE_UNKNOWN, AGE_WORDS, DONT_KNOW, NONE_PRESCRIBED, UNANSWERED
from made_up.people import People, Session
from made_up.questions import COMMENTS, NEW_QUESTION, SCALE_ITEMS, WORDING_CHANGED
from made_up.responses import Change, Response
from made_up.scores import Scores, programme_effects

BASELINE = ("gender", "role", "education", "living_alone", "condition")


def _slope(value: float, unit: str, outcome: str, exposure: str, adjust: list[str], waves: list[int]) -> dict[str, Any]:
    model = {"outcome": outcome, "exposure": exposure, "adjust": adjust, "waves": waves}
    return {"value": value, "unit": unit, "model": model}


def _slopes() -> dict[str, Any]:
    """The true slopes, and the declared model that recovers each on complete cases."""
    b, d, e = p.LONELINESS["support"], p.DEPRESSION["loneliness"], p.DEPRESSION["support"]
    f, hour = p.SELF_EFFICACY["support"], p.SUPPORT["hour"]
    per_point, controls, waves = "per point of the MSPSS mean", ["age", "gender"], [1, 2, 3]
    phq, with_role = f"PHQ-9 points {per_point}", [*controls, "role"]
    so_far = "points of the MSPSS mean per hour of sessions so far"
    whole_file = "points of the MSPSS mean per minute of sessions; at wave 3 the whole file is so far"
    return {
        "support_to_loneliness": _slope(b, f"UCLA-3 points {per_point}", "loneliness", "support", controls, waves),
        "loneliness_to_depression": _slope(
            d, "PHQ-9 points per UCLA-3 point", "depression", "loneliness", ["support", *controls], waves
        ),
        "support_to_depression_direct": _slope(e, phq, "depression", "support", ["loneliness", *controls], waves),
        "support_to_depression_total": _slope(round(e + d * b, 4), phq, "depression", "support", controls, waves),
        "support_to_self_efficacy": _slope(f, f"GSE points {per_point}", "self_efficacy", "support", controls, waves),
        "hours_to_support": _slope(hour, so_far, "support", "hours", with_role, [2, 3]),
        "minutes_to_support": _slope(round(hour / 60, 6), whole_file, "support", "minutes", with_role, [3]),
    }


def equations(scores: Scores) -> dict[str, Any]:
    """The parameters from which the scores are made, and what a model makes of them."""
    return {
        "slopes": _slopes(),
        "indirect_effect_of_support_on_depression": round(p.DEPRESSION["loneliness"] * p.LONELINESS["support"], 4),
        "equations": {"support": p.SUPPORT, "loneliness": p.LONELINESS, "depression": p.DEPRESSION,
                      "self_efficacy": p.SELF_EFFICACY},
        "centres": {"support": p.SUPPORT_CENTRE, "loneliness": p.LONELINESS_CENTRE, "age": p.AGE_CENTRE},
        "programme_effects": {
            scale: dict(zip(p.PROGRAMMES, programme_effects(scale).round(4).tolist(), strict=True))
            for scale in p.SCALES
        },
        "icc_about": 0.05,
        "share_clipped": {scale: round(share, 4) for scale, share in scores.clipped.items()},
    }


def of_export(people: People, scores: Scores, rows: list[Response]) -> dict[str, Any]:
    """Flow, baseline counts, scored answers and missing ones of one export."""
    kept = [row for row in rows if row.fate == r.KEPT]
    waves = {w: [row for row in kept if row.wave == w] for w in p.WAVES}
    return {
        "flow": _flow(people, rows, kept, waves),
        "followed": _followed(people, waves),
        "baseline": _baseline(people, waves[1]),
        "scored": {w: {s: _scored(scores, s, waves[w]) for s in p.SCALES} for w in p.WAVES},
        "unanswered": {
            column: sum(row.answers[column] == UNANSWERED for row in kept)
            for column in ("age", *BASELINE, "match_basis", "support_kinds", "strain", "adherence")
        },
        "adherence": {
            "not applicable (88)": sum(row.answers["adherence"] == NONE_PRESCRIBED for row in kept),
            "does not know (99)": sum(row.answers["adherence"] == DONT_KNOW for row in kept),
        },
        "comments": sum(row.answers["comment"] != "" for row in kept),
    }


def _flow(
    people: People, rows: list[Response], kept: list[Response], waves: dict[int, list[Response]]
) -> dict[str, Any]:
    fates = Counter(row.fate for row in rows)
    letters = people.letters
    return {
        "rows": len(rows),
        "test_rows": fates[r.TEST],
        "no_consent": fates[r.DECLINED] + fates[r.LEFT_AT_CONSENT],
        "incomplete": fates[r.SUPERSEDED_PARTIAL] + fates[r.ONLY_PARTIAL],
        "duplicates": fates[r.SUPERSEDED_COMPLETE],
        "kept": len(kept),
        "of_no_consent": {"declined": fates[r.DECLINED], "left at the question": fates[r.LEFT_AT_CONSENT]},
        "of_incomplete": {"answered again whole": fates[r.SUPERSEDED_PARTIAL], "nothing whole": fates[r.ONLY_PARTIAL]},
        "if_duplicates_go_before_incomplete": {
            "duplicates": fates[r.SUPERSEDED_COMPLETE] + fates[r.SUPERSEDED_PARTIAL],
            "incomplete": fates[r.ONLY_PARTIAL],
        },
        "people_in_the_file": len({row.person for row in rows if row.person >= 0}),
        "people_kept": len({row.person for row in kept}),
        "programmes_kept": len({letters[row.person] for row in kept}),
        "kept_by_wave": {w: len(waves[w]) for w in p.WAVES},
        "kept_by_programme": {w: _counts((letters[row.person] for row in waves[w]), p.PROGRAMMES) for w in p.WAVES},
    }


def _followed(people: People, waves: dict[int, list[Response]]) -> dict[str, Any]:
    """Of those with a first wave: who has the second, the third, both."""
    at = {w: {row.person for row in rows} for w, rows in waves.items()}
    return {
        "second": len(at[1] & at[2]), "third": len(at[1] & at[3]), "both": len(at[1] & at[2] & at[3]),
        "third_without_second": len((at[1] & at[3]) - at[2]), "first_only": len(at[1] - at[2] - at[3]),
    }


def _baseline(people: People, rows: list[Response]) -> dict[str, Any]:
    counts = {
        name: {group: _counts(row.answers[name] for row in rows if group in ("All", people.letters[row.person]))
               for group in ("All", *p.PROGRAMMES)}
        for name in BASELINE
    }
    cells = [row.answers["age"] for row in rows]
    age = np.array([int(cell) for cell in cells if cell.isdigit() and cell != AGE_UNKNOWN], float)
    stated = {"n": len(age), "mean": round(age.mean(), 6), "sd": round(age.std(ddof=1), 6), "oldest": int(age.max())}
    left = {
        f"not answered ({UNANSWERED})": cells.count(UNANSWERED),
        f"refused ({AGE_WORDS})": cells.count(AGE_WORDS),
        f"not known ({AGE_UNKNOWN})": cells.count(AGE_UNKNOWN),
    }
    return {"age": stated | left, **counts}


def _counts(values: Any, levels: Any = ()) -> dict[str, int]:
    found = Counter(values)
    return {level: found[level] for level in (levels or sorted(found))}


def _scored(scores: Scores, scale: str, rows: list[Response]) -> dict[str, Any]:
    """Scores under the declared missing rule: a person's mean of the answered items stands in for the others."""
    spec = p.SCALES[scale]
    sums, whole = [], 0
    for row in rows:
        answered = [row.answers[c] != UNANSWERED for c in SCALE_ITEMS[scale]]
        if all(answered):
            sums.append(float(scores.total[scale][row.wave - 1, row.person]))
            whole += 1
        elif (missing := answered.count(False)) <= spec.allowed_missing:
            items = scores.items[scale][row.wave - 1, row.person][answered]
            sums.append(items.sum() * spec.items / (spec.items - missing))
    values = np.array(sums) / (12 if scale == "support" else 1)
    return {
        "n": len(values), "with_every_item": whole, "mean": round(values.mean(), 6), "sd": round(values.std(ddof=1), 6),
    }


def of_mess(rows: list[Response]) -> dict[str, Any]:
    kept = [row for row in rows if row.fate == r.KEPT]
    baseline = [row for row in kept if row.wave == 1]
    bands = Counter(row.answers["age_band_reg"] for row in baseline)
    sessions = Counter(row.answers["sessions_band"] for row in baseline)
    return {
        "gender_contradicts_other_waves": {"people": p.MESS["gender_contradictions"]},
        "straight_lined_mspss_under_90_seconds": p.MESS["straight_lined"],
        "age_band_reg_at_wave_1": dict(sorted(bands.items())),
        "sessions_band_at_wave_1": dict(sorted(sessions.items())),
        "different_comments": len(COMMENTS),
    }


def of_encounters(people: People, rows: list[Session], hours: np.ndarray) -> dict[str, Any]:
    kept = [s for s in rows if s.fate == "kept"]
    core = people.core()
    recipients = core[people.role[core] == p.RECIPIENT]
    met = {s.recipient for s in kept}
    return {
        "rows": len(rows),
        "duplicate_rows": sum(s.fate == "duplicate" for s in rows),
        "orphan_rows": sum(s.fate == "orphan" for s in rows),
        "kept": len(kept),
        "recipients_at_baseline": len(recipients),
        "recipients_with_sessions": len(met),
        "recipients_without": len(recipients) - len(met),
        "supporters_with_sessions": len({s.supporter for s in kept}),
        "by_telephone": sum(s.mode == "by telephone" for s in kept),
        "first_period": sum(s.period == 1 for s in kept),
        "minutes": math.fsum(s.minutes for s in kept),
        "mean_hours_of_recipients": {
            "before wave 2": round(math.fsum(hours[1, recipients]) / len(recipients), 6),
            "before wave 3": round(math.fsum(hours[2, recipients]) / len(recipients), 6),
        },
    }


def of_change(people: People, first: list[Response], second: list[Response], change: Change) -> dict[str, Any]:
    old = {row.response_id for row in first}
    new = [row for row in second if row.response_id not in old]
    return {
        "recoded": {"ResponseId": change.recoded, "column": "gender", "before": change.before, "after": change.after},
        "gone": list(change.gone),
        "new_column": NEW_QUESTION,
        "wording_changed": list(WORDING_CHANGED),
        "new_rows": _counts(row.fate for row in new),
        "new_kept_by_wave": _counts((row.wave for row in new if row.fate == r.KEPT), p.WAVES),
        "new_people_kept": len({row.person for row in new if row.fate == r.KEPT and row.wave == 1}),
    }


def written(tree: dict[Any, Any], indent: int = 0) -> str:
    """The little YAML that is needed here: nested mappings, lists on one line, quoted text."""
    lines = []
    for key, value in tree.items():
        plain = isinstance(key, int) or key.replace("_", "").isalpha()
        name = key if plain else json.dumps(key, ensure_ascii=False)
        if isinstance(value, dict):
            lines.append(f"{' ' * indent}{name}:\n{written(value, indent + 2)}")
        else:
            lines.append(f"{' ' * indent}{name}: {json.dumps(value, ensure_ascii=False)}\n")
    return "".join(lines)
