"""Does ``alongside verify`` catch what was tampered with, name the right cause, and leave honest reruns alone?

    python benchmarks/planted.py FOLDER [--faults 200] [--honest 50] [--jobs 2] [--only WORD]

FOLDER (new, or left by an earlier call) gets two small workspaces, joo2022 and a made-up study, each run once; then one
tampered copy a fault. A fault in what was released does not touch what a replay reads: these are judged against one
replay of their study. A fault in an input, and every honest rerun, is a whole ``alongside verify`` in a process of its
own (15 to 20 seconds of processor time). It prints a line a copy, and a table of kinds at the end.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import re
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

import numpy as np

from pipeline.files import Workspace, sha256
from pipeline.reproduce.cause import CODE, DATA, DECLARATIONS, EDITED, ENVIRONMENT, NOT_THESE, PARAMETERS, changes
from pipeline.reproduce.clean_place import clean_place
from pipeline.reproduce.committed import committed
from pipeline.reproduce.judge import judge
from pipeline.reproduce.replay import Replay, replay
from pipeline.run.records import PACKAGE

HOME = PACKAGE.parent
KEPT = ("studies", "notebooks", "data/raw", "reports", ".dvc/config", "params.yaml", "requirements.lock")
Report = dict[str, bytes]
MADE_UP = """\
title: Made-up people for planted faults
made_up: true
data: {file: people.csv, id: id}
design: {kind: cross-sectional survey}
variables:
  age: {type: number, unit: years, range: 18-90}
  gender: {codes: {1: Women, 2: Men}}
  company: {codes: {1: Lives alone, 2: Lives with others}}
scales:
  mood: {items: [m1, m2, m3], range: 1-5, score: mean, max_missing: 0, high_means: better, reverse: [m3]}
tables:
  participants: {rows: [age, gender, mood], columns: company}
models:
  mood_age: {outcome: mood, exposure: age, adjust: [gender]}
