"""Who every kept row is: id, wave, parents, and the design's columns."""

from __future__ import annotations

import numpy as np
import pandas as pd

from pipeline.cleaning.columns import Texts
from pipeline.cleaning.distinct import text_array
from pipeline.cleaning.labels import Labels
from pipeline.cleaning.rows import Rows, wave_labels
from pipeline.errors import Mistake
from pipeline.study import Study

BY = "by."
"""Before the name of a raw column that a declaration brings rows together by."""


def keys_of(
    study: Study, table: str, rows: Rows, index: pd.Index, texts: Texts, labels: Labels
) -> tuple[pd.DataFrame, list[Mistake]]:
    """The frame ``Cleaned.keys`` of one table (index: addresses of the kept rows), and what is wrong with it."""
    kept = rows.kept
    columns = {"id": rows.ids[kept], "wave": wave_labels(study, table, rows)[kept]}
    columns |= {f"parent.{parent}": link[kept] for parent, link in rows.parents.items()}
    design, mistakes = labels.columns(table)
    columns |= design
    columns |= {BY + column: texts.of(table, column).rows[kept] for column in brought_by(study, table)}
    typed = {name: values if values.dtype.kind == "f" else text_array(values) for name, values in columns.items()}
    return pd.DataFrame(typed, index=index), mistakes


def people_of(study: Study, table: str, keys: pd.DataFrame) -> np.ndarray | None:
    """Of a table whose rows are no people, such as sessions: whose each row is, a number a person (who is not known is
    one of their own); None where the rows are people, or no people's."""
    source = study.sources[table]
    if source.unit == "people":
        return None
    for parent in source.parent:
        column = f"parent.{parent}"
        if study.sources[parent].unit == "people" and column in keys:
            who, rows = keys[column].astype(str), keys["id"].astype(str)
            return pd.factorize(("=" + who).where(keys[column].notna() & (who != ""), "id " + rows))[0]
    return None


def brought_by(study: Study, table: str) -> list[str]:
    """Raw columns of a table by which derived variables of other tables bring its rows together."""
    derives = [v.derive for v in study.variables.values() if v.derive and v.derive.from_ == table]
    return list(dict.fromkeys(d.by for d in derives if d.by and d.by not in study.variables))


def parents_first(study: Study) -> list[str]:
    """The tables, each after its parents."""
    order: list[str] = []
    while len(order) < len(study.sources):
        order += [t for t, s in study.sources.items() if t not in order and all(p in order for p in s.parent)]
    return order


def path_up(study: Study, table: str, owner: str) -> list[str]:
    """From a table up to one of its ancestors, the ancestor first."""
    if table == owner:
        return [table]
    parent = next(p for p in study.sources[table].parent if owner in (p, *study.ancestors(p)))
    return [*path_up(study, parent, owner), table]
