"""Raw data that are not in the repository: from the folder that ``ALONGSIDE_DATA`` names, or by address and hash."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from pipeline.errors import Mistake, Mistakes, NotHad, closest
from pipeline.files import Workspace, inside, matching, read_bytes, sha256, working_folder, write_bytes
from pipeline.study import Fetch, Source, Study

Download = Callable[[str, str, Path], Path]
"""(url, sha256, folder) -> the downloaded file; raises OSError or ValueError when it can't be had or differs."""


@dataclass(frozen=True)
class Fetched:
    """One file of a study: ``how`` is ``already there``, ``copied`` or ``downloaded``."""

    file: str
    how: str


def missing_files(workspace: Workspace, study: Study) -> dict[str, Source]:
    """The sources of a study of which no file lies under ``data/raw/<study>/``."""
    folder = workspace.raw(study.name)
    return {name: s for name, s in study.raw_sources.items() if not matching(folder, s.file)}


def unread_files(workspace: Workspace, study: Study) -> list[str]:
    """Files under ``data/raw/<study>/`` that no ``file`` of the study matches, and that look like the next export.

    Of a study with one table: files of the same kind; of one with several: those whose names differ in digits alone.
    """
    folder, patterns = workspace.raw(study.name), [source.file for source in study.sources.values()]
    read = {file for source in study.raw_sources.values() for file in matching(folder, source.file)}
    one = len(patterns) == 1

    def like(name: str) -> str:
        return PurePosixPath(name).suffix.casefold() if one else re.sub(r"\d+", "#", name)

    tables = {file for pattern in patterns for file in matching(folder, pattern)}
    known = {like(name) for name in (*patterns, *tables)}
    return [name for name in matching(folder, "*") if name not in read and like(name) in known]


def unread_line(workspace: Workspace, study: Study) -> list[str]:
    """One line on such files, so that nobody takes this quarter's export for read."""
    if not (unread := unread_files(workspace, study)):
        return []
    files = f"{', '.join(unread[:3])}{', …' * (len(unread) > 3)}"
    many = len(unread) > 1
    return [
        f"data/raw/{study.name}/{files}: {'match' if many else 'matches'} no 'file' of the study file and will not be "
        f"read. {'Are they later exports' if many else 'Is it a later export'}? Let 'file' match all with a *, and add "
        "newest_by: name or mode: append."
    ]


def fetch(workspace: Workspace, study: Study, download: Download | None = None) -> list[Fetched]:
    """Bring every missing file of a study into ``data/raw/<study>/``; a file that is there is never replaced.

    Raises ``Mistakes`` when a file that is there differs from its declared hash, ``NotHad`` when data can't be had.
    """
    found, wrong, absent = list[Fetched](), list[Mistake](), list[str]()
    for name, source in study.raw_sources.items():
        try:
            found.append(_one(workspace, study, name, source, download or _by_pooch))
        except Mistakes as error:
            wrong += error.mistakes
        except NotHad as error:
            absent.append(str(error))
    if wrong:
        raise Mistakes(wrong)
    if absent:
        raise NotHad("\n".join(absent))
    return found


def _one(workspace: Workspace, study: Study, name: str, source: Source, download: Download) -> Fetched:
    folder = workspace.raw(study.name)
    place = study.at(name, *(["fetch"] if source.fetch else []))
    if there := matching(folder, source.file):
        if source.fetch and sha256(read_bytes(folder / there[0])) != source.fetch.sha256:
            raise Mistakes.one(place, f"data/raw/{study.name}/{there[0]} is not the file with the declared sha256.",
                               "Move it away and fetch again, or declare its own hash.")  # fmt: skip
        return Fetched(source.file, "already there")
    target = inside(folder, source.file)
    if (data := _from_data_folder(study.name, source, place)) is not None:
        write_bytes(target, data)
        return Fetched(source.file, "copied")
    if source.fetch is None:
        raise _absent(study, name, source, matching(folder, "*"))
    with working_folder(workspace.processed(study.name) / ".fetched") as beside:  # a killed one leaves nothing in /tmp
        write_bytes(target, _downloaded(study, name, source, source.fetch, download, beside))
    return Fetched(source.file, "downloaded")


def _absent(study: Study, name: str, source: Source, there: list[str]) -> Mistakes | NotHad:
    """A file without an address: beside others its name is likely wrong; where none lies, the data are elsewhere."""
    what = f"data/raw/{study.name}/{source.file} is not there"
    if not there:
        return NotHad(f"{what}, and the study file names no address. Put it there.")
    mend = closest(source.file, there) or f"Put it into data/raw/{study.name}/, or name the file that is there."
    return Mistakes.one(study.at(name, "file"), f"{what}.", mend)


def _from_data_folder(study: str, source: Source, place: str) -> bytes | None:
    named = os.environ.get("ALONGSIDE_DATA")
    folder = Path(named) / study if named else None
    if folder is None or "*" in source.file or not (folder / source.file).is_file():
        return None
    data = read_bytes(inside(folder, source.file))
    if source.fetch and sha256(data) != source.fetch.sha256:
        raise Mistakes.one(place, f"{study}/{source.file} in the folder that ALONGSIDE_DATA names has another sha256.",
                           "Put the declared file there.")  # fmt: skip
    return data


def _downloaded(study: Study, name: str, source: Source, where: Fetch, download: Download, folder: Path) -> bytes:
    try:
        return read_bytes(download(where.url, where.sha256, folder))
    except ValueError:
        place = study.at(name, "fetch", "sha256")
        what = f"what the address gives for {source.file} is not the file with the declared sha256."
        raise Mistakes.one(place, what, "It was changed there, or on the way. Nothing was kept.") from None
    except OSError as error:
        whom = f" Ask {where.contact}." if where.contact else ""
        raise NotHad(
            f"data/raw/{study.name}/{source.file} could not be had ({type(error).__name__}). "
            f"Type 'alongside fetch {study.name}' where there is a network, or put the file there.{whom}"
        ) from error


def _by_pooch(url: str, known: str, folder: Path) -> Path:
    import pooch  # it takes a third of a second to import, and most runs fetch nothing

    pooch.get_logger().setLevel("ERROR")
    quick = pooch.HTTPDownloader(progressbar=False, timeout=20)
    return Path(pooch.retrieve(url, known_hash=f"sha256:{known}", path=folder, fname="download", downloader=quick))
