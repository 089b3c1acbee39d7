"""Models whose P values are one family of tests, declared before anybody looked."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipeline.study.part import Part


class FamilySpec(Part):
    """Whose P values are adjusted together, and how."""

    models: tuple[str, ...] = Field(min_length=1, description="names of models; one may stand in one family only")
    adjust: Literal["holm", "bh"] = Field(
        description="holm: any false finding in the family (Holm); bh: the share of false findings (Benjamini and "
        "Hochberg)"
    )
