"""Cells become typed responses; people are joined, excluded, accounted for."""

from pipeline.cleaning.bands import banded
from pipeline.cleaning.clean import clean
from pipeline.cleaning.cleaned import Cleaned, Flow, Ledger, People
from pipeline.cleaning.missingness import missingness_results
from pipeline.cleaning.own import not_run
from pipeline.cleaning.people import join
from pipeline.cleaning.remarks import flow_results

__all__ = [
    "Cleaned",
    "Flow",
    "Ledger",
    "People",
    "banded",
    "clean",
    "flow_results",
    "join",
    "missingness_results",
    "not_run",
]
