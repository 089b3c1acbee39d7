"""By what coded interviews are counted, as a study file asks for it: themes with their codes, or codes alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.study import Study
from pipeline.study.compared import Gathered
from pipeline.themes.clean_coding import CleanedCoding

FORMULA = ("=", "+", "-", "@", "|")


def gathered(cleaned: CleanedCoding, by: Gathered) -> Mapping[str, Sequence[str]]:
    """Name -> its codes. A code is itself alone, without those under it, so that no passage counts twice."""
    if by == "themes":
        found = cleaned.themes.groupby("theme", sort=False)["code"].agg(list)
        return {str(theme): codes for theme, codes in found.items()}
    return {code: (code,) for code in cleaned.coding.codes.index}


def usual(study: Study) -> Gathered:
    """Themes where the study file says of which codes they are made, else codes."""
    return "themes" if study.interviews is not None and study.interviews.coded_themes else "codes"


def counted(study: Study) -> Gathered:
    """What new ones are counted of where saturation is looked for."""
    asked = study.interviews.saturation_asked if study.interviews is not None else None
    return (asked.of if asked is not None else None) or usual(study)


def unprintable(cleaned: CleanedCoding, by: Sequence[Gathered]) -> int:
    """How many codes have a name that no line of a table can have: a spreadsheet would take it for a formula."""
    return sum(code.startswith(FORMULA) for code in cleaned.coding.codes.index) if "codes" in by else 0
