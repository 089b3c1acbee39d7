"""Writes the rebuilt rows of ``joo2022``: python data/raw/joo2022/generate.py [TARGET_DIR]

Not real people's rows. How many informants gave each answer is true: it is printed in the paper's Table 1. Which
answers stand together in a row is not known, and here it is arbitrary. The same bytes come out every time; nothing is
drawn at random. Without a target the files are written beside this one.
"""

from __future__ import annotations

import csv
import io
import sys
from pathlib import Path

PEOPLE = 43
NOT_REPORTED = "NR"
MARGINS = {
    "age": {"25-44": 11, "45-64": 26, "65+": 5},
    "gender": {"woman": 35, "other": 5},
    "ethnicity": {"Asian": 3, "Black": 12, "Hispanic": 1, "White": 23},
    "education": {"some high school": 2, "high school": 3, "some college": 4, "bachelor": 15, "advanced": 18},
    "programme": {"A": 8, "B": 6, "C": 5, "D": 9, "E": 5, "F": 7, "G": 1},
    "role": {"PR": 15, "PS": 14, "PL": 14},
}
"""Answer -> informants who gave it. What is left up to 43 gave none, or none that is printed."""
STRIDES = {"age": 5, "gender": 7, "ethnicity": 11, "education": 13, "programme": 3, "role": 17}
"""How far apart neighbouring rows' answers are taken. 43 is prime: every stride takes each of them once."""
PROGRAMMES = [
    ["programme", "setting", "setting_basis", "people_served", "condition", "scope", "formats"],
    ["A", "community", "stated", "patients", "substance use", "local;international",
     "one-to-one in person;groups of 12 steps;round the clock"],
    ["B", "community", "stated", "patients;families", "mental illness", "national", "groups;courses"],
    ["C", "healthcare;community", "stated", "patients;families", "new mothers", "local",
     "one-to-one by telephone;groups"],
    ["D", "community", "inferred", "families", "disability of a child", "national", "one-to-one by telephone"],
    ["E", "healthcare", "inferred", "patients;families", "transplants;cancers;cystic fibrosis", "regional",
     "one-to-one in person;one-to-one by telephone"],
    ["F", "healthcare", "stated", "patients;families", "cancers", "local",
     "one-to-one by telephone;groups for caregivers"],
    ["G", "community", "stated", "patients", "overweight and obesity", "national;international",
     "groups;activities;mentor"],
]  # fmt: skip
"""The paper's Table 2 as codes. The basis says where a setting does not stand there and was inferred from its text."""


def informants() -> list[list[str]]:
    """A row an informant under a row of names: each variable's answers in printed order, taken in strides."""
    columns = []
    for name, levels in MARGINS.items():
        answers = [level for level, n in levels.items() for _ in range(n)]
        answers += [NOT_REPORTED] * (PEOPLE - len(answers))
        columns.append([answers[row * STRIDES[name] % PEOPLE] for row in range(PEOPLE)])
    rows = [[f"R{row + 1:02d}", *answers] for row, answers in enumerate(zip(*columns, strict=True))]
    return [["rebuilt_row", *MARGINS], *rows]


def make() -> dict[str, bytes]:
    """Every file of the study by name."""
    return {"informants.csv": _written(informants()), "programmes.csv": _written(PROGRAMMES)}


def _written(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode("utf-8")


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in make().items():
        (folder / name).write_bytes(content)
