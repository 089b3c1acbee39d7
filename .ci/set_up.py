"""Make the project's own Python in `.venv`, exactly as `requirements.lock` says; at once done where it stands whole.

Standard library alone, because it runs before anything is installed. Three ways are tried, fastest first: uv from the
PATH; uv installed into the new environment from its line in the lock; pip. Each starts from an empty folder and takes
only files whose hashes the lock holds. The stamp is written last, so that a set-up which was interrupted has none.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import platform
import re
import shlex
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows: two set-ups at once are not kept apart there
    fcntl = None  # type: ignore[assignment]

ROOT = Path(__file__).resolve().parent.parent
LOWEST = (3, 11)

# A person's own settings for other projects, which would put packages elsewhere or bring foreign ones in.
FOREIGN = {"PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "CONDA_PREFIX", "PIP_USER", "PIP_TARGET", "PIP_PREFIX"}
FOREIGN |= {"PIP_REQUIRE_VIRTUALENV", "PIP_PYTHON", "UV_SYSTEM_PYTHON", "UV_PYTHON", "UV_TARGET", "UV_PREFIX"}

# The lock is complete, so nothing is resolved again. (pip would look for a newer release wherever a package is asked
# for with an extra, find it without a hash, and give up.)
EXACTLY = ("--require-hashes", "--no-deps")

# Not a shebang with the interpreter's path: that breaks at a blank and at 127 bytes. `sh` reads the second line as a
# command, Python reads the second and third as a string.
LAUNCHER = """\
#!/bin/sh
'''exec' {python} "$0" "$@"
' '''
import sys

from pipeline.cli import main

if __name__ == "__main__":
    sys.exit(main())
