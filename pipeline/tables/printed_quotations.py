"""Quotations that a paper prints, counted by theme, role and programme: counts of print, and of no one's talk."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from pipeline.results import ALL, NOBODY, Key, Number, Results, Sentence, literal
from pipeline.study import Study
from pipeline.study.check_interview_tables import LEGENDS, legend_of
from pipeline.study.interview_tables import tag
from pipeline.tables.exhibit import Exhibit
from pipeline.tables.table import Column, Row, Table
from pipeline.tables.words import spoken

KIND, COUNT = "themes", "quotations"
NOTE = (
    "Counts of printed quotations, not of what was said: how often a theme was coded, and by how many people it was "
    "told, the paper does not say."
)
SIDES = {"role": 1, "programme": 0}
"""Which part of a tag it is."""
Tags = list[tuple[str, str]]


def printed_quotations(study: Study, name: str) -> Exhibit:
    """The table ``name`` under ``interviews: tables``: kind ``themes``, term the heading, level the theme (``""``: all
    of the heading; term ``""`` too: all), group ``All``, ``role=…`` or ``programme=…``, statistic ``quotations``.

    Roles and programmes have the labels of the study file; one without is called as it is printed, and a remark says
    so. Another compares the shares of roles among quotations and among people, where the study file has these.
    """
    assert study.interviews is not None
    spec = study.interviews.tables[name]
    held = {(heading, theme): [t for t in map(tag, tags) if t] for heading, themes in spec.printed.items()
            for theme, tags in themes.items()}  # fmt: skip
    every = [t for tags in held.values() for t in tags]
    columns = [Column(ALL, "All", None, COUNT), *(_columns(study, every, [spec.columns] if spec.columns else SIDES))]
    groups = [ALL, *(c.group for c in _columns(study, every, SIDES))]
    lines: dict[tuple[str, str], Tags] = {("", ""): every}
    for heading in spec.printed:
        lines[heading, ""] = [t for (above, _), tags in held.items() if above == heading for t in tags]
    lines |= held
    numbers = [n for line, tags in lines.items() for n in _numbers(study, name, line, tags, groups)]
    rows = list[Row]()
    for heading, themes in spec.printed.items():
        rows.append(Row(heading, heading, "", COUNT))
        rows += [Row(theme, heading, theme, COUNT, "level", 1) for theme in themes]
    rows.append(Row("All", "", "", COUNT))
    shares, remarks = _shares(study, name, every)
    title = f"{spec.title or spoken(name)}: counts of printed quotations"
    table = Table(KIND, name, title, tuple(columns), tuple(rows), (Sentence(NOTE),), "Theme")
    return Exhibit(Results.of([*numbers, *shares]), table, (*_undefined(study, name, every), *remarks))


def _columns(study: Study, every: Tags, sides: Iterable[str]) -> Iterator[Column]:
    for by in sides:
        for label in _labels(study, by, every):
            yield Column(f"{by}={label}", label, None, COUNT, spoken(by))


def _labels(study: Study, by: str, every: Tags) -> list[str]:
    """Those that the study file declares, then those that are printed and are not declared."""
    assert study.interviews is not None
    legend = legend_of(study.interviews, by)
    return list(dict.fromkeys([*legend.values(), *(_label(legend, t[SIDES[by]]) for t in every)]))


def _label(legend: Mapping[str, str], printed: str) -> str:
    return legend.get(printed, printed)


def _numbers(study: Study, name: str, line: tuple[str, str], tags: Tags, groups: Iterable[str]) -> Iterator[Number]:
    assert study.interviews is not None
    counts = Counter(
        f"{by}={_label(legend_of(study.interviews, by), t[side])}" for t in tags for by, side in SIDES.items()
    )
    counts[ALL] = len(tags)
    for group in groups:
        yield Number(Key(KIND, name, *line, group, COUNT), counts[group], NOBODY, 0)


def _undefined(study: Study, name: str, every: Tags) -> Iterator[Sentence]:
    """Words in tags that no legend of the study file explains."""
    assert study.interviews is not None
    for by, side in SIDES.items():
        legend = legend_of(study.interviews, by)
        for printed in dict.fromkeys(t[side] for t in every if t[side] not in legend) if legend else ():
            key = Key(KIND, name, "", "", f"{by}={printed}", COUNT)
            words = f"‘{literal(printed)}’ is the {by} of {{n}} of them, and '{LEGENDS[by]}' does not define it."
            yield Sentence(words, {"n": key})


def _shares(study: Study, name: str, every: Tags) -> tuple[list[Number], list[Sentence]]:
    """Of each role its share of the quotations and of the people, where every role's number is declared."""
    assert study.interviews is not None
    said, total = study.interviews, study.interviews.everyone
    if not isinstance(total, int) or not total or not every:
        return [], []
    numbers, remarks = list[Number](), list[Sentence]()
    counts = Counter(said.roles.get(role, role) for _, role in every)
    for role in dict.fromkeys(said.roles.values()):
        people = said.people.get(role)
        if not isinstance(people, int):
            continue
        share = Key(KIND, name, "share of quotations", role, ALL, "percent")
        of_people = Key(KIND, name, "share of people", role, ALL, "percent")
        numbers.append(Number(share, 100 * counts[role] / len(every), NOBODY, 0))
        numbers.append(Number(of_people, 100 * people / total, people, 0))
        keys = {"n": Key(KIND, name, "", "", f"role={role}", COUNT), "all": Key(KIND, name, "", "", ALL, COUNT),
                "percent": share, "people": of_people}  # fmt: skip
        words = f"{literal(role)}: {{n}} of {{all}} printed quotations ({{percent}}%), and {{people}}% of the people."
        remarks.append(Sentence(words, keys))
    return numbers, remarks
