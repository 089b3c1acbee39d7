"""Coded interviews made up for tests, drawn as tables: document, person, role, programme, code, start, end, coder."""

from __future__ import annotations

import numpy as np

from pipeline.study import Study, parse_study
from pipeline.themes.clean_coding import CleanedCoding, clean_coding
from pipeline.themes.read import read_coding

HEAD = """
title: Made up
design: {kind: interviews}
release: {rule: RULE}
interviews:
  coded: {file: t.csv}
  roles: {PR: Recipients, PS: Supporters, PL: Leaders}
  programmes: {A: North, B: South}
"""
RULES = {"none": "none, because: made up", "journal": "journal, below: 5"}
COLUMNS = "document,participant,role,programme,code,start,end,coder,quotation"


def told(declared: str = "", rule: str = "none", head: str = HEAD) -> Study:
    """A study file with further lines under ``interviews``."""
    lines = "".join(f"  {line}\n" for line in declared.strip("\n").splitlines())
    return parse_study(head.replace("RULE", RULES.get(rule, rule)) + lines, "studies/made_up.yaml")


def coded(study: Study, rows: str) -> CleanedCoding:
    """The cleaned coding of rows in which a dot is an empty cell."""
    lines = [",".join("" if cell == "." else cell for cell in row.split()) for row in rows.strip().splitlines()]
    assert study.interviews is not None and study.interviews.coded is not None
    text = "\n".join([COLUMNS, *lines])
    return clean_coding(read_coding(study.interviews.coded, [("t.csv", text.encode())], lambda *_: ""), study)


def drawn(
    rng: np.random.Generator, people: int, codes: tuple[str, ...], chance: float = 0.4, twice: float = 0.0
) -> str:
    """Rows of so many made-up people, each with an interview (some with a second one) and passages by chance."""
    rows = []
    for person in range(people):
        role = ("PR", "PS", "PL")[rng.choice(3, p=(0.5, 0.3, 0.2))]
        programme = "AB"[int(rng.random() < 0.35)]
        for visit in range(1 + int(rng.random() < twice)):
            document = f"d{person}v{visit}"
            given = [code for code in codes if rng.random() < chance] or [codes[0]]
            for code in given:
                for start in rng.choice(60, size=int(rng.integers(1, 4)), replace=False) * 10:
                    rows.append(f"{document} P{person} {role} {programme} {code} {start} {start + 15} X .")
    return "\n".join(rows)