"""


class Environment:
    """The virtual environment of one checkout, and what is known of it."""

    def __init__(self, root: Path = ROOT):
        self.root = root
        self.home = root / ".venv"
        self.cache = self.home / "cache"
        self.lock = root / "requirements.lock"
        self.stamp = self.home / "set-up.json"
        self.bin = self.home / ("Scripts" if os.name == "nt" else "bin")
        self.python = self.bin / ("python.exe" if os.name == "nt" else "python")

    def packages(self) -> Path:
        """The folder that holds the installed packages."""
        return Path(sysconfig.get_path("purelib", "venv", {"base": str(self.home), "platbase": str(self.home)}))

    def installed(self) -> list[str]:
        """Name and version of each installed package, from the names of the folders that installers leave."""
        return sorted(p.name for p in self.packages().glob("*.dist-info"))

    def wanted(self) -> dict[str, str]:
        """What a whole set-up was made from. A moved folder counts as another one: its scripts hold their path."""
        return {
            "lock": hashlib.sha256(self.lock.read_bytes()).hexdigest(),
            "set_up": hashlib.sha256(Path(__file__).read_bytes()).hexdigest(),
            "python": f"{platform.python_implementation()} {platform.python_version()} in {sys.base_prefix}",
            "machine": f"{sys.platform} {platform.machine()}",
            "folder": str(self.root),
        }

    def is_whole(self) -> bool:
        """Whether the stamp fits this lock, Python, machine and folder, and the packages are still those it names."""
        try:
            stamp = json.loads(self.stamp.read_text("utf-8"))
        except (FileNotFoundError, NotADirectoryError, ValueError):
            return False
        return stamp == {**self.wanted(), "packages": self.installed()} and self.python.exists()

    def write_stamp(self) -> None:
        """Say that the set-up is whole, in one step: beside, then into place."""
        beside = self.stamp.with_suffix(".new")
        beside.write_text(json.dumps({**self.wanted(), "packages": self.installed()}, indent=1), "utf-8")
        os.replace(beside, self.stamp)

    def remove(self) -> None:
        """Take away whatever stands there, the stamp first, so that half of it never passes for the whole."""
        if self.home.is_symlink() or self.home.is_file():
            self.home.unlink()
        self.stamp.unlink(missing_ok=True)
        if self.home.exists():
            shutil.rmtree(self.home)

    def add_project(self) -> None:
        """Put the checkout on the path (relative, so that no encoding of the folder's name matters) and `alongside`
        among the commands. Not `pip install -e`: it leaves a folder of its own in the work tree."""
        up = os.path.relpath(self.root, self.packages())
        (self.packages() / "alongside.pth").write_text(up + "\n", "ascii")
        launcher = self.bin / "alongside"
        launcher.write_text(LAUNCHER.format(python=shlex.quote(str(self.python))), "utf-8")
        launcher.chmod(0o755)


def own_settings(environment: Environment) -> dict[str, str]:
    """The environment for the installers: no foreign settings; caches stay in the checkout if HOME takes none."""
    settings = {k: v for k, v in os.environ.items() if k not in FOREIGN}
    settings |= {"UV_SYSTEM_CERTS": "1", "UV_NATIVE_TLS": "1"}  # a university's own certificate; the old and new name
    home = os.environ.get("USERPROFILE" if os.name == "nt" else "HOME", "")
    if not (os.path.isdir(home) and os.access(home, os.W_OK | os.X_OK)):
        for tool in ("uv", "pip"):
            settings.setdefault(f"{tool.upper()}_CACHE_DIR", str(environment.cache / tool))
    return settings


def uv_from_lock(lock: str) -> str:
    """The lines of the lock that pin uv, with their hashes."""
    return "".join(re.findall(r"^uv==.*?(?=^\S|\Z)", lock, re.MULTILINE | re.DOTALL))


class Installers:
    """The three ways to fill an environment. Each raises OSError or CalledProcessError when it cannot."""

    def __init__(self, environment: Environment, run: Callable[..., object] = subprocess.run):
        self.environment = environment
        self.settings = own_settings(environment)
        self.run = run

    def call(self, *command: str | Path) -> None:
        words = [str(word) for word in command]
        self.run(words, cwd=self.environment.root, env=self.settings, check=True, stdin=subprocess.DEVNULL)

    def new(self, *options: str) -> None:
        self.call(sys.executable, "-I", "-m", "venv", *options, self.environment.home)

    def pip(self, *arguments: str | Path) -> None:
        quietly = ("-qq", "--disable-pip-version-check", "--no-input")
        self.call(self.environment.python, "-I", "-m", "pip", "install", *quietly, *EXACTLY, *arguments)

    def uv(self, uv: str | Path) -> None:
        into = ("--python", self.environment.python)
        self.call(uv, "pip", "install", "--quiet", *into, *EXACTLY, "-r", self.environment.lock)

    def with_uv_on_path(self, uv: str) -> None:
        self.new("--without-pip")
        self.uv(uv)

    def with_uv_from_lock(self) -> None:
        self.new()
        only_uv = self.environment.cache / "uv.lock"
        only_uv.parent.mkdir(exist_ok=True)
        only_uv.write_text(uv_from_lock(self.environment.lock.read_text("utf-8")), "utf-8")
        self.pip("-r", only_uv)
        self.uv(self.environment.bin / "uv")

    def with_pip(self) -> None:
        self.new()
        self.pip("-r", self.environment.lock)

    def ways(self, only: str | None) -> list[tuple[str, Callable[[], None]]]:
        """The ways to try, by name, in order; ``only`` uv or pip where a person asked for it."""
        path = shutil.which("uv")
        ways: list[tuple[str, Callable[[], None]]] = []
        if only != "pip":
            ways += [("uv", lambda: self.with_uv_on_path(path))] if path else []
            ways += [("uv, fetched for it,", self.with_uv_from_lock)]
        if only != "uv":
            ways += [("pip, which takes some minutes,", self.with_pip)]
        return ways


@contextlib.contextmanager
def alone(root: Path) -> Iterator[None]:
    """Keep a second set-up of the same checkout waiting. The lock goes with its process, however that ends."""
    folder = root / ".alongside"
    folder.mkdir(exist_ok=True)
    with open(folder / "set-up.lock", "w") as handle:
        if fcntl is not None:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("Another set-up is at work in this folder: waiting for it.")
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


def set_up(environment: Environment, installers: Installers, only: str | None = None) -> bool:
    """Make the environment whole. False, with the reasons told, when every way failed: then nothing is left of it."""
    if environment.is_whole():
        return True
    for name, way in installers.ways(only):
        environment.remove()
        say(f"Setting up .venv (Python {platform.python_version()}) with {name} from requirements.lock.")
        try:
            way()
        except subprocess.CalledProcessError as error:
            say(f"That did not work: {Path(error.cmd[0]).name} ended with {error.returncode}.")
            continue
        except OSError as error:
            say(f"That did not work: {error}")
            continue
        environment.add_project()
        if environment.cache.exists():
            shutil.rmtree(environment.cache)
        environment.write_stamp()
        return True
    environment.remove()
    return False


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--with", dest="only", choices=["uv", "pip"], help="try this installer alone")
    only = parser.parse_args().only
    if sys.version_info < LOWEST:
        say(f"This Python is {platform.python_version()}; 3.11 or later is needed: make PYTHON=python3.12 …")
        return 1
    environment = Environment()
    try:
        with alone(environment.root):
            done = set_up(environment, Installers(environment), only)
    except KeyboardInterrupt:
        say("\nThe set-up was interrupted; the next one starts afresh.")
        return 130
    if not done:
        say(
            "The set-up failed; nothing of it was kept. It needs the package index (a network, or a mirror that pip or "
            "uv is set up for), some 1.5 GB of disk and, for pip, Python's venv module (Debian: python3-venv)."
        )
    return 0 if done else 1


if __name__ == "__main__":
    sys.exit(main())
