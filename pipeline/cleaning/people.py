"""Responses, parents' variables, scores and derived variables side by side: what tables and models read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd

from pipeline.cleaning.cleaned import Cleaned, People
from pipeline.cleaning.columns import DESIGN
from pipeline.cleaning.counted_as import counted_as
from pipeline.cleaning.derived import Derived
from pipeline.cleaning.keys import path_up
from pipeline.cleaning.links import Values, bring, varies
from pipeline.cleaning.missingness import missingness_results
from pipeline.cleaning.remarks import remarks
from pipeline.errors import raise_all
from pipeline.results import Results
from pipeline.study import Study


def join(
    cleaned: Cleaned, scores: Mapping[str, pd.DataFrame], score_reasons: Mapping[str, pd.DataFrame], study: Study
) -> People:
    """``People``: derived variables are made in the order in which they need each other, parents' variables brought.

    scores, score_reasons: table -> scale scores and why they are missing, index as in ``cleaned.responses``. results:
    the participant flow, missingness and what the ledger has to tell a reader; remarks: sentences with these numbers.
    Raises ``Mistakes`` with everything that the data say against derived variables, bands and links.
    """
    own = Derived(study, cleaned.keys, *_own(cleaned, scores, score_reasons, study))
    own.make()
    frames, reasons = {}, {}
    for table in study.sources:
        frames[table], reasons[table] = _frames(table, cleaned, own, study)
    raise_all(dict.fromkeys(own.mistakes))
    keys = {table: _keys(table, cleaned, own, study) for table in study.sources}
    people = People(frames, reasons, keys, dict(cleaned.domain), Results.of([]))
    told, sentences = remarks(cleaned, own, study)
    found = Results.join([told, missingness_results(people, study), counted_as(cleaned, people, study)])
    return replace(people, results=found, remarks=sentences)


def _own(
    cleaned: Cleaned, scores: Mapping[str, pd.DataFrame], score_reasons: Mapping[str, pd.DataFrame], study: Study
) -> tuple[dict[str, Values], dict[str, pd.Series]]:
    """Variables (choices as frames) and scores, each in its own table."""
    values: dict[str, Values] = {}
    reasons: dict[str, pd.Series] = {}
    for name, variable in study.variables.items():
        if variable.derive is None:
            frame = cleaned.responses[study.source_of(name)]
            ticks = [f"{name}={level}" for level in variable.levels]
            values[name] = frame[ticks] if variable.kind == "choices" else frame[name]
            reasons[name] = cleaned.reasons[study.source_of(name)][name]
    for name in study.scales:
        values[name] = scores[study.source_of(name)][name]
        reasons[name] = score_reasons[study.source_of(name)][name]
    return values, reasons


def _frames(table: str, cleaned: Cleaned, own: Derived, study: Study) -> tuple[pd.DataFrame, pd.DataFrame]:
    """A table's variables and scores in declared order, its items, then variables and scores of its parents.

    No name can stand there twice: those of variables and scales are a study's, and an item can't have one of them.
    """
    values: dict[str, pd.Series] = {}
    reasons: dict[str, pd.Series] = {}
    for name in (n for n in (*study.variables, *study.scales) if study.source_of(n) == table):
        values |= _columns(name, own.values[name])
        reasons[name] = own.reasons[name]
    for item in (c for c in cleaned.reasons[table] if c not in reasons):
        values[item], reasons[item] = cleaned.responses[table][item], cleaned.reasons[table][item]
    for above in study.ancestors(table):
        for name in (n for n in (*study.variables, *study.scales) if study.source_of(n) == above):
            found = _brought(name, table, above, own, study)
            if found is not None:
                values |= _columns(name, found[0])
                reasons[name] = found[1]
    index = cleaned.responses[table].index
    return pd.DataFrame(values, index=index), pd.DataFrame(reasons, index=index)


def _brought(name: str, table: str, above: str, own: Derived, study: Study) -> tuple[Values, pd.Series] | None:
    """A parent's variable for the rows of a table; None where its people have several values of it.

    That is a mistake only where a table or model of this table uses the variable.
    """
    values, reasons = own.values[name], own.reasons[name]
    path = path_up(study, table, above)
    for parent, child in zip(path, path[1:], strict=False):
        found = bring(own.keys, study, child, parent, values, reasons)
        values, reasons = found.values, found.reasons
        if found.varying:
            own.mistakes += [varies(study, at, name, parent, child, found.varying) for at in _uses(study, name, table)]
            return None
    return values, reasons


def _uses(study: Study, name: str, table: str) -> list[tuple[str, ...]]:
    """The tables, cascades and models of one table that name a variable."""
    tables = [
        ("tables", n)
        for n, t in study.tables.items()
        if (t.of or study.main) == table and name in (*t.shown, *t.columns)
    ]
    models = [
        ("models", n)
        for n, m in study.models.items()
        if (m.of or study.main) == table and name in m.used
    ]
    cascades = [
        ("cascades", n)
        for n, c in study.cascades.items()
        if (c.of or study.main) == table and name in (*c.variables, c.by)
    ]
    return [*tables, *cascades, *models]


def _columns(name: str, values: Values) -> dict[str, pd.Series]:
    return {str(c): values[c] for c in values} if isinstance(values, pd.DataFrame) else {name: values}


def _keys(table: str, cleaned: Cleaned, own: Derived, study: Study) -> pd.DataFrame:
    """Keys with the design's columns that are derived variables: text, ``""`` where missing; a weight as it is."""
    keys = cleaned.keys[table]
    for role in (r for r in DESIGN if r != "arm"):
        name = getattr(study.design, role)
        variable = study.variables.get(name) if name else None
        if variable is None or variable.derive is None or study.source_of(name) not in (table, *study.ancestors(table)):
            continue
        values, _ = own.brought(name, table, name)
        keys = keys.assign(**{role: values.astype(float) if role == "weight" else values.astype("str").fillna("")})
    return keys
