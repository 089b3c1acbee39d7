"""Participants tables with every option of a study file, of people drawn at random, as the report prints them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np
import pandas as pd

from pipeline.cleaning.cleaned import People
from pipeline.disclosure import Released, release
from pipeline.results import Results
from pipeline.study import Study, parse_study
from pipeline.tables.as_html import to_html
from pipeline.tables.fill import fill
from pipeline.tables.participants import participants
from pipeline.tables.table import Table

HEAD = """
title: Made up
data: {{file: made-up.csv, id: id{waves}}}
design: {{kind: cohort{weight}}}
variables:
  weight: {{type: number}}
  programme: {{codes: {{a: North, b: South}}, missing: {{blank: not answered, -99: refused}}}}
  trust: {{type: ordered, codes: {{1: Not at all, 2: A little, 3: Fully}}}}
  sex: {{codes: {{1: Women, 2: Men, 3: Another}}}}
  help: {{type: choices, codes: {{1: Talk, 2: Visits, 3: Rides}}}}
  age: {{type: number, unit: years, bands: [18-39, 40-64, 65+]}}
  kind: {{codes: {{1: Yes it is, 2: Not really}}}}
  warm: {{codes: {{1: Yes it is, 2: Not really}}}}
tables:
  t: {{rows: [sex, trust, help, age, {{grid: [kind, warm], label: The supporter}}], {options}}}
release: {{rule: {rule}}}
"""
LEVELS = {
    "programme": ("North", "South"), "trust": ("Not at all", "A little", "Fully"), "sex": ("Women", "Men", "Another"),
    "kind": ("Yes it is", "Not really"), "warm": ("Yes it is", "Not really"),
}  # fmt: skip
NONE, JOURNAL = "none, because: made up", "journal"
AXES: dict[str, tuple[Any, ...]] = {
    "percent": ("column", "row", "cell"),
    "columns": ("", "programme", "[programme, trust]", "trust", "help"),
    "overall": ("true", "first", "false"),
    "counts": ("n", "n/N"),
    "missing": ("row", "column", "footnote", "reasons"),
    "choices": ("people", "answers", "both"),
    "intervals": ("none", "usual"),
    "weighted": (False, True),
    "waves": (1, 2),
    "people": (70, 340),
    "blanks": (0.0, 0.04, 0.2),
    "rule": (NONE, JOURNAL),
}


@dataclass(frozen=True)
class Printed:
    study: Study
    table: Table
    released: Released
    page: bytes


def allowed(options: dict[str, Any]) -> bool:
    """Whether a study file may ask for it."""
    plain = options["percent"] == "column" and options["choices"] == "people"
    return not (
        (options["weighted"] and not (plain and options["counts"] == "n"))
        or (options["intervals"] != "none" and not plain)
        or (options["percent"] != "column" and not options["columns"])
        or (options["waves"] > 1 and options["missing"] == "column")
    )


def pairs(rng: np.random.Generator, **fixed: Any) -> list[dict[str, Any]]:
    """Few sets of options in which every two values that go together stand together once at least."""
    axes = {name: (fixed[name],) if name in fixed else values for name, values in AXES.items()}
    names = list(axes)
    open_pairs = {((a, x), (b, y)) for i, a in enumerate(names) for b in names[i + 1 :]
                  for x, y in product(axes[a], axes[b])}  # fmt: skip
    found: list[dict[str, Any]] = []
    while open_pairs:
        best, most = None, 0
        for _ in range(60):
            options = {name: values[int(rng.integers(len(values)))] for name, values in axes.items()}
            new = sum({(a, options[a]), (b, options[b])} == {(a, x), (b, y)} for (a, x), (b, y) in open_pairs)
            if allowed(options) and new > most:
                best, most = options, new
        if best is None:
            return found  # what is left does not go together
        found.append(best)
        open_pairs = {p for p in open_pairs if not all(best[name] == value for name, value in p)}
    return found


def printed(options: dict[str, Any], seed: int) -> Printed:
    study = parse_study(_text(options), "studies/made_up.yaml")
    people = _people(np.random.default_rng(seed), options["people"], options["waves"], options["blanks"])
    exhibit = participants(people, study, "t")
    released = release(exhibit.results, study.release, study)
    page = f"<html><body>{to_html(fill(exhibit.table, released), 'Table 1')}</body></html>"
    return Printed(study, exhibit.table, released, page.encode())


def _text(options: dict[str, Any]) -> str:
    said = [f"{key}: {options[key]}" for key in ("percent", "overall", "counts", "missing", "choices", "intervals")]
    said += [f"columns: {options['columns']}"] if options["columns"] else []
    said += ["waves: all"] if options["waves"] > 1 else []
    waves = ", wave: wave, waves: {1: Wave 1, 2: Wave 2}" if options["waves"] > 1 else ""
    weight = ", weight: weight" if options["weighted"] else ""
    return HEAD.format(waves=waves, weight=weight, options=", ".join(said), rule=options["rule"])


def _people(rng: np.random.Generator, size: int, waves: int, blanks: float) -> People:
    """Everyone at every wave; a programme is for good."""
    rows = size * waves
    frame: dict[str, Any] = {}
    reasons: dict[str, Any] = {}
    for name, levels in LEVELS.items():
        codes = rng.choice(len(levels), rows, p=[0.5, 0.46, 0.04] if name == "sex" else None)
        codes = np.tile(codes[:size], waves) if name == "programme" else codes
        lost = rng.random(rows) < blanks
        frame[name] = pd.Categorical.from_codes(np.where(lost, -1, codes), list(levels), ordered=name == "trust")
        reasons[name] = np.where(lost, rng.choice(["no answer", "refused", "not asked"], rows, p=[0.7, 0.2, 0.1]), "")
    for name, columns in (("help", {"help=Talk": 0.6, "help=Visits": 0.3, "help=Rides": 0.1}), ("age", {})):
        lost = rng.random(rows) < blanks
        frame |= {c: np.where(lost, np.nan, rng.random(rows) < share) for c, share in columns.items()}
        reasons[name] = np.where(lost, "no answer", "")
    frame["age"] = np.where(lost, np.nan, np.clip(np.round(rng.normal(48, 15, rows)), 18, 95))
    index = pd.Index([f"made-up.csv:{i}" for i in range(rows)], name="row")
    keys = {"id": [str(i) for i in range(size)] * waves, "weight": rng.uniform(0.5, 2, rows)}
    keys["wave"] = [f"Wave {w + 1}" if waves > 1 else "" for w in range(waves) for _ in range(size)]
    return People(
        {"people": pd.DataFrame(frame, index=index)},
        {"people": pd.DataFrame(reasons, index=index, dtype="str")},
        {"people": pd.DataFrame(keys, index=index)},
        {"people": pd.Series(True, index=index)},
        Results.of([]),
    )
