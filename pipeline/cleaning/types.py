"""One small converter a type: what each distinct text of a column means. Nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pipeline.cleaning.declared import Declared
from pipeline.cleaning.distinct import as_declared
from pipeline.intake.numbers import number_text
from pipeline.study.words import Interval

# What can be wrong with a text; ``faults`` has the sentences.
UNDECLARED, MARKED = "undeclared", "marked"
SCIENTIFIC, DECIMAL_MARK, NO_NUMBER = "scientific", "decimal mark", "no number"
OUTSIDE, ABOVE_TOP, BETWEEN_BANDS = "outside", "above top", "between bands"
NO_DATE, NO_SUCH_DAY = "no date", "no such day"

LABELLED = "codes to labels"

_GROUPED = re.compile(r"([+-]?[0-9]{1,3})((?:[\u2009\u202f\u00a0][0-9]{3})+)(?![0-9])")
_PLAIN = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_SCIENTIFIC = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+")


@dataclass(frozen=True)
class Said:
    """What one text means.

    value: a float, a level's place (or several), seconds since 1970, or text; None where there is none.
    reason: why it is missing. fault: one of the words above; about: the codes in question, where it is not the whole
    text. rule: the ledger's, where more than reading happened; after: what then stands in its place.
    """

    value: object = None
    reason: str = ""
    fault: str = ""
    rule: str = ""
    after: str = ""
    about: tuple[str, ...] = ()


Read = Callable[[str], Said]
"""What one text means."""
Bulk = Callable[[Sequence[str]], np.ndarray]
"""Many texts at once as float64; NaN for every text that needs a second look by ``Read``."""


def number(text: str, decimal: str = ".") -> float | None:
    """A plain decimal as a float: U+2212 is a minus, thin or no-break blanks may group thousands; else None.

    Not read: ``1e5``, ``1,234`` and the other decimal mark than the file's.
    """
    plain = text.replace("−", "-")
    if found := _GROUPED.match(plain):
        plain = found[1] + re.sub("[^0-9]", "", found[2]) + plain[found.end() :]
    if decimal == ",":
        if "." in plain:
            return None
        plain = plain.replace(",", ".")
    return float(plain) if _PLAIN.fullmatch(plain) else None


def _not_a_number(text: str, decimal: str) -> str:
    plain = text.replace("−", "-")
    other = "," if decimal == "." else "."
    if _SCIENTIFIC.fullmatch(plain.replace(decimal, ".")):
        return SCIENTIFIC
    return DECIMAL_MARK if number(text, other) is not None else NO_NUMBER


def read_number(
    declared: Declared,
    decimal: str = ".",
    limits: Interval | None = None,
    top_code: float | None = None,
    bands: tuple[Interval, ...] = (),
    shift: float = 0.0,
) -> Read:
    """Plain decimals; codes give other numbers (88: 0); what lies outside range, top code or bands is a fault.

    A code also stands for the other ways to write its number (``99`` for ``99.0``). ``limits`` holds the file's
    numbers, before ``shift`` is added (an item that another base codes).
    """
    codes = {float(v): c for c in declared.codes if (v := number(c)) is not None}
    missing = {v: c for c in (*declared.missing, *declared.wide, *declared.marked) if (v := number(c)) is not None}

    def read(text: str) -> Said:
        value = number(text, decimal)
        written = codes.get(value, missing.get(value)) if value is not None else None
        code = written if written is not None else text
        if (why := declared.reason(code)) is not None:
            return Said(reason=why[0], rule=why[1])
        if code in declared.marked:
            return Said(fault=MARKED)
        key = as_declared(code)
        rule = ""
        if key in declared.codes:
            value = number(declared.codes[key])
            rule = f"code {key} is {declared.codes[key]}" if declared.codes[key] != text else ""
        elif text == "":
            return Said(fault=UNDECLARED)
        if value is None:
            return Said(fault=_not_a_number(text, decimal))
        if fault := _limits(value, limits, top_code, bands):
            return Said(fault=fault)
        if shift:
            value += shift
            rule = rule or f"{'+' if shift > 0 else '−'}{number_text(abs(shift))}: from the file's base to the scale's"
        elif not rule and value == top_code:
            rule = f"top code: {number_text(value)} stands for itself and above"
        return Said(value, rule=rule, after=number_text(value) if rule else "")

    return read


def plain_numbers(
    declared: Declared,
    decimal: str = ".",
    limits: Interval | None = None,
    top_code: float | None = None,
    bands: tuple[Interval, ...] = (),
) -> Bulk:
    """Numbers of which there is nothing to say: no code, inside range and bands, below the top code.

    The same as ``read_number`` without ``shift``, for columns with many different numbers.
    """
    codes = (*declared.codes, *declared.missing, *declared.wide, *declared.marked)
    special = np.array([v for code in codes if (v := number(code)) is not None], dtype=float)

    def read(texts: Sequence[str]) -> np.ndarray:
        plain = pa.array(texts, pa.string())
        if decimal == ",":
            plain = pc.replace_substring(pc.if_else(pc.match_substring(plain, "."), "", plain), ",", ".")
        there = pc.match_substring_regex(plain, r"^-?[0-9]{1,15}(\.[0-9]+)?$")
        values = pc.cast(pc.if_else(there, plain, None), pa.float64()).to_numpy(zero_copy_only=False).copy()
        values[np.isin(values, special)] = np.nan
        for interval in (limits, None if top_code is None else Interval(-np.inf, top_code, "", high_open=True)):
            if interval is not None:
                values[~interval.holds(values)] = np.nan
        if bands:
            values[~np.any([band.holds(values) for band in bands], axis=0)] = np.nan
        return values

    return read


def _limits(value: float, limits: Interval | None, top_code: float | None, bands: tuple[Interval, ...]) -> str:
    if top_code is not None and value > top_code:
        return ABOVE_TOP
    if limits is not None and value not in limits:
        return OUTSIDE
    return BETWEEN_BANDS if bands and not any(value in band for band in bands) else ""


def read_category(declared: Declared, levels: tuple[str, ...]) -> Read:
    """The place of a code's label among the levels. Every code is declared; none is taken for a similar one."""

    def read(text: str) -> Said:
        if (why := declared.reason(text)) is not None:
            return Said(reason=why[0], rule=why[1])
        label = declared.codes.get(as_declared(text))
        if label is None:
            return Said(fault=MARKED if text in declared.marked else UNDECLARED)
        return Said(levels.index(label), rule=LABELLED if label != text else "", after=label if label != text else "")

    return read


