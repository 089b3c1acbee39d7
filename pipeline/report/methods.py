"""The methods section, written out from the study file: nothing in it depends on the data."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.instruments.registry import Rule, rules
from pipeline.models.methods import methods as model_methods
from pipeline.report.blocks import Code, Inline, Pieces, Strong, listed
from pipeline.study import Derive, Exclusion, Release, Source, Study, Variable
from pipeline.tables.words import label_of, wave_labels

_KINDS = {
    "cross-sectional survey": "a cross-sectional survey: everybody was asked once",
    "cohort": "a cohort study: the same people were followed over time",
    "before-after": "a before-and-after study without a group to compare with",
    "programme evaluation": "a programme evaluation: people in existing programmes, and nobody assigned by chance",
    "trial": "a randomised trial",
    "cluster trial": "a cluster-randomised trial: groups of people, not single people, were assigned to arms by chance",
    "interviews": "an interview study",
}


def design(study: Study) -> Iterator[Pieces]:
    """What kind of study it is, and whom it speaks of."""
    d = study.design
    parts: list[Inline] = [f"This is {_KINDS[d.kind]}."]
    if d.cluster:
        parts.append(f" People belong to clusters ({_name(study, d.cluster)}).")
    if d.second_cluster:
        parts.append(f" They are grouped a second way, too ({_name(study, d.second_cluster)}).")
    if d.arm and d.arm in study.variables:
        parts.append(f" The arms are {listed(study.variables[d.arm].levels)}.")
    if d.weight:
        parts += [" Each person counts with a sampling weight (", Code(d.weight), ")"]
        named = [("strata", d.strata), ("primary sampling units", d.psu)]
        parts += [x for word, column in named if column for x in (f"; {word}: ", Code(column))]
        parts.append(".")
    yield tuple(parts)
    if p := study.population:
        whom: list[Inline] = (
            ["The study speaks of those who were asked ", Code(p.asked)]
            if p.asked
            else ["The study speaks of those with "]
        )
        whom += (
            [listed(f"{label_of(study, v)}: {listed(levels, 'or')}" for v, levels in p.where.items())]
            if p.where
            else []
        )
        yield (*whom, f" ({_clause(p.because)}). The others stay in the data as people outside of this population.")


def data(study: Study) -> Iterator[Pieces]:
    """Where the rows come from, a table each."""
    for name, source in study.sources.items():
        yield tuple(_source(name, source, len(study.sources) > 1))


def _source(name: str, source: Source, named: bool) -> Iterator[Inline]:
    if named:
        yield Strong(f"{name}: ")
    yield "read from " if named else "Read from "
    yield Code(source.file)
    if source.newest_by:
        yield ", of which the newest export counts"
    elif "*" in source.file:
        yield ", all of which are put together"
    yield "; a row is named by "
    yield from _codes(source.id)
    waves = list(wave_labels(source).values())
    if waves:
        yield f" at each of {listed(waves)}"
    for parent, columns in source.parent.items():
        yield f"; it belongs to a row of {parent} by "
        yield from _codes(columns)
    yield "."
    if source.duplicates:
        which = {"first": "the first", "last": "the last", "most complete": "the most complete"}[source.duplicates.keep]
        yield f" Of rows with the same name {which} is kept ({_clause(source.duplicates.because)})."
    if source.orphans:
        yield f" Rows whose parent is not there are left out ({_clause(source.orphans.because)})."


def _codes(words: tuple[str, ...]) -> Iterator[Inline]:
    for place, word in enumerate(words):
        yield from ((" and " if place == len(words) - 1 else ", "),) if place else ()
        yield Code(word)


def exclusions(study: Study) -> Iterator[Pieces]:
    for rule in study.exclude:
        yield tuple(_exclusion(rule, len(study.sources) > 1))


def _exclusion(rule: Exclusion, named: bool) -> Iterator[Inline]:
    yield f"{_sentence(rule.because)}: "
    if named and rule.in_:
        yield f"in {rule.in_}, "
    yield "rows where " if rule.where else "rows except those where "
    for place, (column, values) in enumerate((rule.where or rule.unless).items()):
        if place:
            yield " and "
        yield Code(column)
        yield f" is {listed((_quoted(v) for v in values), 'or')}"
    yield "."


def _quoted(value: str) -> str:
    return "blank" if value == "blank" else f"“{value}”"


def variables(study: Study) -> Iterator[Pieces]:
    """An item a variable: what it is, what counts as missing and why, how it was made."""
    for name, variable in study.variables.items():
        words = [*_what(variable), *_made(study, variable), *_missing(variable)]
        yield Strong(f"{label_of(study, name)}: "), "; ".join(words) + "." + _note(variable)


def _what(variable: Variable) -> Iterator[str]:
    unit = f" in {variable.unit}" if variable.unit else ""
    if variable.kind in ("number", "count"):
        span = f", {variable.range.replace('-', '–')}" if variable.range and "−" not in variable.range else ""
        yield ("a count" if variable.kind == "count" else "a number") + unit + span
        if variable.bands:
            yield f"in tables also in bands ({', '.join(b.replace('-', '–') for b in variable.bands)})"
    elif variable.kind in ("category", "ordered", "choices"):
        word = {"category": "one of", "ordered": "ordered,", "choices": "any of"}[variable.kind]
        yield f"{word} {', '.join(variable.levels)}"
        if variable.reference:
            yield f"compared with {variable.reference}"
    else:
        yield {"date": "a date", "text": "free text, which is not shown"}[variable.kind]
    if variable.top_code is not None:
        yield f"{variable.top_code:g} stands for itself and above"
    if variable.sensitive:
        yield "treated as sensitive"


def _made(study: Study, variable: Variable) -> Iterator[str]:
    if variable.count is not None:
        besides = (
            f" with another answer than {listed((_quoted(e) for e in variable.except_), 'or')}"
            if variable.except_
            else ""
        )
        yield f"how many of {len(variable.count)} questions were answered{besides}{_gaps(variable.max_missing)}"
    if variable.derive:
        yield _derived(study, variable.derive)
    if variable.asked_of:
        asked = listed(f"{label_of(study, v)} {listed(levels, 'or')}" for v, levels in variable.asked_of.items())
        yield f"asked of those with {asked}; for others it is not applicable"


def _gaps(most: int | None) -> str:
    return "" if most is None else ", all of them needed" if most == 0 else f", of which {most} may be missing"


def _derived(study: Study, d: Derive) -> str:
    def names(some: tuple[str, ...]) -> str:
        return listed(label_of(study, n) for n in some)

    if d.form in ("sum", "mean"):
        return f"the {d.form} of {names(d.sum or d.mean or ())}{_gaps(d.max_missing)}"
    if d.form == "difference" and d.difference:
        return f"{label_of(study, d.difference[0])} minus {label_of(study, d.difference[1])}"
    if d.form == "days" and d.days:
        return f"days from {label_of(study, d.days[0])} to {label_of(study, d.days[1])}"
    if d.form == "regroup" and d.regroup:
        made = "; ".join(f"{new}: {listed(old)}" for new, old in d.into.items())
        return f"put together from {label_of(study, d.regroup)} ({made})"
    if d.form == "cut" and d.cut:
        return f"{label_of(study, d.cut)} in bands"
    if d.form == "at_wave" and d.of:
        labels = {c: w for s in study.sources.values() for c, w in wave_labels(s).items()}
        return f"{label_of(study, d.of)} at {labels.get(str(d.at_wave), str(d.at_wave))}, carried to every wave"
    taken = {"count": "how many rows", "any": "whether there is any"}.get(d.take or "", f"the {d.take}")
    of = f" of {label_of(study, d.of)}" if d.of else ""
    none = f"; {d.none} for people without one" if d.none is not None else ""
    return f"{taken}{of} in {d.from_}, brought together by person{none}"


def _missing(variable: Variable) -> Iterator[str]:
    if variable.missing:
        reasons: dict[str, list[str]] = {}
        for code, why in variable.missing.items():
            reasons.setdefault(why, []).append(_quoted(code))
        yield "missing: " + ", ".join(f"{why} ({', '.join(codes)})" for why, codes in reasons.items())


def _note(variable: Variable) -> str:
    return f" {_sentence(variable.because)}." if variable.because else ""


def scales(study: Study) -> Iterator[Pieces]:
    for name, rule in rules(study).items():
        yield tuple(_scale(study, name, rule))


def _scale(study: Study, name: str, rule: Rule) -> Iterator[Inline]:
    low, high = (f"{edge:g}".replace("-", "−") for edge in rule.limits)
    items = f"{len(rule.items)} items, each scored {rule.item_range.label.replace('-', '–')}"
    yield Strong(f"{rule.label}: ")
    yield f"the {rule.score} of {items}; it runs from {low} to {high}"
    yield f", and higher means {rule.high_means}. " if rule.high_means else ". "
    if rule.reverse:
        yield f"{listed(rule.reverse)} {'is' if len(rule.reverse) == 1 else 'are'} reversed. "
    if rule.max_missing == 0:
        yield "A score needs every item. "
    else:
        gaps = f"Up to {rule.max_missing} missing items are" if rule.max_missing > 1 else "One missing item is"
        yield f"{gaps} replaced by the person's mean of the others. "
    scale = study.scales[name]
    if scale.because:
        yield f"{_sentence(scale.because)}. "
    yield f"Source: {rule.source.rstrip('.')}."


def models(study: Study) -> Iterator[str]:
    """What each model relates, then what holds for all of them, said once."""
    said = [
        s.template.replace("{{", "{").replace("}}", "}") for name in study.models for s in model_methods(study, name)
    ]
    times = {text: said.count(text) for text in said}
    own = [text for text in dict.fromkeys(said) if times[text] == 1 and len(study.models) > 1]
    yield from own
    yield from (text for text in dict.fromkeys(said) if text not in own)


_RULES = {
    "journal": "Counts from 1 to {most} are withheld, together with what they could be worked out from, "
    "and so is every statistic that stands on fewer than {below} people.",
    "opensafely": "Counts up to 7 are withheld, others rounded to the nearest 5; percentages come from rounded counts.",
    "midpoint6": "Counts are rounded to the middle of bands of six; percentages are made from the rounded counts.",
    "nhs": "Counts from 1 to 7 are withheld and all others rounded to the nearest 5.",
    "acro": "Counts below 10 are withheld, and so are means and quantiles, which single people might dominate.",
    "cms": "Counts from 1 to 10 are withheld.",
}


def release(rule: Release) -> str:
    """What was done before anything was printed."""
    if rule.rule == "none":
        return f"Nothing needed withholding: {_clause(rule.because or '')}."
    kept = _RULES[rule.rule].format(most=rule.below - 1, below=rule.below)
    why = f" {_sentence(rule.because)}." if rule.because else ""
    return (
        f"Every number went through one door before it was printed, by the rule “{rule.rule}”. {kept}{why} A number "
        "withheld is marked [c] in tables and figures. Of variables that are declared sensitive, nobody and everybody "
        "are withheld, too."
    )


ROUNDING = (
    "Numbers are rounded half up for print. Percentages are of those who answered, have no decimals where a table's "
    "largest denominator is below 100, and need not add up to 100 once rounded."
)


def _name(study: Study, name: str) -> str:
    return label_of(study, name) if name in study.variables else name


def _clause(text: str) -> str:
    """Words inside a sentence."""
    return text.strip().rstrip(".")


def _sentence(text: str) -> str:
    """Words that begin a sentence."""
    text = _clause(text)
    return text[:1].upper() + text[1:]
