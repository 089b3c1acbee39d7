"""Made-up coders of made-up interviews for tests: who gave which code in which document, drawn as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from pipeline.study import Study, parse_study
from pipeline.themes import CleanedCoding, Measured, clean_coding, measured
from pipeline.themes.read import read_coding

HEAD = """\
title: Made up
design: {kind: interviews}
release: {rule: journal}
interviews:
  coded: {file: t.csv, columns: {order: order}}
"""
COLUMNS = "document,participant,code,start,end,coder,quotation,order"


def study(declared: str, head: str = HEAD) -> Study:
    """declared: lines of ``interviews``."""
    return parse_study(head + "".join(f"  {line}\n" for line in declared.strip().splitlines()), "studies/made_up.yaml")


def rows(given: Iterable[tuple[str, str, Sequence[str]]]) -> list[str]:
    """Each: document, coder, the codes given there; every coder also gives ``read``, so that silence means no. The
    order is that of the documents' first lines; a code is at the place of its own."""
    found, order, places = list[str](), dict[str, int](), dict[str, int]()
    for document, coder, codes in given:
        at = order.setdefault(document, len(order))
        for code in ("read", *codes):
            start = 10 * places.setdefault(code, len(places))
            found.append(f"{document},P{document},{code},{start},{start + 9},{coder},made up {code},{at}")
    return found


def both(theme: str, pairs: Iterable[str], coders: str = "AB") -> list[str]:
    """Documents in which each of the coders gave one theme (1) or not (0): ``["11", "10"]``."""
    return rows((f"d{n}", coder, [theme] if said == "1" else [])
                for n, pair in enumerate(pairs) for coder, said in zip(coders, pair, strict=True))  # fmt: skip


def interviews(*new: int) -> list[str]:
    """Each brings so many codes that none before had, and the first of all again."""
    ends = np.cumsum(new)
    return [f"d{n},P{n},c{c},{10 * c},{10 * c + 9},A,made up,{n}"
            for n, (count, end) in enumerate(zip(new, ends, strict=True))
            for c in dict.fromkeys([0, *range(end - count, end)])]  # fmt: skip


def cleaned(said: Study, lines: Iterable[str]) -> CleanedCoding:
    assert said.interviews is not None and said.interviews.coded is not None
    data = "\n".join([COLUMNS, *lines]).encode()
    return clean_coding(read_coding(said.interviews.coded, [("t.csv", data)], lambda *_: ""), said)


def found(declared: str, lines: Iterable[str], head: str = HEAD, seed: int = 1) -> Measured:
    said = study(declared, head)
    return measured(cleaned(said, lines), said, np.random.default_rng(seed))


def line(made: Measured, term: str, level: str = "", kind: str = "agreement") -> dict[str, float]:
    """statistic -> value of one line."""
    frame = made.results.frame
    here = frame[(frame["kind"] == kind) & (frame["term"] == term) & (frame["level"] == level)]
    return dict(zip(here["statistic"], here["value"], strict=True))
