"""How variables, waves and tables are called in print, from the study file."""

from __future__ import annotations

import re

import pandas as pd

from pipeline.errors import Mistake, raise_all
from pipeline.instruments.registry import rules
from pipeline.instruments.rule import ScoringRule
from pipeline.study import Source, Study


def unweighted(study: Study, what: str = "table") -> list[str]:
    """What a table or figure of numbers without weights says of them, where the design has weights."""
    return [f"Unweighted: the sampling weights have no part in this {what}."] if study.design.weight else []


def spoken(name: str) -> str:
    """``help_kinds`` as ``Help kinds``."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]


def inside_sentence(label: str) -> str:
    """``Role`` as ``role`` where it does not begin a sentence; ``PrEP`` and ``HIV status`` stay."""
    first, *rest = label.split(" ")
    if rest and rest[0][:1].isupper() and rest[0][1:3].islower():  # a name: Patient Health Questionnaire
        return label
    return label[:1].lower() + label[1:] if first[1:] == first[1:].lower() and len(first) > 1 else label


def band_words(label: str) -> str:
    """``18-29`` as it is printed: with an en dash."""
    return re.sub(r"(?<=\d)-(?=[-−\d])", "–", label)


def label_of(study: Study, name: str) -> str:
    """The label of a variable or scale; its name in words where none is declared."""
    if name in study.scales:
        return scale_rule(study, name).label
    variable = study.variables.get(name)
    return (variable.label if variable else None) or spoken(name)


def scale_rule(study: Study, name: str) -> ScoringRule:
    return rules(study)[name]


def scale_note(study: Study, name: str) -> str:
    """Range and direction of a scale, as a clause."""
    rule = scale_rule(study, name)
    direction = f"; higher means {rule.high_means}" if rule.high_means else ""
    return f"{rule.label}: {rule.what_and_limits}{direction}."


def wave_labels(source: Source) -> dict[str, str]:
    """Wave code to label, in declared order; empty for a table without waves."""
    return source.wave_labels


def cluster_variable(study: Study, frame: pd.DataFrame) -> str | None:
    """The design's cluster where tables may name it: a variable with levels. An id column could name a person."""
    name = study.design.cluster
    named = name in study.variables and study.kind_of(name) in ("category", "ordered")
    return name if named and name in frame else None


def source_of_table(study: Study, name: str) -> tuple[str, Source]:
    """The raw table that a declared table speaks of."""
    table = study.tables[name].of or study.main
    return table, study.sources[table]


def refuse_unshowable(study: Study, name: str, columns: set[str]) -> None:
    """Raises ``Mistakes`` for rows of a declared table that its people (``columns`` of their frame) can't show."""
    spec = study.tables[name]
    table = spec.of or study.main
    found = []
    for key, row in [*(("rows", row) for row in spec.shown), *(("columns", by) for by in spec.columns)]:
        where = study.where("tables", name, key)
        kind = study.kind_of(row) if row in study.variables else "scale"
        if kind == "text":
            found.append(Mistake(where, f"'{row}' is free text.", "Give it codes to count it, or leave it out."))
        elif row not in columns and not (kind == "choices" and any(c.startswith(f"{row}=") for c in columns)):
            mend = f"It belongs to '{study.source_of(row)}': derive a variable of '{table}' from it."
            found.append(Mistake(where, f"'{row}' is not in table '{table}'.", mend))
    raise_all(found)
