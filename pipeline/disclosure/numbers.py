"""A question as a category and, read from the same column, as a number: how many chose 1, 2 and 3 gives their mean."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipeline.disclosure.boxes import one_fact
from pipeline.disclosure.facts import ANSWERED, MISSING, Span
from pipeline.disclosure.sheet import Sheet
from pipeline.disclosure.spans import MOST_SCORES
from pipeline.study import Study


def also_numbers(terms: Mapping[str, Sheet], heads: Sequence[Sheet], study: Study) -> None:
    """Tell the category what the number's moments say of it, and both who answered."""
    for number, category in _read_twice(study):
        if number not in terms or category not in terms:
            continue
        one, other = terms[number], terms[category]
        for sheet in (one, other):
            sheet.derive()
            sheet.whole_groups()
        for here, there in ((number, category), (category, number)):
            for role in (MISSING, ANSWERED):
                one_fact(terms, heads, (here, role), (there, role))
        held = other.cells.get(ANSWERED, {})
        if any(one.get(ANSWERED, group) not in (None, n) for group, n in held.items()):
            continue
        spans = _spans(study, category)
        other.spans |= spans
        if all(span.low == span.high for span in spans.values()) and len(spans) <= MOST_SCORES:
            other.scores = tuple(sorted(span.low for span in spans.values()))
        other.unit = 1.0 if all(end == round(end) for span in spans.values() for end in span) else 0.0
        for group, said in one.means.items():
            if group in held:
                other.means.setdefault(group, dict(said))
                other.beside.setdefault(group, []).extend(one.beside[group])


def _read_twice(study: Study) -> Iterator[tuple[str, str]]:
    changed = {*study.function.makes, *study.function.changes} if study.function else set()
    plain = {n: v for n, v in study.variables.items() if v.derive is None and n not in changed}
    for number, one in plain.items():
        for category, other in plain.items() if one.kind == "number" and one.top_code is None else ():
            same = (one.from_ or number, study.source_of(number), one.missing, one.asked_of, one.asked_at) == (
                other.from_ or category, study.source_of(category), other.missing, other.asked_of, other.asked_at,
            )  # fmt: skip
            if same and other.kind in ("category", "ordered") and _spans(study, category):
                yield number, category


def _spans(study: Study, category: str) -> dict[str, Span]:
    """From the least to the greatest code of each level; nothing where codes are no numbers."""
    found: dict[str, Span] = {}
    for code, level in study.variables[category].codes.items():
        try:
            value = float(code)
        except ValueError:
            return {}
        span = found.get(level, Span(value, value))
        found[level] = Span(min(span.low, value), max(span.high, value))
    return found