def read_text(declared: Declared) -> Read:
    """Text as it came, less the blanks around it."""

    def read(text: str) -> Said:
        if (why := declared.reason(text)) is not None:
            return Said(reason=why[0], rule=why[1])
        if text == "" or text in declared.marked:
            return Said(fault=MARKED if text else UNDECLARED)
        return Said(text)

    return read


def read_counted(declared: Declared, excepted: tuple[str, ...], known: Iterable[str] | None) -> Read:
    """1 where a column holds a known code other than ``excepted``, 0 where it holds one of these.

    known: the codes of the column (declared, or the file's own labels); None: any whole number is one.
    """
    codes = None if known is None else frozenset(known)

    def read(text: str) -> Said:
        if as_declared(text) in excepted:
            return Said(0.0)
        if (why := declared.reason(text)) is not None:
            return Said(reason=why[0], rule=why[1])
        if text in declared.marked:
            return Said(fault=MARKED)
        is_known = as_declared(text) in codes if codes is not None else bool(re.fullmatch("[0-9]+", text))
        return Said(1.0) if is_known else Said(fault=UNDECLARED)

    return read


def read_box(declared: Declared, ticked: str, unticked: tuple[str, ...]) -> Read:
    """A box of its own column: 1 ticked, 0 not. A code that is both empty and missing counts as missing here;
    ``choices`` decides by the other boxes of the row."""

    def read(text: str) -> Said:
        key = as_declared(text)
        if key == ticked:
            return Said(1.0)
        if (why := declared.reason(text)) is not None:
            return Said(reason=why[0], rule=why[1])
        if key in unticked:
            return Said(0.0)
        return Said(fault=MARKED if text in declared.marked else UNDECLARED)

    return read
