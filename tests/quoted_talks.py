"""Made-up interviews from which tests quote: six people, two of each role, and what a study file says of them."""

from __future__ import annotations

from pipeline.study import Study, parse_study
from pipeline.themes.clean_coding import CleanedCoding, clean_coding
from pipeline.themes.opened import Opened
from pipeline.themes.read import read_coding

HEAD = """\
title: Made up
design: {kind: interviews}
release: {rule: journal, below: 2}
interviews:
  coded: {file: t.csv}
  themes:
    Heard: {codes: [Heard], definition: Somebody has time.}
    Way: {codes: [Way]}
"""
COLUMNS = "document|participant|role|programme|consent|code|start|end|coder|quotation"
ROWS = """
d1|P1|Recipient|North|yes|Heard|0|44|A|I told it twice, and nobody looked at the clock.
d1|P1|Recipient|North|yes|Heard|0|44|B|I told it twice, and nobody looked at the clock.
d1|P1|Recipient|North|yes|Heard::late|10|44|A|and nobody looked at the clock.
d1|P1|Recipient|North|yes|Way|50|90|A|Anna Berg of Oslo showed me the door, and I went through.
d2|P2|Recipient|North|yes|Heard|0|20|A|She waited.
d2|P2|Recipient|North|yes|Heard|30|50|A|She waited until I was done.
d3|P3|Recipient|South|no|Heard|0|20|A|He asked me how it was.
d4|P4|Supporter|South|yes|Way|0|20|A|=I know which door to knock on <b>and</b> which to leave
d5|P5|Supporter|South|yes|Heard|0|20|A|I keep
d5|P5|Supporter|South|yes|Way|0|20|A|my mouth shut.
d6|P6|Leader|South||Heard|0|20|A|Time is what people write of.
"""


def study(quotations: str, head: str = HEAD) -> Study:
    """quotations: what stands under ``interviews: quotations:``."""
    lines = "".join(f"    {line}\n" for line in quotations.strip("\n").splitlines())
    return parse_study(head + "  quotations:\n" + lines, "studies/made_up.yaml")


def opened(said: Study, rows: str = ROWS) -> Opened:
    assert said.interviews is not None and said.interviews.coded is not None
    lines = [COLUMNS, *rows.strip().splitlines()]
    text = "\n".join(",".join(f'"{cell}"' for cell in line.split("|")) for line in lines)
    return read_coding(said.interviews.coded, [("t.csv", text.encode())], lambda *_: "")


def cleaned(said: Study, rows: str = ROWS) -> CleanedCoding:
    return clean_coding(opened(said, rows), said)
