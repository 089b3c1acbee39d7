"""What cleaning hands on: typed responses, the ledger of every change, and the flow of every row.

Nothing here prints its rows when it is shown by accident (in a traceback, say): ``repr=False``.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from pipeline.results import Results, Sentence

CHANGES = ["table", "row", "variable", "before", "after", "rule"]
RULES = ["table", "variable", "rule", "cells", "because"]
FLOW = ["table", "step", "reason", "rows", "people", "clusters"]


@dataclass(frozen=True, repr=False)
class Ledger:
    """changes: one line a cell that changed (columns ``CHANGES``; text; rows of people, so never released). A cell
    changed when more happened than reading: a code became a label, another number or missing, an answer was dropped.
    rules: one line a rule, with how many cells it touched, also when that is 0 (columns ``RULES``); with what intake
    found, and with what looks wrong and was left as it is.
    """

    changes: pd.DataFrame
    rules: pd.DataFrame


@dataclass(frozen=True)
class Flow:
    """steps: columns ``FLOW``, in order of happening. ``step`` is ``read``, ``left out`` or ``kept``; a table's
    ``read`` equals its ``left out`` plus its ``kept`` in rows, people and clusters, or the stage stops.
    ``people`` counts distinct ids (a person leaves with the last of their rows), ``clusters`` likewise; a reason
    stands on ``left out`` alone. In a cluster trial the clusters of a child table are those that were randomised: one
    without any row there leaves as ``no one in <table>``. waves: per table and wave, what was kept, for tables with
    waves. arms: the steps of every arm (columns ``arm`` + ``FLOW``), for trials.
    """

    steps: pd.DataFrame
    waves: pd.DataFrame = field(
        default_factory=lambda: pd.DataFrame(columns=["table", "wave", "rows", "people", "clusters"])
    )
    arms: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["arm", *FLOW]))


@dataclass(frozen=True, repr=False)
class Cleaned:
    """Typed responses of every table.

    responses: table -> frame; index ``row`` (``Cells`` addresses of the rows kept); columns: declared variables
        (number, count: float64 with NaN; category, ordered: pandas Categorical with the declared levels, ``ordered``
        set for ordered; choices: one float column ``name=label`` a choice, 1/0/NaN; date: datetime64[s]; text: str)
        and every scale's items (float64, as coded in the file after ``codes``/``coded``: not yet reversed).
    reasons: table -> frame of the same shape (choices: one column ``name``), ``str``: why a value is missing
        (``""`` where it is not); ``not asked`` and ``not applicable`` are by design.
    keys: table -> frame, same index: ``id`` (text; several id columns joined with `` / ``), ``wave`` (label or ``""``),
        one column ``parent.<table>`` a parent (the parent's id), ``cluster``, ``second_cluster`` (text) and ``weight``
        (float), ``strata``, ``psu`` (text) where the design names them and the table or its parents hold them.
    domain: table -> boolean series, same index: inside the study's population.
    """

    responses: dict[str, pd.DataFrame]
    reasons: dict[str, pd.DataFrame]
    keys: dict[str, pd.DataFrame]
    domain: dict[str, pd.Series]
    ledger: Ledger
    flow: Flow


@dataclass(frozen=True, repr=False)
class People:
    """Cleaned responses, parents' variables, derived variables and scores, side by side: what tables and models read.

    frames, reasons, keys, domain: as in ``Cleaned``; frames also hold scale scores (float64), derived variables, and
    the variables of parent tables (for each table), so that an outcome and an arm stand in one frame.
    remarks: what a report must say (orphans dropped, duplicates resolved, …) with numbers from ``results``.
    """

    frames: dict[str, pd.DataFrame]
    reasons: dict[str, pd.DataFrame]
    keys: dict[str, pd.DataFrame]
    domain: dict[str, pd.Series]
    results: Results
    remarks: tuple[Sentence, ...] = ()
