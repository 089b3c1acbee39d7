"""What a study file alone shows of derived variables that could not be made."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.errors import Mistake, closest
from pipeline.study.format import Study
from pipeline.study.variable import Derive
from pipeline.study.words import NUMBER

NUMERIC = ("number", "count")


def check_derived(study: Study) -> Iterator[Mistake]:
    """Parts of the wrong type or of another table, waves and linked tables that do not fit."""
    for name, variable in study.variables.items():
        if variable.derive:
            yield from _derived(study, name, variable.derive)


def _derived(study: Study, name: str, derive: Derive) -> Iterator[Mistake]:
    at = ("variables", name, "derive")
    wanted: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
        "sum": (derive.sum or (), (*NUMERIC, "choices")),
        "mean": (derive.mean or (), NUMERIC),
        "difference": (derive.difference or (), NUMERIC),
        "change": (derive.change or (), NUMERIC),
        "days": (derive.days or (), ("date",)),
        "regroup": ((derive.regroup or "",), ("category", "ordered")),
        "cut": ((derive.cut or "",), NUMERIC),
        "at_wave": ((derive.of or "",), (*NUMERIC, "category", "ordered", "date", "text")),
    }
    of = {
        "sum": NUMERIC,
        "mean": NUMERIC,
        "any": ("category", "ordered"),
        "most frequent": (*NUMERIC, "category", "ordered", "text"),
    }
    if derive.form == "from_":
        wanted["from_"] = ((derive.of,), of[derive.take or ""]) if derive.of and derive.take != "count" else ((), ())
    parts, kinds = wanted[derive.form]
    for part in parts:
        if (part in study.variables or part in study.scales) and study.kind_of(part) not in kinds:
            yield Mistake(
                study.where(*at),
                f"'{part}' is {a_kind(study.kind_of(part))}.",
                f"This needs {' or '.join(a_kind(k) for k in kinds)}.",
            )
    table = study.source_of(name)
    if table not in study.sources:
        return
    if derive.form == "from_":
        yield from _linked(study, at, table, derive)
        return
    for part in (p for p in parts if p in study.variables or p in study.scales):
        if study.source_of(part) not in (table, *study.ancestors(table)):
            what = f"'{part}' belongs to {study.source_of(part)}, which is no parent of {table}."
            yield Mistake(study.where(*at), what, "Bring it together with from, take and by.")
    if derive.form == "at_wave":
        waves = study.sources[table].wave_labels
        if derive.at_wave not in waves and derive.at_wave not in waves.values():
            mend = closest(str(derive.at_wave), [*waves, *waves.values()]) or f"Known: {', '.join(waves) or 'none'}."
            yield Mistake(study.where(*at), f"{table} has no wave '{derive.at_wave}'.", mend)


def _linked(study: Study, at: tuple[str, ...], table: str, derive: Derive) -> Iterator[Mistake]:
    linked = derive.from_ or ""
    if derive.of in study.variables and study.source_of(derive.of) != linked:
        yield Mistake(
            study.where(*at, "of"),
            f"'{derive.of}' belongs to {study.source_of(derive.of)}.",
            f"Name a variable of {linked}.",
        )
    if derive.by in study.variables and study.source_of(derive.by) != linked:
        yield Mistake(
            study.where(*at, "by"),
            f"'{derive.by}' belongs to {study.source_of(derive.by)}.",
            f"Name a variable or column of {linked}.",
        )
    elif derive.by in study.variables and study.variables[derive.by].derive:
        yield Mistake(study.where(*at, "by"), f"'{derive.by}' is derived.", f"Name a column of {linked}.")
    elif derive.by in study.variables and study.kind_of(derive.by) not in ("text", "category"):
        yield Mistake(
            study.where(*at, "by"),
            f"'{derive.by}' is {a_kind(study.kind_of(derive.by))}.",
            "An id is text: use the raw column.",
        )
    if len(study.sources[table].id) > 1:
        yield Mistake(
            study.where(*at),
            f"a row of {table} has an id of several columns.",
            "'from' needs a table with one id column.",
        )
    if derive.take == "any" and derive.of in study.variables and len(study.levels_of(derive.of)) != 2:
        yield Mistake(
            study.where(*at),
            f"'any' needs two levels, {derive.of} has {len(study.levels_of(derive.of))}.",
            "Regroup it first.",
        )
    if derive.none is not None and derive.take in ("sum", "mean", "count") and not NUMBER.fullmatch(derive.none):
        yield Mistake(study.where(*at, "none"), f"'{derive.none}' is not a number.", "Write one, like 0.")


def a_kind(kind: str) -> str:
    """A type in a sentence."""
    return {"ordered": "an ordered category", "choices": "a set of choices", "text": "text"}.get(kind, f"a {kind}")
