"""Estimates with their intervals and P values, as sentences and tables print them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.audit.numbers import NUM, Number, number, plain_text
from pipeline.audit.passages import Passage, sentences
from pipeline.audit.printed import Line, Printed
from pipeline.audit.statistics import PValue, p_values

RATIO, RRR, NNT, RISK, DIFFERENCE, CORRELATION, OTHER = (
    "ratio", "relative risk reduction", "NNT", "risk difference", "difference", "correlation", "estimate",
)  # fmt: skip
_NAMES = (
    (RRR, r"(?i:relative (?:risk )?reduction)|\bRRR\b"),
    (NNT, r"(?i:numbers? need(?:ed)? to (?:treat|harm|benefit))|\bNN[TH][BH]?\b"),
    (RATIO, r"\b(?i:(?:odds|risk|hazards?|rate|prevalence|incidence(?: rate)?) ratios?|relative risks?)\b"
            r"|\ba?(?:OR|RR|HR|IRR|PR)s?\b"),
    (RISK, r"\b(?i:risk differences?|absolute (?:risk )?(?:reduction|difference)s?)\b|\bARR\b|\bRD\b"),
    (DIFFERENCE, r"\b(?i:(?:standardi[sz]ed )?(?:mean )?differences?|coefficients?|beta|Cohen's d|slope)\b"
                 r"|\bS?MD\b|β|\bB(?= ?=)"),
    (CORRELATION, r"\b(?i:correlations?)\b|\br\b(?= ?=)"),
)  # fmt: skip
_KINDS = tuple((kind, re.compile(form)) for kind, form in _NAMES)
_NAMED = "|".join(f"(?:{form})" for _, form in _NAMES)
_ADJUSTED = re.compile(r"\badjust\w*|\ba(?:OR|RR|HR|IRR|PR)\b|\bmultivaria|\bweighted\b|\bimputed\b|\bmodel\b", re.I)
_ABBREVIATED = r"(?:\s*\((?:95\s?%\s*)?(?:CIs?|CrI)\))?"
_CI = (
    r"(?:(?P<level>9\d(?:\.\d)?|8\d)\s?%\s*)?"
    rf"(?:CIs?|C\.I\.|(?:confidence|credible) intervals?{_ABBREVIATED}|CrI)"
)
_LIMITS = rf"(?P<low>{NUM})\s*%?\s*(?:to|–|-|,|;|and)\s*(?P<high>{NUM})\s*%?"
_SAID = re.compile(
    rf"(?P<name>{_NAMED})(?P<more>[^.;()\[\]=\d]{{0,40}}?)\s*(?:\([A-Za-z ]{{1,12}}\)\s*)?(?:=|:|of|was|is|,)?\s*"
    rf"(?<![\w.])(?P<value>{NUM})\s*(?P<percent>%)?\s*[,;]?\s*[(\[]?\s*(?P<ci>{_CI})?\s*[:,=]?\s*(?P<open>[(\[])?\s*{_LIMITS}"
)
_BARE = re.compile(
    rf"(?<![\w.])(?P<value>{NUM})\s*(?P<percent>%)?\s*[,;]?\s*[(\[]?\s*(?P<ci>{_CI})\s*[:,=]?\s*[(\[]?\s*{_LIMITS}"
)
_CELL = re.compile(rf"(?P<value>{NUM})\s*[\s(\[;,]\s*(?:{_CI})?\s*[:,=]?\s*{_LIMITS}\s*[)\]]?")
_INTERVAL = re.compile(rf"[(\[]?\s*{_LIMITS}\s*[)\]]?")
_HEAD_CI = re.compile(r"\bC\.?I\.?s?\b|confidence|credible", re.I)
_HEAD_P = re.compile(r"^p(?:[- ]?values?)?\b", re.I)
_HEAD_LOW, _HEAD_HIGH = re.compile(r"\b(?:lower|low|LL|LCL)\b", re.I), re.compile(r"\b(?:upper|high|UL|UCL)\b", re.I)
_HEAD_SE = re.compile(r"^(?:SE|S\.E\.|std\.? err(?:or|\.)?|standard errors?)$", re.I)
_HEAD_VALUE = re.compile(r"^(?:estimates?|coef\.?|b|β|beta|effect)$", re.I)


@dataclass(frozen=True)
class Estimate:
    """An estimate as printed. kind: how its interval lies about it. level: of the interval, in percent. adjusted:
    whether it is known to be of more than the counts beside it. uneven: whether the table names a method for it whose
    intervals need not lie evenly about it.
    """

    passage: Passage
    kind: str
    name: str
    value: Number
    low: Number | None
    high: Number | None
    level: float = 95.0
    percent: bool = False
    p: PValue | None = None
    se: Number | None = None
    adjusted: bool = False
    place: tuple[int, int] = (0, 0)
    uneven: bool = False

    def __str__(self) -> str:
        sign = "%" if self.percent else ""
        held = f" ({self.low} to {self.high})" if self.low is not None else ""
        return f"{self.name} {self.value}{sign}{held}".strip()


def kind_of(words: str) -> str:
    """Which kind of estimate a name or heading says."""
    return next((kind for kind, form in _KINDS if form.search(words)), OTHER)


def adjusted(words: str) -> bool:
    return bool(_ADJUSTED.search(words)) and not re.search(r"\bunadjusted\b|\bcrude\b", words, re.I)


def in_words(passage: Passage) -> Iterator[Estimate]:
    """Estimates with a name and an interval, and any number with ``95% CI`` behind it. place: where in the words."""
    base = 0
    for sentence in sentences(passage.plain):
        base = passage.plain.find(sentence, base)
        taken: list[tuple[int, int]] = []
        for form in (_SAID, _BARE):
            for m in form.finditer(sentence):
                given = m.groupdict()
                sure = given["ci"] or given.get("open") or "(" in m[0] or "[" in m[0]
                if not sure or any(m.start() < end and start < m.end() for start, end in taken):
                    continue
                taken.append(m.span())
                yield _made(passage, m, sentence, base)


def _made(passage: Passage, m: re.Match[str], sentence: str, base: int) -> Estimate:
    given, name = m.groupdict(), m.groupdict().get("name") or ""
    after = re.match(r"[\])%\s]*[;,]?\s*\(?(?=[pP])(?:[^;.]|\.\d){0,24}", sentence[m.end() :])
    p = next((p for p, _ in p_values(after[0])), None) if after else None
    return Estimate(
        passage, kind_of(name), name, number(m["value"]), number(m["low"]), number(m["high"]),
        float(given.get("level") or 95), bool(given.get("percent")), p, adjusted=adjusted(sentence),
        place=(base + m.start(), base + m.end()),
    )  # fmt: skip


def in_table(table: Printed) -> Iterator[Estimate]:
    """Estimates of a table's lines: with their interval in one cell, in the next, or in two columns of limits."""
    about = f"{table.caption.words} {' '.join(n.words for n in table.notes)}"
    level = _level(about + " ".join(c.called for c in table.columns))
    for line in table.lines:
        for j in range(len(table.columns)):
            if (found := _of_cell(table, line, j, level, about)) is not None:
                yield found


