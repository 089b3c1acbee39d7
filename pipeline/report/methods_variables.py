"""The methods section's items for variables and scales, written out from the study file."""

from __future__ import annotations

from collections.abc import Iterator

from pipeline.instruments.registry import rules
from pipeline.instruments.rule import ScoringRule
from pipeline.report.blocks import Inline, Pieces, Strong, listed
from pipeline.report.methods import begun, quoted
from pipeline.study import Derive, Study, Variable
from pipeline.tables.words import label_of, wave_labels


def variables(study: Study) -> Iterator[Pieces]:
    """An item a variable: what it is, what counts as missing and why, how it was made."""
    for name, variable in study.variables.items():
        words = [*_what(study, name), *_made(study, variable), *_missing(variable)]
        yield Strong(f"{label_of(study, name)}: "), "; ".join(words) + "." + _note(variable)


def _what(study: Study, name: str) -> Iterator[str]:
    variable, kind = study.variables[name], study.kind_of(name)
    unit = f" in {variable.unit}" if variable.unit else ""
    if kind in ("number", "count"):
        span = f", {variable.range.replace('-', '–')}" if variable.range and "−" not in variable.range else ""
        yield ("a count" if kind == "count" else "a number") + unit + span
        if variable.bands:
            yield f"in tables also in bands ({', '.join(b.replace('-', '–') for b in variable.bands)})"
    elif kind in ("category", "ordered", "choices"):
        word = {"category": "one of", "ordered": "ordered,", "choices": "any of"}[kind]
        yield f"{word} {', '.join(study.levels_of(name))}"
        if variable.reference:
            yield f"compared with {variable.reference}"
    else:
        yield {"date": "a date", "text": "free text, which is not shown"}[kind]
    if variable.top_code is not None:
        yield f"{variable.top_code:g} stands for itself and above"
    if study.is_sensitive(name):
        yield "treated as sensitive"


def _made(study: Study, variable: Variable) -> Iterator[str]:
    if variable.count is not None:
        besides = (
            f" with another answer than {listed((quoted(e) for e in variable.except_), 'or')}"
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
    if d.form == "change" and d.change:
        return f"{label_of(study, d.change[0])} against {label_of(study, d.change[1])}: {_counts_from(d)}"
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


def _counts_from(d: Derive) -> str:
    if d.reliability is None:
        return f"a change counts from {d.least:g} points on"
    spread = f"a standard deviation of {d.sd:g}" if d.sd else "the standard deviation of the earlier ones"
    return (
        "a change counts where it exceeds 1.96 standard errors of a difference between two measurements (reliable "
        f"change index, Jacobson and Truax 1991), by {spread} and a reliability of {d.reliability:g}"
    )


def _missing(variable: Variable) -> Iterator[str]:
    if variable.missing:
        reasons: dict[str, list[str]] = {}
        for code, why in variable.missing.items():
            reasons.setdefault(why, []).append(quoted(code))
        yield "missing: " + ", ".join(f"{why} ({', '.join(codes)})" for why, codes in reasons.items())


def _note(variable: Variable) -> str:
    return f" {begun(variable.because)}." if variable.because else ""


def scales(study: Study) -> Iterator[Pieces]:
    for name, rule in rules(study).items():
        yield tuple(_scale(study, name, rule))


def _scale(study: Study, name: str, rule: ScoringRule) -> Iterator[Inline]:
    low, high = (f"{edge:g}".replace("-", "−") for edge in rule.limits)
    yield Strong(f"{rule.label}: ")
    yield f"{_score(rule)}; it runs from {low} to {high}"
    yield f", and higher means {rule.high_means}. " if rule.high_means else ". "
    if turned := [item for item in rule.reverse if item not in rule.at_source]:
        yield f"{listed(turned)} {'is' if len(turned) == 1 else 'are'} reversed. "
    for items, done in _at_source(rule):
        stand, are = ("stands", "is") if len(items) == 1 else ("stand", "are")
        yield f"{listed(items)} {stand} in the file the other way round than on the form, and {are} {done}. "
    if rule.score != "finished":
        yield _missing_items(rule)
    scale = study.scales[name]
    if scale.because:
        yield f"{begun(scale.because)}. "
    yield f"Source: {rule.source.rstrip('.')}."


def _score(rule: ScoringRule) -> str:
    if rule.score == "finished":
        return "a finished score, taken as the file has it"
    codes = list(dict.fromkeys(f"{r.label.replace('-', '–')}" for r in rule.ranges.values()))
    added = all(points.plain for points in rule.points)
    scored = f"each {'scored' if added else 'answered'} {codes[0]}" if len(codes) == 1 else f"answered {listed(codes)}"
    items = f"{len(rule.items)} items, {scored}"
    if rule.criterion is not None:
        return rule.what.replace(f"{len(rule.items)} items", f"{items},")
    points = "" if added else ", by the points that the instrument gives to the answers"
    onto = f", put onto {rule.to.low:g} to {rule.to.high:g}" if rule.to else ""
    return f"the {rule.score} of {items}{points}{onto}"


def _at_source(rule: ScoringRule) -> Iterator[tuple[list[str], str]]:
    """Items that the file holds the other way round: those that the form does not reverse, and those that it does."""
    for turned, done in ((True, "reversed"), (False, "not reversed again")):
        if items := [item for item in rule.at_source if (item in rule.reverse) == turned]:
            yield items, done


def _missing_items(rule: ScoringRule) -> str:
    if rule.max_missing == 0:
        return "A score needs every item. "
    gaps = f"Up to {rule.max_missing} missing items" if rule.max_missing > 1 else "One missing item"
    if rule.fill == "nothing":
        return f"{gaps} add{'s' * (rule.max_missing == 1)} nothing to the score. "
    return f"{gaps} {'are' if rule.max_missing > 1 else 'is'} replaced by the person's mean of the others. "