release: {rule: none, because: made-up people}
"""


@dataclass(frozen=True)
class Case:
    """One copy. cause: the right one; "" for an honest rerun. tamper: what is done to the copy; around: to its process.

    released: only released files were touched, so that a replay of the untouched inputs serves.
    """

    kind: str
    study: str
    cause: str
    tamper: Callable[[Path], None]
    around: dict[str, str] = field(default_factory=dict)
    released: bool = False
    user: bool = False


# ---- faults in what was released


def released(change: Callable[[Report, np.random.Generator], None], rehash: bool, seed: int) -> Callable[[Path], None]:
    """Change released files; with ``rehash`` the manifest beside them is made to fit, as a careful forger would."""

    def tamper(root: Path) -> None:
        folder = next(iter((root / "reports").glob("*/manifest.json"))).parent
        files = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
        before = dict(files)
        change(files, np.random.default_rng(seed))
        assert files != before, "nothing was planted"
        if rehash:
            manifest = json.loads(files["manifest.json"])
            manifest["outputs"] = {n: sha256(d) for n, d in files.items() if n != "manifest.json"}
            files["manifest.json"] = json.dumps(manifest, indent=1, ensure_ascii=False, sort_keys=True).encode() + b"\n"
        shutil.rmtree(folder)
        for name, data in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)

    return tamper


def other_digit(data: bytes, rng: np.random.Generator, within: bytes = rb">[^<>{}]*?(\d)[^<>{}]*?<") -> bytes:
    spots = [found.start(1) for found in re.finditer(within, data)]
    at = spots[int(rng.integers(len(spots)))]
    return data[:at] + str((int(data[at : at + 1]) + int(rng.integers(1, 10))) % 10).encode() + data[at + 1 :]


IN_TABLE = {"csv": rb"\n[^\n]*?,[^\n]*?(\d)", "html": rb"<td[^>]*>[^<]*?(\d)"}


def digit_in_table(files: Report, rng: np.random.Generator) -> None:
    within = {n: IN_TABLE[n.rpartition(".")[2]] for n in sorted(files) if n.startswith("tables/")}
    names = [name for name, pattern in within.items() if re.search(pattern, files[name])]
    name = names[int(rng.integers(len(names)))]
    files[name] = other_digit(files[name], rng, within[name])


def digit_in_prose(files: Report, rng: np.random.Generator) -> None:
    files["report.html"] = other_digit(files["report.html"], rng, rb"<data[^>]*>[^<]*?(\d)[^<]*</data>")


def digit_in_word(files: Report, rng: np.random.Generator) -> None:
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(files["report.docx"])) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            data = old.read(info)
            new.writestr(info, other_digit(data, rng) if info.filename == "word/document.xml" else data)
    files["report.docx"] = out.getvalue()


def digit_in_results(files: Report, rng: np.random.Generator) -> None:
    files["results.csv"] = other_digit(files["results.csv"], rng, rb",-?[\d.]*(\d),[^,\n]*\n")


def swapped_columns(files: Report, rng: np.random.Generator) -> None:
    tables = {
        n: list(csv.reader(io.StringIO(files[n].decode("utf-8-sig")))) for n in sorted(files) if n.endswith(".csv")
    }
    wide = [
        n for n, lines in tables.items() if max(map(len, lines)) > 2 and any(len(x) > 2 and x[1] != x[2] for x in lines)
    ]
    name = wide[int(rng.integers(len(wide)))]
    out = io.StringIO()
    swapped = [[x[0], x[2], x[1], *x[3:]] if len(x) > 2 else x for x in tables[name]]
    csv.writer(out, lineterminator="\n").writerows(swapped)
    files[name] = out.getvalue().encode()


def deleted_figure(files: Report, rng: np.random.Generator) -> None:
    names = sorted(n for n in files if n.startswith("figures/"))
    del files[names[int(rng.integers(len(names)))]]


OUTPUTS = (
    ("digit in a table", digit_in_table), ("digit in the prose", digit_in_prose),
    ("digit in the Word file", digit_in_word), ("digit in results.csv", digit_in_results),
    ("swapped column", swapped_columns), ("deleted figure", deleted_figure),
)  # fmt: skip


def output_faults() -> Iterator[Case]:
    for seed in range(1000):
        for number, (kind, change) in enumerate(OUTPUTS):
            for study in STUDIES:
                rehash = (seed + number) % 3 == 2
                kind_of = f"{kind}, manifest made to fit" if rehash else kind
                tamper = released(change, rehash, 100 * seed + number)
                yield Case(kind_of, study, NOT_THESE if rehash else EDITED, tamper, released=True)


# ---- faults in what it was made from


def in_file(pattern: str, old: str, new: str, count: int = 1) -> Callable[[Path], None]:
    def tamper(root: Path) -> None:
        path = next(iter(sorted(root.glob(pattern))))
        text = path.read_text("utf-8")
        assert old in text, f"{old!r} is not in {pattern}"
        path.write_text(text.replace(old, new, count), "utf-8")

    return tamper


def raw_cell(file: str, seed: int) -> Callable[[Path], None]:
    """Another row's answer in the place of one: valid, and as such invisible."""

    def tamper(root: Path) -> None:
        path, rng = next(iter(sorted(root.glob(f"data/raw/*/{file}")))), np.random.default_rng(seed)
        lines = list(csv.reader(io.StringIO(path.read_text("utf-8"))))
        column = int(rng.integers(1, len(lines[0])))
        row = int(rng.integers(1, len(lines)))
        lines[row][column] = next(x[column] for x in lines[1:] if x[column] != lines[row][column])
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(lines)
        path.write_text(out.getvalue(), "utf-8")

    return tamper


FUNCTIONS = (
    ("disclosure/release.py", "FULL_DIGITS = 10", "FULL_DIGITS = 7"),
    ("tables/rounding.py", '"half-up": ROUND_HALF_UP', '"half-up": "ROUND_UP"'),
    ("disclosure/text.py", 'text = f"{abs(rounded):,.{places}f}"', 'text = f"{abs(rounded):.{places}f}0"'),
    ("report/templates/style.css", "--accent: #0a5a70", "--accent: #0a5a71"),
)
MOVED = """\
import importlib.util, sys
class Other:
    busy = False
    def find_spec(self, name, path=None, target=None):
        if name != "scipy.stats._distn_infrastructure" or self.busy:
            return None
        self.busy = True
        spec = importlib.util.find_spec(name)
        self.busy = False
        run = spec.loader.exec_module
        def exec_module(module):
            run(module)
            for word in ("ppf", "isf"):
                was = getattr(module.rv_continuous, word)
                setattr(module.rv_continuous, word, lambda *a, was=was, **k: was(*a, **k) * 1.0001)
        spec.loader.exec_module = exec_module
        return spec
sys.meta_path.insert(0, Other())
"""
KERNEL = "import os\nos.environ['OPENBLAS_CORETYPE'] = '{0}'\n"


def other_code(number: int) -> Callable[[Path], None]:
    def tamper(root: Path) -> None:
        shutil.copytree(PACKAGE, root / "other/pipeline", ignore=shutil.ignore_patterns("__pycache__"))
        file, old, new = FUNCTIONS[number % len(FUNCTIONS)]
        in_file(f"other/pipeline/{file}", old, new)(root)

    return tamper