def _level(words: str) -> float:
    levels = {float(m["level"]) for m in re.finditer(_CI, words) if m["level"]}
    return levels.pop() if len(levels) == 1 else 95.0


def _of_cell(table: Printed, line: Line, j: int, level: float, about: str) -> Estimate | None:
    column = table.columns[j]
    own, text, head = column.head.words.strip(), plain_text(line.cells[j].words).strip(), plain_text(column.called)
    if _HEAD_SE.match(own) or _HEAD_P.match(own):
        return None
    kind = next((k for k in map(kind_of, (own, head, line.label.words)) if k != OTHER), OTHER)
    whole = _CELL.fullmatch(text) if _HEAD_CI.search(head) or "CI" in text or kind != OTHER else None
    limits: tuple[Number, Number] | None
    if whole:
        value, limits = number(whole["value"]), (number(whole["low"]), number(whole["high"]))
    elif re.fullmatch(NUM, text) and (kind != OTHER or _HEAD_VALUE.match(own)):
        value, limits = number(text), _limits(table, line, j)
    else:
        return None
    low, high = limits or (None, None)
    where = Passage(table.file, table.name, "", line.label.words, column.called, line.place)
    name = re.sub(r"[\s,;(\[]*(?:9\d\s?%\s*)?(?:CI|confidence interval).*$", "", own).strip()
    more = adjusted(f"{head} {about} {line.label.words}")
    return Estimate(where, kind, name, value, low, high, level, p=_p(table, line, j), se=_se(table, line, j),
                    adjusted=more)  # fmt: skip


def _near(table: Printed, j: int, form: re.Pattern[str]) -> int | None:
    """The first column to the right, under the same heading above or under none, whose own heading is of the form."""
    for k in range(j + 1, min(j + 6, len(table.columns))):
        column = table.columns[k]
        if column.spanner and column.spanner != table.columns[j].spanner:
            return None
        if form.search(column.head.words.strip()):
            return k
        if kind_of(column.head.words) != OTHER and not _HEAD_CI.search(column.head.words):
            return None
    return None


def _limits(table: Printed, line: Line, j: int) -> tuple[Number, Number] | None:
    k = _near(table, j, _HEAD_CI)
    if k is not None and (m := _INTERVAL.fullmatch(plain_text(line.cells[k].words).strip())):
        return number(m["low"]), number(m["high"])
    low, high = _near(table, j, _HEAD_LOW), _near(table, j, _HEAD_HIGH)
    if low is not None and high is not None:
        texts = [plain_text(line.cells[k].words).strip() for k in (low, high)]
        if all(re.fullmatch(NUM, text) for text in texts):
            return number(texts[0]), number(texts[1])
    return None


def _p(table: Printed, line: Line, j: int) -> PValue | None:
    k = _near(table, j, _HEAD_P)
    if k is None:
        return None
    text = plain_text(line.cells[k].words).strip()
    after = next((o for o in table.lines[table.lines.index(line) + 1 :][:1] if not o.heading), None)
    if after and not after.cells[k].words.strip() and _CELL.fullmatch(plain_text(after.cells[j].words).strip()):
        return None  # that of all levels together, printed once
    return next((p for p, _ in p_values(f"p {'' if text[:1] in '<>=≤≥' else '='} {text}")), None) if text else None


def _se(table: Printed, line: Line, j: int) -> Number | None:
    k = _near(table, j, _HEAD_SE)
    text = plain_text(line.cells[k].words).strip() if k is not None else ""
    return number(text) if re.fullmatch(NUM, text) else None
