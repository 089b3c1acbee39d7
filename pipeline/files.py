"""The disk. The only module that opens files; everything else takes and gives values."""

from __future__ import annotations

import contextlib
import fnmatch
import glob
import hashlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from pipeline.errors import Mistakes

if TYPE_CHECKING:  # the command line imports this module, and pandas takes most of a second
    import pandas as pd


@dataclass(frozen=True)
class Workspace:
    """Where things lie under one root. ``root`` may be relative; no absolute path reaches an output."""

    root: Path

    @classmethod
    def at(cls, root: str | os.PathLike[str] = ".") -> Workspace:
        return cls(Path(root))

    def study_file(self, study: str) -> Path:
        return self.root / "studies" / f"{study}.yaml"

    def raw(self, study: str) -> Path:
        return self.root / "data" / "raw" / study

    def processed(self, study: str) -> Path:
        return self.root / "data" / "processed" / study

    def stage(self, study: str, stage: str) -> Path:
        """Where a stage leaves its unreleased values: ``data/processed/<study>/01_clean``."""
        return self.processed(study) / stage

    def reports(self, study: str) -> Path:
        return self.root / "reports" / study

    def state(self) -> Path:
        """Durations, locks, DVC's own records: never in git, never in a report."""
        return self.root / ".alongside"

    def styles(self) -> dict[str, str]:
        """The workspace's own house styles, ``styles/<name>.yaml``: name -> text."""
        files = sorted(p for p in (self.root / "styles").glob("*.yaml") if not p.name.startswith("."))
        return {p.stem: read_text(p) for p in files}

    def studies(self) -> list[str]:
        """The studies of this workspace, by name."""
        return sorted(p.stem for p in (self.root / "studies").glob("*.yaml") if not p.name.startswith("."))


def read_bytes(path: Path) -> bytes:
    return path.read_bytes()


def read_text(path: Path) -> str:
    """UTF-8 text (a BOM is dropped, line ends become ``\\n``); ``Mistakes`` when it is not UTF-8."""
    try:
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        raise Mistakes.one(path.name, f"is not UTF-8 (byte {error.start}).", "Save it as UTF-8 text.") from None


def write_bytes(path: Path, data: bytes) -> None:
    """Beside, flushed, then renamed: a reader sees the old file or the new one, never a half."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        os.chmod(beside, 0o666 & ~_umask())
        os.replace(beside, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(beside)
        raise


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def write_text(path: Path, text: str) -> None:
    write_bytes(path, text.encode("utf-8"))


def write_json(path: Path, value: Any) -> None:
    write_text(path, json.dumps(value, indent=1, ensure_ascii=False, sort_keys=True) + "\n")


def read_json(path: Path) -> Any:
    return json.loads(read_text(path))


def write_frame(path: Path, frame: pd.DataFrame) -> None:
    """A frame as Parquet, index included; the same frame gives the same bytes."""
    out = io.BytesIO()
    frame.to_parquet(out, index=True, compression="zstd")
    write_bytes(path, out.getvalue())


def read_frame(path: Path) -> pd.DataFrame:
    import pandas as pd

    return pd.read_parquet(io.BytesIO(read_bytes(path)))


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def inside(folder: Path, relative: str) -> Path:
    """``folder / relative``, resolved; ``Mistakes`` when links or dots lead out of the folder."""
    path = folder / relative
    if not path.resolve().is_relative_to(folder.resolve()):
        raise Mistakes.one(
            relative, "leads out of its folder.", "Keep the file inside, without links that lead elsewhere."
        )
    return path


def matching(folder: Path, pattern: str) -> list[str]:
    """Files under ``folder`` whose relative path (with /) fits a pattern with ``*``, sorted by code point."""
    inside(folder.parent, folder.name)
    if "*" not in pattern and "?" not in pattern:
        return [pattern] if inside(folder, pattern).is_file() else []
    found = (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    return sorted(name for name in found if _fits(name, pattern) and inside(folder, name).is_file())


def _fits(name: str, pattern: str) -> bool:
    parts, wanted = name.split("/"), pattern.split("/")
    return len(parts) == len(wanted) and all(map(fnmatch.fnmatchcase, parts, wanted))


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """A private folder of the system's, for what speaks of no one; gone afterwards, unless the process is killed."""
    with tempfile.TemporaryDirectory() as name:
        yield Path(name)


@contextlib.contextmanager
def working_folder(path: Path) -> Iterator[Path]:
    """An empty folder of this name, for its user alone; gone afterwards. What a killed process left goes first."""
    remove(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=0o700)
    try:
        yield path
    finally:
        remove(path)


@contextlib.contextmanager
def output_handle(path: Path) -> Iterator[IO[bytes]]:
    """An open file for what a child process prints."""
    with path.open("wb") as handle:
        yield handle


def publish(folder: Path, files: Mapping[str, bytes]) -> None:
    """Replace a folder's whole content: made beside it, then put in its place; on failure the old one stands."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(prefix=f".{folder.name}.", dir=folder.parent))
    old = beside.with_name(beside.name + ".old")
    try:
        for name, data in sorted(files.items()):
            write_bytes(inside(beside, name), data)
        os.chmod(beside, 0o777 & ~_umask())
        if folder.exists():
            os.replace(folder, old)
        os.replace(beside, folder)
    finally:  # after Ctrl-C between the two, too
        if old.exists() and not folder.exists():
            os.replace(old, folder)
        shutil.rmtree(beside, ignore_errors=True)
        shutil.rmtree(old, ignore_errors=True)


def settle(folder: Path) -> None:
    """After a ``publish`` that was killed: the old content is put back where it is missing, what else it left goes."""
    left = sorted(folder.parent.glob(f".{glob.escape(folder.name)}.????????*"))
    for old in left:
        if old.name.endswith(".old") and not folder.exists():
            os.replace(old, folder)
    for rest in left:
        remove(rest)


def remove(path: Path) -> None:
    """A file, or a folder with all that is in it; nothing to do where there is none."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file under a folder, by relative path with /."""
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def package_text(package: str, name: str) -> str:
    """A text file that ships with the package (an instrument, a template)."""
    return resources.files(package).joinpath(name).read_text(encoding="utf-8")


def package_names(package: str, ending: str) -> list[str]:
    """Names of the files that ship in a package's folder, sorted."""
    return sorted(entry.name for entry in resources.files(package).iterdir() if entry.name.endswith(ending))
