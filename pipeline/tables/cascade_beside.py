"""What else a study tells of a cascade's steps, as its file says: which of them at once, and by which variables."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pipeline.study import CascadeSpec, Study

CATEGORIES = ("category", "ordered", "choices")
OVER_ROWS = ("at_wave", "change", "from_")
"""Forms of derived variables that are made of another wave's rows, or of another table's."""


class Beside(NamedTuple):
    """blocks: places of steps, those together of which one output tells at once, or that hang on one another. by:
    variables by whose levels an output tells of steps. known: those by which one may tell of steps as they are known
    or not. told: whether a table, a model, a scale or another cascade tells of a step. apart: whether one does so in a
    way that isn't a matter of these people and answers alone (weights, several waves, a number by steps)."""

    blocks: tuple[tuple[int, ...], ...]
    by: tuple[str, ...]
    known: tuple[str, ...]
    told: bool
    apart: bool


class _Output(NamedTuple):
    """parts: what stands against one another in it. columns: those by whose bands people are parted. numbers: whether
    it tells no more of a number by step than who has one; where it is not told, of no variable."""

    parts: tuple[str, ...]
    columns: tuple[str, ...] = ()
    told: bool = True
    apart: bool = False
    numbers: bool = False


def beside(study: Study, name: str) -> Beside:
    """Of the cascade ``name``. A function of the study's own may read anything, so that beside one all is apart."""
    spec = study.cascades[name]
    steps = spec.variables
    table = spec.of or study.main
    near = (table, *study.ancestors(table))
    raw = {step: _raw(study, step) for step in steps}
    blocks = [{place} for place in range(len(steps))]
    by = {v: None for v in (study.design.cluster, _arm(study)) if v and study.kind_of(v) in CATEGORIES}
    known: dict[str, None] = {}
    told = apart = study.function is not None or any(study.source_of(step) != table for step in steps)
    for output in _outputs(study, spec):
        leaves: dict[str, bool] = {}
        for part in output.parts:
            leaves |= {leaf: asks or leaves.get(leaf, False) for leaf, asks in _leaves(study, part, steps).items()}
        held = {k for k, step in enumerate(steps) if any(leaf == step or _raw(study, leaf) & raw[step]
                                                         for leaf in leaves)}  # fmt: skip
        if not held:
            continue
        blocks = [b for b in blocks if b.isdisjoint(held)] + [held.union(*(b for b in blocks if b & held))]
        told |= output.told
        apart |= output.told and (output.apart or _over_rows(study, (*output.parts, *(steps[k] for k in held))))
        for leaf, asks in leaves.items():
            if leaf in steps or _hangs(study, leaf, steps, raw):
                continue  # it is asked by a step, and who was not asked it is those who said so there
            if study.source_of(leaf) not in near:
                apart |= output.told
            elif leaf in output.columns or (study.kind_of(leaf) in CATEGORIES and (output.told or asks)):
                by[leaf] = None
            elif output.numbers:
                known[leaf] = None
            else:
                apart = True
    return Beside(tuple(sorted(tuple(sorted(b)) for b in blocks)), tuple(by), tuple(known), told, apart)


def readers(study: Study, name: str) -> tuple[str, ...]:
    """The steps of a cascade, and every variable and scale that tells of one."""
    steps = study.cascades[name].variables
    raw = frozenset[str]().union(*(_raw(study, step) for step in steps))
    return tuple(part for part in (*study.variables, *study.scales) if any(
        leaf in steps or _raw(study, leaf) & raw for leaf in _leaves(study, part, steps)))  # fmt: skip


def _outputs(study: Study, own: CascadeSpec) -> Iterator[_Output]:
    table, wave = own.of or study.main, own.wave
    for spec in study.tables.values():
        odd = spec.kind != "participants" or (spec.of or study.main, spec.wave) != (table, wave) or bool(spec.waves)
        odd |= bool(study.design.weight) and spec.weighted is not False
        for row in spec.shown:
            yield _Output((*spec.columns, row), spec.columns, apart=odd)
    for model in study.models.values():
        odd = bool(model.waves or model.baseline or study.design.weight)
        odd |= (model.of or study.main, model.wave) != (table, wave)
        cluster = [c for c in (model.cluster or study.design.cluster,) if c in study.variables]
        yield _Output((*model.used, *cluster), apart=odd, numbers=True)
    for name, scale in study.scales.items():
        among = scale.reliability.by if scale.reliability else ()
        yield _Output((name, *among), among)
    for other in study.cascades.values():
        if other is not own:
            odd = (other.of or study.main, other.wave) != (table, wave)
            yield _Output((*other.variables, *([other.by] if other.by else [])), apart=odd)
    for name in study.variables:
        yield _Output((name,), told=False, numbers=True)


def _arm(study: Study) -> str | None:
    return study.design.arm if "trial" in study.design.kind else None


def _leaves(study: Study, part: str, steps: tuple[str, ...]) -> dict[str, bool]:
    """The steps, variables and scales that a part is made of, and those by which these are asked: True."""
    found: dict[str, bool] = {}
    todo, seen = [(part, False)], set[str]()
    while todo:
        one, asks = todo.pop()
        if (one not in study.variables and one not in study.scales) or one in seen:
            continue
        seen.add(one)
        derive = study.variables[one].derive if one in study.variables else None
        if derive is None or one in steps:
            found[one] = asks
            todo += [(above, True) for above in _asked_of(study, one)]
        else:
            todo += [(below, asks) for below in derive.parts]
    return found


def _asked_of(study: Study, name: str) -> Iterator[str]:
    """By which variables a variable or scale is asked, or those that it is derived from."""
    if name in study.scales:
        yield from study.scales[name].asked_of
    for one in sorted(_derived(study, (name,))):
        yield from study.variables[one].asked_of


def _hangs(study: Study, leaf: str, steps: tuple[str, ...], raw: dict[str, frozenset[str]]) -> bool:
    """Whether a variable is another answer than every step, and asked by one."""
    own = _raw(study, leaf)
    return not any(own & read for read in raw.values()) and any(
        above in steps for above in _leaves(study, leaf, steps))


def _raw(study: Study, name: str) -> frozenset[str]:
    """The columns that a variable or scale is read from, whatever it is derived by."""
    if name in study.scales:
        return frozenset(f"{study.source_of(name)} {item}" for item in study.scales[name].items)
    variable = study.variables[name]
    if variable.derive is not None:
        return frozenset[str]().union(*(_raw(study, part) for part in variable.derive.parts))
    columns = variable.count or tuple(variable.columns) or (variable.from_ or name,)
    return frozenset(f"{study.source_of(name)} {column}" for column in columns)


def _over_rows(study: Study, parts: tuple[str, ...]) -> bool:
    forms = (study.variables[p].derive for p in _derived(study, parts))
    return any(derive is not None and derive.form in OVER_ROWS for derive in forms)


def _derived(study: Study, parts: tuple[str, ...]) -> set[str]:
    """Variables, and those that they are derived from."""
    found, todo = set[str](), list(parts)
    while todo:
        part = todo.pop()
        if part in study.variables and part not in found:
            found.add(part)
            derive = study.variables[part].derive
            todo += derive.parts if derive is not None else ()
    return found
