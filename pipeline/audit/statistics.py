"""Test statistics with their degrees of freedom and P values, as articles print them: ``t(28) = 2.20, P = .036``."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.audit.numbers import NUM, Number, number

T, F, CHI2, Z, R = "t", "F", "χ²", "z", "r"
_SIGN = r"\s*(?P<sign>[=<>≤≥])\s*"
_DF = r"(?:df\s*[=:]?\s*)?"
_VALUE = rf"(?P<value>{NUM})"
_OPEN = rf"\s*[(\[]\s*{_DF}(?P<df>{NUM})"
_ONE = rf"{_OPEN}\s*[)\]]"
_SIDED = r"(?:two|one)[- ](?:sided|tailed)"
_P = rf"(?:{_SIDED})?\s*\(?\s*(?<![A-Za-z])[pP](?:[- ]?values?)?(?:\s*\({_SIDED}\))?"
_REST = (
    r"(?P<between>(?:\s*[,;]?\s*(?:Cohen's\s+)?(?:d|g|η2|ηp2|ηp²|η²|ω2|ω²|R2|R²|MSE|SE|N|n|φ|V|Cramer's V|partial η2|"
    rf"95% CI)\s*[=:]?\s*(?:{NUM}|[\[(][^\])]{{1,30}}[\])])){{0,3}})"
)  # what may stand between a statistic and its P value
_TAIL = (
    rf"{_REST}\s*(?:[,;]|\band\b|\bwith\b)?\s*(?:{_P}\s*(?P<relation>[=<>≤≥])\s*(?P<p>{NUM})(?P<power>\s?[eE]-\d{{1,3}}"
    rf"|\s?[x×]\s?10\s?\^?-\d{{1,3}})?|(?P<ns>n\.?s\.?(?![a-z])))"
)
_AFTER_DF = rf"\s*[,;(]?\s*\(?\s*df\s*=\s*(?P<df>{NUM})\s*\)?"
_START = r"(?<![A-Za-z0-9_²])"
_FORMS = (
    (T, re.compile(rf"{_START}t(?:[- ](?:test|value|statistic))?{_ONE}{_SIGN}{_VALUE}{_TAIL}")),
    (T, re.compile(rf"{_START}t{_SIGN}{_VALUE}{_AFTER_DF}{_TAIL}")),
    (F, re.compile(rf"{_START}F\s*[(\[]\s*{_DF}(?P<df>{NUM})\s*[,;]\s*(?P<df2>{NUM})\s*[)\]]{_SIGN}{_VALUE}{_TAIL}")),
    (CHI2, re.compile(rf"{_START}chi2{_OPEN}(?:\s*[,;]\s*[nN]\s*=\s*(?P<n>{NUM}))?\s*[)\]]{_SIGN}{_VALUE}{_TAIL}")),
    (CHI2, re.compile(rf"{_START}chi2{_SIGN}{_VALUE}{_AFTER_DF}{_TAIL}")),
    (R, re.compile(rf"{_START}(?:r|rho|ρ){_ONE}{_SIGN}{_VALUE}{_TAIL}")),
    (Z, re.compile(rf"{_START}[zZ]{_SIGN}{_VALUE}{_TAIL}")),
)
_P_ALONE = re.compile(rf"{_P}\s*(?P<relation>[=<>≤≥])\s*(?P<p>{NUM})")
_ONE_SIDED = re.compile(r"\bone[- ](?:sided|tailed)\b|\bdirectional\b", re.I)


@dataclass(frozen=True)
class PValue:
    """As printed. relation: =, <, >, ≤, ≥ or ``ns``. power: of ten by which the number is to be taken."""

    relation: str
    number: Number
    power: int = 0

    def __str__(self) -> str:
        if self.relation == "ns":
            return "n.s."
        return f"P {self.relation} {self.number}{f'e{self.power}' if self.power else ''}"

    @property
    def low(self) -> float:
        return max(0.0, self.number.low) * 10.0**self.power

    @property
    def high(self) -> float:
        return self.number.high * 10.0**self.power

    @property
    def value(self) -> float:
        return float(self.number.value) * 10.0**self.power


@dataclass(frozen=True)
class Tested:
    """One test. df2: of F. relation: of the statistic itself, almost always =. n: people, where χ² says them."""

    kind: str
    value: Number
    df: Number | None
    df2: Number | None
    relation: str
    p: PValue
    words: str
    one_sided: bool = False
    n: int | None = None


def tests(words: str) -> Iterator[Tested]:
    """Every complete test in words that ``plain_text`` has gone over, in the order in which they stand."""
    found = [(m.start(), kind, m) for kind, form in _FORMS for m in form.finditer(words)]
    one_sided = bool(_ONE_SIDED.search(words))
    for _, kind, m in sorted(found, key=lambda f: f[0]):
        given = m.groupdict()
        df, df2, n = (number(given[key]) if given.get(key) else None for key in ("df", "df2", "n"))
        p = p_value(given)
        if p is not None and (p.relation == "ns" or p.value <= 1):
            value = number(given["value"])
            yield Tested(kind, value, df, df2, given["sign"], p, m[0], one_sided, int(n.value) if n else None)


def p_value(given: dict[str, str | None]) -> PValue | None:
    if given.get("ns"):
        return PValue("ns", Number(5, 2))
    if not given.get("p"):
        return None
    power = re.search(r"-\d+$", given.get("power") or "")
    return PValue(given["relation"] or "=", number(given["p"] or ""), int(power[0]) if power else 0)


def p_values(words: str) -> Iterator[tuple[PValue, str]]:
    """Every P value, with or without a statistic."""
    for m in _P_ALONE.finditer(words):
        if (p := p_value(m.groupdict())) is not None:
            yield p, m[0]
