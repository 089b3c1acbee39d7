"""What the door did not let through, named by table, line and column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipeline.disclosure import Released
from pipeline.models.declared import titles_of
from pipeline.report import methods
from pipeline.report.blocks import Block, Code, Listing, Paragraph, Pieces, Strong, listed
from pipeline.report.withheld_models import withheld_models
from pipeline.results import ALL, KEY, Key, parts_of
from pipeline.study import Study
from pipeline.tables.missingness import NAME as MISSINGNESS
from pipeline.tables.scales import DISTRIBUTION
from pipeline.tables.table import Table
from pipeline.tables.words import inside_sentence, label_of, spoken, wave_labels

MOST_NAMED = 3
"""Up to so many lines of a variable are named; of more it is said that they are a part of it."""
MOST_COLUMNS = 8
TITLES = {MISSINGNESS: "Missing answers", "answers_missing": "Missing answers of all variables together",
          "ends": "Floor and ceiling", "to_look_at": "Answers that somebody must look at"}  # fmt: skip
"""What stands in several tables and figures."""
OVERALL = "Overall"
SAID_ALONE = ("", "wave", "due", "followed", "adjustment", "of")
"""What groups are made by and that needs no word before its level."""
OF_THOSE_DUE = ("due", "Due")
"""Followed and lost are parts of those due, which goes without saying."""
STATISTICS = {
    "n": "numbers of people", "denominator": "numbers of people", "missing": "numbers missing",
    "percent": "percentages", "mean": "means", "sd": "SDs", "median": "medians", "q1": "quartiles", "q3": "quartiles",
    "min": "smallest", "max": "largest", "estimate": "estimates", "std_error": "standard errors",
    "ci_low": "intervals", "ci_high": "intervals", "p": "P values", "p_holm": "P values adjusted together",
    "p_bh": "P values adjusted together", "documents": "numbers of documents", "segments": "numbers of segments",
    "cooccurrence": "c", "df": "degrees of freedom", "icc": "intraclass correlations", "sem": "SEM", "sdc": "SDC",
    "r_squared": "how it fits", "residual_sd": "how it fits", "skewness": "how it fits", "spread": "how it fits",
    "c_statistic": "how it fits", "dispersion": "how it fits", "slope_sd": "how it fits",
    "cohen": "Cohen's kappa", "cohen_low": "intervals", "cohen_high": "intervals", "fleiss": "Fleiss' kappa",
    "fleiss_low": "intervals", "fleiss_high": "intervals", "krippendorff": "Krippendorff's alpha", "ac1": "AC1",
    "pabak": "PABAK",
}  # fmt: skip
ROWS = {"n": "how many rows it has", "denominator": "how many there were", "missing": "how many were left out"}
"""What a model says of itself before any variable."""


def withheld_blocks(study: Study, released: Released, tables: Sequence[Table]) -> Iterator[Block]:
    """Why, and by table, scale, model or flow, a line a variable: which of its lines and columns are withheld."""
    yield Paragraph((methods.release(study.release),))
    frame = released.frame
    hidden = [Key(*row) for row in frame.loc[frame["withheld"], KEY].itertuples(index=False, name=None)]
    if not hidden:
        if study.release.rule != "none":
            yield Paragraph(("Nothing had to be withheld from this report.",))
        return
    yield Paragraph(("Withheld are:",))
    titles = {(t.kind, t.name): t.title for t in tables if (t.kind, t.name) != ("quality", MISSINGNESS)}
    said = [(titles.get(place) or _title(study, *place), _said(study, released, place, keys))
            for place, keys in _by_name(hidden).items()]  # fmt: skip
    if short := [(title, parts) for title, parts in said if len(parts) == 1]:
        yield Listing(tuple((Strong(f"{title}: "), f"{parts[0]}.") for title, parts in short))
    for title, parts in said:
        if len(parts) > 1:
            yield Paragraph((Strong(f"{title}:"),))
            yield Listing(tuple((f"{part[:1].upper()}{part[1:]}.",) for part in parts))
    yield from withheld_models(study, released)
    yield from _merges(study, released)


def _merges(study: Study, released: Released) -> Iterator[Block]:
    """People who could be left out, and levels that could be put together, so that less is withheld."""
    for few in released.proposals.few:
        yield Paragraph((
            f"Few people have no value for {inside_sentence(label_of(study, few.variable))}, and that is why much is "
            f"withheld: if they were left out, about {few.frees:,} fewer numbers would be; in the study file, under ",
            Code("exclude"), ": ", Code(few.line), ".",
        ))  # fmt: skip
    if not released.proposals.merges:
        return
    yield Paragraph(("Fewer numbers would be withheld if levels were put together; in the study file:",))
    items: list[Pieces] = []
    for merge in released.proposals.merges:
        parts = "; ".join(f"{listed(old)} as “{label}”" for label, old in merge.levels.items())
        said = f"{parts}. Under "
        also = [piece for where, line in merge.also for piece in ("; under ", Code(where), ": ", Code(line))]
        label = Strong(f"{label_of(study, merge.variable)}: ")
        doubt = (f". {merge.doubt}",) if merge.doubt else ()
        items.append((label, said, Code(merge.where), ": ", Code(merge.line), *also, *doubt))
    yield Listing(tuple(items))


def _by_name(keys: list[Key]) -> dict[tuple[str, str], list[Key]]:
    found: dict[tuple[str, str], list[Key]] = {}
    for key in keys:
        found.setdefault((key.kind, key.name), []).append(key)
    return found


def _said(study: Study, released: Released, place: tuple[str, str], keys: list[Key]) -> list[str]:
    """``Gender: Another gender (Programme A and G)``, one a variable; ``everything of Programme H``."""
    kind, name = place
    frame = released.frame
    here = frame[(frame["kind"] == kind) & (frame["name"] == name)]
    whole = [str(g) for g, w in here.groupby("group", sort=False)["withheld"].all().items() if w and g != ALL]
    terms: dict[str, list[Key]] = {}
    for key in (Key(*row) for row in here[KEY].itertuples(index=False, name=None)):
        if key.group not in whole:
            terms.setdefault(key.term, []).append(key)
    gone = set(keys)
    said = [_term(study, term, held, gone) for term, held in terms.items() if gone.intersection(held)]
    return [*said, *(f"everything of {_columns(study, [g])}" for g in whole)]


def _title(study: Study, kind: str, name: str) -> str:
    if kind == "quality" and name in TITLES:
        return TITLES[name]
    known = name in study.variables or name in study.scales
    words = label_of(study, name) if known else titles_of(study)[name] if name in study.models else spoken(name)
    return f"{words} ({kind})" if not known else words


def _term(study: Study, term: str, held: list[Key], gone: set[Key]) -> str:
    """One variable: ``Gender: Men (Programme G)``; the variable alone where nothing of it is shown."""
    words = label_of(study, term) if term in study.variables or term in study.scales else spoken(term)
    if held[0].kind == "model" and not term:
        return listed([said for word, said in ROWS.items() if any(k.statistic == word for k in held if k in gone)])
    if term == DISTRIBUTION:
        return f"parts of the histogram{_where(study, held, gone)}"
    lines: dict[str, list[Key]] = {}
    for key in held:
        lines.setdefault(key.level, []).append(key)
    hit = {level: some for level, some in lines.items() if gone.intersection(some)}
    if gone.issuperset(held):
        return words or "all numbers"
    if len(hit) > MOST_NAMED:
        return f"{words} in part{_where(study, held, gone)}"
    alike: dict[str, list[str]] = {}
    for level, some in hit.items():
        alike.setdefault(f"{{}}{_where(study, some, gone)}", []).append(level or _statistics(some, gone))
    said = ", ".join(how.replace("{}", listed(dict.fromkeys(levels)), 1) for how, levels in alike.items())
    return f"{words}: {said}" if words else said


def _statistics(line: list[Key], gone: set[Key]) -> str:
    return listed(dict.fromkeys(_counted(k) for k in line if k in gone))


def _counted(key: Key) -> str:
    """A statistic in words; of a flow of interviews, whose segments each have one code by one coder, as its table."""
    if (key.kind, key.statistic) == ("flow", "segments"):
        return "numbers of codings"
    return STATISTICS.get(key.statistic, spoken(key.statistic).lower())


def _where(study: Study, held: list[Key], gone: set[Key]) -> str:
    """The columns in which a line is withheld, where others show it; what of it, where they show a part."""
    groups = dict.fromkeys(k.group for k in held if k in gone)
    shown = {k.group for k in held if k not in gone and k.statistic != "denominator"}
    parts = [_columns(study, list(groups))] if shown.difference(groups) else []
    if shown.intersection(groups) and len({k.level for k in held}) == 1 and held[0].level:
        parts.append(_statistics(held, gone))
    return f" ({'; '.join(parts)})" if parts else ""


def _columns(study: Study, groups: list[str]) -> str:
    """``Programme A and B``; ``3 months, Programme A; 6 months, Programme B``; not all where they are many."""
    if len(groups) > MOST_COLUMNS:
        return "many columns"
    last: dict[str, list[str]] = {}
    for path in sorted(groups, key=lambda path: _rank(study, path)):
        *before, (name, level) = parts_of(path) or [("", OVERALL)]
        last.setdefault(_path(study, before, name), []).append(level)
    return "; ".join(f"{before} {listed(levels)}".strip() for before, levels in last.items())


def _rank(study: Study, path: str) -> list[tuple[int, str]]:
    """Groups in the order in which the study file declares their waves and levels."""
    waves = [w for source in study.sources.values() for w in wave_labels(source).values()]
    found = []
    for name, level in parts_of(path) or [("", "")]:
        order = study.variables[name].levels if name in study.variables else waves
        found.append((list(order).index(level) if level in order else len(order), level))
    return found


def _path(study: Study, before: Sequence[tuple[str, str]], last: str) -> str:
    """What stands before the last level of a path: ``3 months, Programme``."""
    words = [_group(study, *pair) for pair in before if pair != OF_THOSE_DUE]
    words += [] if last in SAID_ALONE else [label_of(study, last)]
    return ", ".join(words)


def _group(study: Study, name: str, level: str) -> str:
    return level if name in SAID_ALONE else f"{label_of(study, name)} {level}"