def other_package(number: int) -> Callable[[Path], None]:
    """Another version in front of the installed one: of python-docx (a point is longer), of scipy (a quantile)."""

    def tamper(root: Path) -> None:
        folder = root / "other"
        name = ("python_docx", "scipy")[number % 2]
        (folder / f"{name}-99.{number}.dist-info").mkdir(parents=True)
        if name == "scipy":
            (folder / "sitecustomize.py").write_text(MOVED)
            return
        import docx

        shutil.copytree(Path(docx.__file__).parent, folder / "docx", ignore=shutil.ignore_patterns("__pycache__"))
        in_file("other/docx/shared.py", "12700", "12827", 9)(root)

    return tamper


def input_faults() -> Iterator[Case]:
    for n in range(1000):
        yield Case("raw cell", "joo2022", DATA, raw_cell("informants.csv", n))
        yield Case("raw cell", "tiny", DATA, raw_cell("people.csv", n))
        key = ("reverse: [m2]", "reverse: []", "reverse: [m1, m3]")[n % 3]
        yield Case("item key", "tiny", DECLARATIONS, in_file("studies/tiny.yaml", "reverse: [m3]", key))
        yield Case("changed function", STUDIES[n % 2], CODE, other_code(n // 2), {"PYTHONPATH": "other"})
        yield Case("moved package", STUDIES[(n + n // 2) % 2] if n % 2 == 0 else "tiny", ENVIRONMENT, other_package(n),
                   {"PYTHONPATH": "other"})  # fmt: skip
        seed = in_file("params.yaml", f"{STUDIES[n % 2]}: 1", f"{STUDIES[n % 2]}: {n + 2}")
        yield Case("seed", STUDIES[n % 2], PARAMETERS, seed)
        yield Case("changed code list", "joo2022", DECLARATIONS, in_file(
            "studies/joo2022.yaml", "65+: 65+", f"65+: 65 and over ({n})"))  # fmt: skip


# ---- honest reruns


def kernel(name: str) -> Callable[[Path], None]:
    def lay(root: Path) -> None:
        (root / "other").mkdir()
        (root / "other/sitecustomize.py").write_text(KERNEL.format(name))

    return lay


def packed(root: Path) -> None:
    """Through a ZIP and back, as a bundle travels: no git, other dates."""
    archive = shutil.make_archive(str(root.parent / f"{root.name} packed"), "zip", root)
    shutil.rmtree(root)
    shutil.unpack_archive(archive, root)
    os.unlink(archive)


def nothing(root: Path) -> None:
    """The folder is another one, with blanks and accents, as in every copy."""


def honest() -> Iterator[Case]:
    kernels, zones = ("Nehalem", "Haswell", "Sandybridge", "Prescott", "Zen"), ("Asia/Kolkata", "America/St_Johns")
    tongues = ("de_DE.UTF-8", "tr_TR.UTF-8", "C", "ar_EG.UTF-8")
    for n in range(1000):
        study = STUDIES[n % 2]
        yield Case("another BLAS kernel", "tiny", "", kernel(kernels[n % 5]), {"PYTHONPATH": "other"})
        yield Case("another folder", study, "", nothing)
        yield Case("another number of threads", study, "", nothing, {
            "OMP_NUM_THREADS": str(2 + n), "OPENBLAS_NUM_THREADS": "4", "PYTHONHASHSEED": str(n)})  # fmt: skip
        yield Case("another locale", study, "", nothing, {"LC_ALL": tongues[n % 4], "LANG": tongues[n % 4]})
        yield Case("another time zone", study, "", nothing, {"TZ": zones[n % 2]})
        yield Case(
            "another user", study, "", nothing, {"USER": "ann", "LOGNAME": "ann", "HOME": "/nonexistent"}, user=True
        )
        yield Case("an unpacked bundle", study, "", packed)


# ---- the bench

STUDIES = ("joo2022", "tiny")


def lay_out(folder: Path) -> dict[str, Path]:
    """The two workspaces, each run once."""
    found = {}
    for study in STUDIES:
        root = found[study] = folder / f"base {study}"
        if (root / "reports" / study / "manifest.json").is_file():
            continue
        for name in ("notebooks", ".dvc/config", "requirements.lock"):
            copy(HOME / name, root / name)
        (root / "studies").mkdir()
        if study == "tiny":
            (root / "studies/tiny.yaml").write_text(MADE_UP)
            (root / "data/raw/tiny").mkdir(parents=True)
            (root / "data/raw/tiny/people.csv").write_text(people())
        else:
            copy(HOME / f"studies/{study}.yaml", root / f"studies/{study}.yaml")
            copy(HOME / f"data/raw/{study}", root / f"data/raw/{study}")
        done = alongside(["run", study], root, {})
        assert done.returncode == 0, done.stderr
    return found


def people() -> str:
    rng = np.random.default_rng(1)
    rows = [[i, rng.integers(18, 80), *rng.integers(1, 3, 2), *rng.integers(1, 6, 3)] for i in range(1, 81)]
    return "\n".join(["id,age,gender,company,m1,m2,m3", *(",".join(map(str, row)) for row in rows)]) + "\n"


def copy(old: Path, new: Path) -> None:
    new.parent.mkdir(parents=True, exist_ok=True)
    shutil.copytree(old, new) if old.is_dir() else shutil.copy(old, new)


def alongside(
    words: list[str], root: Path, around: dict[str, str], user: bool = False
) -> subprocess.CompletedProcess[str]:
    other = [str(root / around["PYTHONPATH"])] if "PYTHONPATH" in around else []
    environment = {**os.environ, **around, "PYTHONPATH": os.pathsep.join([*other, str(HOME)]), "PYTHONSAFEPATH": "1"}
    environment.pop("ALONGSIDE_DATA", None)
    command = [sys.executable, "-m", "pipeline", *words, "--root", str(root)]
    if user and others_may_run():
        subprocess.run(["chown", "-R", "1234:1234", str(root)], check=True)
        command = ["setpriv", "--reuid", "1234", "--regid", "1234", "--clear-groups", *command]
        environment = {**environment, "HOME": "/nonexistent"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, cwd=root)


def others_may_run() -> bool:
    """Whether another user could start this interpreter at all; where not, only the names of the user change."""
    python = Path(sys.executable).resolve()
    return os.name == "posix" and os.geteuid() == 0 and all(p.stat().st_mode & 1 for p in [python, *python.parents])


def tried(
    folder: Path, bases: dict[str, Path], replays: dict[str, Replay], number: int, case: Case
) -> tuple[bool, str]:
    """Whether the verdict was right, and what was said."""
    root = folder / f"Kopie {number} für {case.study}"
    shutil.rmtree(root, ignore_errors=True)
    for name in KEPT:
        if (bases[case.study] / name).exists():
            copy(bases[case.study] / name, root / name)
    case.tamper(root)
    try:
        if case.released:
            return _on_one_replay(root, case, replays[case.study])
        done = alongside(["verify", case.study], root, case.around, case.user)
        told = json.loads((root / f"certificates/{case.study}.json").read_text("utf-8"))
        if not case.cause:
            return done.returncode == 0 and told["verdict"] == "REPRODUCED", done.stdout.strip()
        return done.returncode == 5 and told["causes"][:1] == [case.cause], done.stdout.strip()
    except (OSError, ValueError) as error:
        return False, f"{error}; {done.stderr[-300:]}"
    finally:
        shutil.rmtree(root, ignore_errors=True)


def _on_one_replay(root: Path, case: Case, made: Replay) -> tuple[bool, str]:
    state = committed(Workspace.at(root), case.study)
    found = judge(state, made, changes(state.manifest, made.manifest), rounded=False)
    caught = bool(found.parted_numbers or found.parted_files)
    return caught and found.all_causes[:1] == (case.cause,), f"{len(found.parted_files)} files, {found.all_causes}"


def main() -> int:
    words = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    words.add_argument("folder", type=Path)
    words.add_argument("--faults", type=int, default=200, help="three in five in what was released, the rest in inputs")
    words.add_argument("--honest", type=int, default=50)
    words.add_argument("--jobs", type=int, default=2)
    words.add_argument("--only", default="", help="only kinds that hold this word")
    asked = words.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    bases = lay_out(asked.folder.resolve())
    replays = {s: replay(clean_place(Workspace.at(bases[s]), s), s, lambda: None)[0] for s in STUDIES}
    outputs = round(asked.faults * 0.6)
    planted = chain(
        islice(input_faults(), asked.faults - outputs), islice(honest(), asked.honest), islice(output_faults(), outputs)
    )
    cases = [case for case in planted if asked.only in case.kind]
    began, kinds = time.monotonic(), dict[tuple[str, str], list[bool]]()
    with ThreadPoolExecutor(asked.jobs) as pool:
        found = pool.map(lambda x: tried(asked.folder.resolve(), bases, replays, *x), enumerate(cases))
        for case, (right, said) in zip(cases, found, strict=True):
            kinds.setdefault((case.cause or "no alarm", case.kind), []).append(right)
            print(f"{'right' if right else 'WRONG'}  {case.study:8} {case.kind}: {said}", flush=True)
    for (cause, kind), rights in sorted(kinds.items()):
        print(f"{sum(rights):4} of {len(rights):4} right  {kind} -> {cause}")
    print(f"{sum(map(sum, kinds.values()))} of {len(cases)} right, in {time.monotonic() - began:,.0f} s")
    return 0 if all(map(all, kinds.values())) else 1


if __name__ == "__main__":
    sys.exit(main())
