"""Finding released numbers: which groups there are, in the order in which the study declares them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.disclosure import Released
from pipeline.report.blocks import listed
from pipeline.results import ALL, KEY, WITHHELD, Key, parts_of
from pipeline.study import Study
from pipeline.tables.fill import NOTE
from pipeline.tables.in_style import NOT_AVAILABLE
from pipeline.tables.style_file import plain
from pipeline.tables.table import Filled, FilledColumn, FilledRow
from pipeline.tables.words import inside_sentence, label_of, wave_labels
from pipeline.themes.tally import THEME
from pipeline.themes.theme_counts import KIND as THEMES

MOST_PARTS = 16
"""More programmes than these are not drawn apart: their numbers would be too small to read, and mostly to release."""


@dataclass(frozen=True)
class Group:
    """One group of results: its path, and what a picture calls it. ``by``: the variable that makes it, in words."""

    path: str
    label: str
    by: str = ""


class Shelf:
    """The released numbers of one kind and name."""

    def __init__(self, released: Released, kind: str, name: str, unit: str = "people"):
        frame = released.frame
        here = frame[(frame["kind"] == kind) & (frame["name"] == name)]
        self.released, self.kind, self.name, self.unit = released, kind, name, unit
        self.keys = [Key(*row) for row in here[KEY].itertuples(index=False, name=None)]

    def groups(self) -> list[str]:
        return list(dict.fromkeys(k.group for k in self.keys))

    def key(self, group: str, statistic: str, term: str = "", level: str = "") -> Key:
        return Key(self.kind, self.name, term, level, group, statistic)

    def has(self, group: str, statistic: str, term: str = "", level: str = "") -> bool:
        return self.released.has(self.key(group, statistic, term, level))

    def text(self, group: str, statistic: str, term: str = "", level: str = "") -> str:
        """As printed; "" where no result has it."""
        key = self.key(group, statistic, term, level)
        return self.released.text(key) if self.released.has(key) else ""

    def said(self, group: str, statistic: str, term: str = "", level: str = "") -> str:
        """As said in a sentence; "" where no result has it."""
        key = self.key(group, statistic, term, level)
        return self.released.said(key) if self.released.has(key) else ""

    def value(self, group: str, statistic: str, term: str = "", level: str = "") -> float:
        """As released; NaN where withheld, or where no result has it."""
        key = self.key(group, statistic, term, level)
        return self.released.value(key) if self.released.has(key) else float("nan")

    def withheld(self, group: str, statistic: str, term: str = "", level: str = "") -> bool:
        key = self.key(group, statistic, term, level)
        return self.released.has(key) and self.released.withheld(key)

    def waves(self, study: Study) -> list[Group]:
        """The waves of these results in declared order; one group without a name where there are none."""
        found = {f"wave={parts_of(path)[0][1]}" for path in self.groups() if path.startswith("wave=")}
        declared = [f"wave={w}" for source in study.sources.values() for w in wave_labels(source).values()]
        ordered = [w for w in dict.fromkeys(declared) if w in found] + sorted(found.difference(declared))
        return [Group(w, w.removeprefix("wave=")) for w in ordered] or [Group(ALL, "")]

    def parts(self, study: Study, wave: Group) -> list[Group]:
        """The clusters within a wave (or within everyone), in declared order; none where they are too many to draw."""
        before = f"{wave.path};" if wave.path != ALL else ""
        inside = [g[len(before) :] for g in self.groups() if g.startswith(before) and g != wave.path]
        parts = [g for g in inside if "=" in g and not g.startswith("wave=")]
        names = list(dict.fromkeys(g.split("=", 1)[0] for g in parts))
        name = next((n for n in (study.design.cluster, study.design.arm, *names) if n in names), "")
        parts = [g for g in parts if g.startswith(f"{name}=")]
        variable = study.variables.get(name)
        order = {level: place for place, level in enumerate(variable.levels)} if variable else {}
        labels = {g: g.split("=", 1)[1] for g in parts}
        if len(parts) > MOST_PARTS:
            return []
        ranked = sorted(parts, key=lambda g: (order.get(labels[g], len(order)), labels[g]))
        return [Group(before + g, labels[g], label_of(study, name)) for g in ranked]


def by_words(groups: Iterable[Group], waves: bool) -> str:
    """``by programme and wave``; "" where all stand together."""
    by = [*dict.fromkeys(inside_sentence(g.by) for g in groups if g.by), *(["wave"] if waves else [])]
    return f"by {listed(by)}" if by else ""


def population_key(study: Study, released: Released) -> Key | None:
    """Where a table counts the people inside the study's population, if it has one: the table's n of all."""
    if study.population is None:
        return None
    place = study.population.in_ or study.main
    names = [n for n, t in study.tables.items() if t.kind == "participants" and (t.of or study.main) == place]
    keys = [Key("participants", name, "", "", ALL, "n") for name in names]
    return next((key for key in keys if released.has(key)), None)


def theme_key(study: Study, theme: str, released: Released) -> Key | None:
    """How many people have a theme, in the first table of interviews that counts them."""
    names = study.interviews.tables if study.interviews is not None else ()
    keys = (Key(THEMES, name, THEME, theme) for name in names)
    return next((key for key in keys if released.has(key)), None)


def printed(
    released: Released,
    name: str,
    title: str,
    stub: str,
    columns: list[tuple[str, str]],
    rows: list[tuple[str, list[Key]]],
) -> Filled:
    """A table of released numbers beside a figure. columns: heading and the heading above it; rows: a key a column."""
    lines = [
        FilledRow(
            label,
            "statistic",
            0,
            tuple(released.text(k) if released.has(k) else "" for k in keys),
            keys=tuple((k,) if released.has(k) else () for k in keys),
        )
        for label, keys in rows
    ]
    cells = {cell for line in lines for cell in line.cells}
    notes = [NOTE] if WITHHELD in cells else []
    notes += [plain().absent.not_available_note] if NOT_AVAILABLE in cells else []
    heads = tuple(FilledColumn(label, spanner=above) for label, above in columns)
    return Filled(name, title, stub, heads, tuple(lines), tuple(notes))
