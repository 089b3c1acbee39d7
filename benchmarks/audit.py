"""What `alongside audit` finds of one corrupted cell, by kind, beside what could be found; and how long it takes.

    python benchmarks/audit.py [--tables 1000]

"could be found" is settled by trying: no sample of whole numbers and no one rounding give the printed means and SDs; no
usual method gives the printed effect, interval or P value from the printed counts.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).absolute().parents[1]))

from pipeline.audit import audit
from tests.audit_figures import shares


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=int, default=1000, help="corrupted tables of each kind")
    tables = parser.parse_args().tables
    print("| corrupted | tables | could be found | found of these | told of the others |\n|---|---|---|---|---|")
    for kind, (tried, could, found, beyond) in shares(tables, 100_000).items():
        share = f"{found} ({100 * found / could:.1f}%)" if could else "–"
        print(f"| {kind} | {tried} | {could} ({100 * could / tried:.1f}%) | {share} | {beyond} |", flush=True)
    cells = "{a}/297,{c}/315,0.5 (0.4 to 0.8),.03,20,{m:.2f},1.34"
    lines = "\n".join(f"Outcome {i},{cells.format(a=40 + i, c=78 + i, m=5 + i / 100)}" for i in range(50))
    table = f'Table 1\nOutcome,"A, n/N","B, n/N",RR (95% CI),P,n,Mean,SD\n{lines}\n'.encode()
    audit({"t.csv": table[:200]})
    started = time.perf_counter()
    audit({"t.csv": table})
    print(f"A table of 50 lines: {time.perf_counter() - started:.2f} s.")


if __name__ == "__main__":
    main()
