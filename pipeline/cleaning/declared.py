"""What is declared of a column's codes: which are answers, which are missing and why, which nobody has explained."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.cleaning.distinct import as_declared
from pipeline.intake.cells import Cells
from pipeline.study import Study
from pipeline.study.words import BLANK

USER_MISSING = "user-missing"
SYSTEM_MISSING = "."
_LETTER = re.compile(r"\.[a-z_]")


@dataclass(frozen=True)
class Declared:
    """codes: code -> label. missing: code -> reason, the variable's own. wide: code -> reason, by the file-wide rule.

    marked: codes that the file marks as missing and for which nobody gave a reason.
    """

    codes: Mapping[str, str]
    missing: Mapping[str, str]
    wide: Mapping[str, str]
    marked: frozenset[str] = frozenset()

    @property
    def rules(self) -> tuple[str, ...]:
        """The ledger's rules for the codes that are missing."""
        own = [missing_rule(code, reason) for code, reason in self.missing.items()]
        return (
            *own,
            *(missing_rule(code, reason, wide=True) for code, reason in self.wide.items() if code not in self.missing),
        )

    def reason(self, text: str) -> tuple[str, str] | None:
        """Why a text is missing and the ledger's rule for it; None when nothing says that it is."""
        code = as_declared(text)
        if code in self.codes:
            return None
        if code in self.missing:
            return self.missing[code], missing_rule(code, self.missing[code])
        if code in self.wide:
            return self.wide[code], missing_rule(code, self.wide[code], wide=True)
        return None


def missing_rule(code: str, reason: str, wide: bool = False) -> str:
    """How the ledger names a missing code."""
    return f"code {code} is missing{' (whole file)' if wide else ''}: {reason}"


def declare(codes: Mapping[str, str], missing: Mapping[str, str], study: Study, cells: Cells, column: str) -> Declared:
    """What holds for one raw column.

    A variable's own words come first. File-wide reasons count only for codes that the file itself marks: Stata's by
    their letter, SPSS's under ``user-missing``; there is no other way in which a code of a whole file is missing.
    The dot that Stata and SAS write for no value is ``blank``; a study file may call it either.
    """
    wide, unexplained = {}, set()
    if is_system_missing(cells, column):
        codes, missing = _dot_as_blank(codes), _dot_as_blank(missing)
    for code in sorted(cells.user_missing.get(column, frozenset()) - {SYSTEM_MISSING}):
        reason = study.missing.get(code if _LETTER.fullmatch(code) else USER_MISSING)
        if reason is not None:
            wide[code] = reason
        elif code not in codes and code not in missing:
            unexplained.add(code)
    return Declared(codes, missing, wide, frozenset(unexplained))


def is_system_missing(cells: Cells, column: str) -> bool:
    """Whether a dot in this column is the file's way to write an empty cell."""
    return SYSTEM_MISSING in cells.user_missing.get(column, frozenset())


def _dot_as_blank(words: Mapping[str, str]) -> dict[str, str]:
    return {BLANK if code == SYSTEM_MISSING else code: word for code, word in words.items()}
