"""Scores and reliability of a million made-up people beside bare numpy sums, and pingouin's alpha.

    python benchmarks/scoring.py [--people 1000000] [--repeat 3] [--pingouin PYTHON]

PYTHON is the interpreter of an environment of its own in which ``pingouin`` is installed; without it that part says
"not run". The package is under the GPL: it runs in that environment and process, on answers in a file, and nothing of
it is imported here. Every measurement is a process of its own on the same answers to PHQ-9, MSPSS and UCLA-3 (24
items, of which one in a hundred is missing); times are the least of ``--repeat``, and memory is what the measured
part takes beyond the answers. Values that two of them have are held against each other.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

SCALES = {"phq-9": (9, 0, 3), "mspss": (12, 1, 7), "ucla-3": (3, 1, 3)}
"""Instrument -> items, lowest and highest code."""
GAPS = 0.01
MEASURED = """
import ctypes, gc, json, sys, threading, time
import numpy as np
answers = np.load(sys.argv[1])
sizes = json.loads(sys.argv[2])
def memory():
    return int(open("/proc/self/statm").read().split()[1]) * 4096
def watch():
    while not stop.wait(0.002):
        peak[0] = max(peak[0], memory())
{prepare}
work(prepared(answers[:200]))  # what is loaded when it is first used takes no part
held = prepared(answers)
gc.collect(); ctypes.CDLL(None).malloc_trim(0)
before = memory(); peak, stop = [before], threading.Event()
watcher = threading.Thread(target=watch); watcher.start()
began, worked = time.perf_counter(), time.process_time()
told = work(held)
seconds, cpu = time.perf_counter() - began, time.process_time() - worked
stop.set(); watcher.join()
print(json.dumps({{"seconds": seconds, "cpu": cpu, "extra": peak[0] - before, "told": told}}))
"""
"""The same measurement for all; answers: float64, one row a person, NaN for gaps; sizes: instrument -> items."""
NUMPY = """
def prepared(answers):
    return answers
def work(answers):
    told, at = {}, 0
    for name, k in sizes.items():
        total = answers[:, at:at + k].sum(axis=1) / (k if name == "mspss" else 1)
        told[name] = {"mean": float(np.nanmean(total)), "n": int((~np.isnan(total)).sum())}
        at += k
    return told
"""
ALONGSIDE = """
import pandas as pd
from pipeline.cleaning.cleaned import Cleaned, Flow, Ledger
from pipeline.instruments.scores import score
from pipeline.study import parse_study
def study():
    lines, at = [], 0
    for name, k in sizes.items():
        items = ", ".join(f"q{n}" for n in range(at + 1, at + k + 1))
        lines.append(f"  {name.replace('-', '_')}: {{instrument: {name}, items: [{items}], max_missing: 0}}")
        at += k
    head = "title: Made up\\ndata: {file: a.csv, id: id}\\ndesign: {kind: cohort}\\nscales:\\n"
    return parse_study(head + "\\n".join(lines) + "\\nrelease: {rule: none, because: made up}\\n", "studies/x.yaml")
declared = study()
def prepared(answers):
    frame = pd.DataFrame(answers, columns=[f"q{n}" for n in range(1, answers.shape[1] + 1)])
    none = pd.DataFrame("", index=frame.index, columns=frame.columns, dtype="str")
    keys = pd.DataFrame({"id": frame.index.astype("str"), "wave": ""}, index=frame.index)
    inside = pd.Series(True, index=frame.index)
    return Cleaned({"people": frame}, {"people": none}, {"people": keys}, {"people": inside},
                   Ledger(pd.DataFrame(), pd.DataFrame()), Flow(pd.DataFrame()))
def work(cleaned):
    found, told = score(cleaned, declared), {}
    frame = found.results.frame
    frame = frame[(frame["kind"] == "reliability") & (frame["term"] == "") & (frame["statistic"] == "alpha")]
    alphas = dict(zip(frame["name"], frame["value"]))
    for name in sizes:
        scores = found.frames["people"][name.replace("-", "_")]
        told[name] = {"mean": float(scores.mean()), "n": int(scores.notna().sum()),
                      "alpha": float(alphas[name.replace("-", "_")])}
    return told
"""
PINGOUIN = """
import pandas as pd
import pingouin
def prepared(answers):
    return pd.DataFrame(answers)
def work(frame):
    told, at = {}, 0
    for name, k in sizes.items():
        told[name] = {"alpha": float(pingouin.cronbach_alpha(frame.iloc[:, at:at + k], nan_policy="listwise")[0])}
        at += k
    return told
"""


def made_up(people: int) -> np.ndarray:
    """Answers that hang together: shape (people, 24), float64, NaN for gaps."""
    rng = np.random.default_rng(7)
    parts = []
    for items, low, high in SCALES.values():
        mood = rng.normal(size=(people, 1))
        raw = (low + high) / 2 + (high - low) / 4 * (mood + rng.normal(size=(people, items)))
        parts.append(np.clip(np.rint(raw), low, high))
    made = np.hstack(parts)
    made[rng.random(made.shape) < GAPS] = np.nan
    return made


def in_a_process(python: str, prepare: str, file: Path) -> dict[str, Any]:
    sizes = json.dumps({name: items for name, (items, _, _) in SCALES.items()})
    root = Path(__file__).absolute().parents[1]
    command = [python, "-c", MEASURED.format(prepare=prepare), str(file), sizes]
    told = subprocess.run(command, capture_output=True, text=True, check=False, cwd=root)
    if told.returncode:
        raise SystemExit(told.stderr.strip().splitlines()[-1])
    return dict(json.loads(told.stdout))


def least(python: str, prepare: str, file: Path, repeat: int) -> dict[str, Any]:
    return min((in_a_process(python, prepare, file) for _ in range(repeat)), key=lambda m: m["seconds"])


def apart(one: dict[str, Any], other: dict[str, Any]) -> float:
    """The largest relative difference of values that both have."""
    return max((abs(one[name][word] - other[name][word]) / max(abs(one[name][word]), 1e-300)
                for name in one for word in one[name] if word in other[name]), default=0.0)  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--pingouin", help="the Python of an environment that has the package")
    given = parser.parse_args()
    contestants = {
        "alongside, scores": (sys.executable, ALONGSIDE),
        "numpy, sums alone": (sys.executable, NUMPY),
        "pingouin, alpha alone": (given.pingouin, PINGOUIN),
    }
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "answers.npy"
        made = made_up(given.people)
        np.save(file, made)
        print(f"{len(made):,} made-up people, {made.shape[1]} items of {', '.join(SCALES)}, {GAPS:.0%} missing")
        first: dict[str, Any] = {}
        for who, (python, prepare) in contestants.items():
            if not python:
                print(f"  {who:22} not run. Name with --pingouin the Python of an environment that has it.")
                continue
            found = least(python, prepare, file, given.repeat)
            first = first or found
            print(f"  {who:22} {found['seconds']:7.3f} s  {found['cpu']:7.3f} s of the processor  "
                  f"{found['seconds'] / first['seconds']:6.2f} x ours  {found['extra'] / 1e6:8.1f} MB  "
                  f"{apart(first['told'], found['told']):.0e} apart", flush=True)  # fmt: skip


if __name__ == "__main__":
    main()
