"""One call for a notebook: what a study file asks of its coders and of the order of its interviews."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from pipeline.errors import Mistake, raise_all
from pipeline.results import Number, Results, Sentence
from pipeline.study import Study
from pipeline.themes import agreed, saturated
from pipeline.themes.clean_coding import CleanedCoding
from pipeline.themes.coders import disagreements
from pipeline.themes.coding import Coding
from pipeline.themes.gathered import gathered

DIFFER = ["compared", "document", "start", "end", "theme", "gave", "did_not", "quotation"]
BETWEEN = " […] "


@dataclass(frozen=True, eq=False)
class Measured:
    """results: kinds ``agreement`` and ``saturation``. remarks: by table. disagreements: columns ``DIFFER``, text but
    for start and end; None where no agreement is asked for. They quote people and never leave ``data/``."""

    results: Results = field(default_factory=lambda: Results.of([]))
    remarks: Mapping[str, tuple[Sentence, ...]] = field(default_factory=dict)
    disagreements: pd.DataFrame | None = None


def measured(cleaned: CleanedCoding | None, study: Study, rng: np.random.Generator) -> Measured:
    """Agreement and saturation as declared; nothing where nothing is coded or asked for.

    rng: draws the random orders of the interviews. ``Mistakes`` of all that the files have against the study file.
    """
    if cleaned is None or study.interviews is None:
        return Measured()
    raise_all(unfit(cleaned, study))
    found, remarks = list[Number](), dict[str, tuple[Sentence, ...]]()
    held = agreed.compared(cleaned, study)
    for one in held:
        assert study.interviews.agreement is not None
        found += agreed.numbers(one, study.interviews.agreement)
        remarks[agreed.table_name(one.by)] = tuple(agreed.sentences(one))
    if (orders := saturated.saturated(cleaned, study, rng)) is not None:
        assert study.interviews.saturation_asked is not None
        found += saturated.numbers(orders, one_by_one=not study.release.rounds)
        remarks[saturated.NAME] = tuple(saturated.sentences(orders, study.interviews.saturation_asked))
    differ = [_quoted(cleaned.coding, one, gathered(cleaned, one.by)) for one in held]
    return Measured(Results.of(found), remarks, pd.concat(differ, ignore_index=True) if differ else None)


def unfit(cleaned: CleanedCoding, study: Study) -> Iterator[Mistake]:
    """Everything that the files have against what the study file asks of coders and of saturation."""
    yield from agreed.unfit(cleaned, study)
    yield from saturated.unfit(cleaned, study)


def _quoted(coding: Coding, one: agreed.Held, names: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """What the coders differ on, with the words of the passage; of a document, of all its passages with that theme."""
    listed = disagreements(one.found)
    said = coding.segments[coding.segments["quotation"] != ""]
    keys = ["document", "start", "end"]
    if one.found.on == "documents":
        keys = ["document", "theme"]
        codes = [(theme, code) for theme, made_of in names.items() for code in made_of]
        said = said.merge(pd.DataFrame(codes, columns=["theme", "code"]), on="code")
    words = said.drop_duplicates([*keys, "quotation"]).groupby(keys, sort=False)["quotation"].agg(BETWEEN.join)
    told = words.reindex(pd.MultiIndex.from_frame(listed[keys])).fillna("").to_numpy(dtype=object)
    return listed.assign(compared=one.by, quotation=told)[DIFFER]
