"""Only ``pipeline/files.py`` opens files; everything else takes and gives values."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[3] / "pipeline"

# Of a path, whatever the path is called.
OF_A_PATH = {"read_text", "read_bytes", "write_text", "write_bytes", "unlink", "rmdir", "touch", "symlink_to"}
OF_A_MODULE = {
    "io": {"open"}, "codecs": {"open"}, "gzip": {"open"}, "bz2": {"open"}, "lzma": {"open"}, "sqlite3": {"connect"},
    "os": {"open", "fdopen", "remove", "unlink", "rename", "replace", "rmdir", "symlink", "link"},
    "shutil": {"copy", "copy2", "copyfile", "copytree", "move", "rmtree", "make_archive", "unpack_archive"},
    "tempfile": {"mkstemp", "mkdtemp", "NamedTemporaryFile", "TemporaryFile", "TemporaryDirectory"},
    "ElementTree": {"parse"}, "ET": {"parse"}, "etree": {"parse"},
    "np": {"load", "save", "savez", "savetxt", "loadtxt", "genfromtxt", "fromfile", "memmap"},
}  # fmt: skip
# Fine with a buffer, a disk access with a path.
BUFFER_OR_PATH = {"to_csv", "to_parquet", "to_excel", "to_json", "to_html", "to_stata", "savefig", "print_png", "save"}
BUFFER_OR_PATH |= {"read_csv", "read_parquet", "read_excel", "read_stata", "read_sas", "read_spss"}
CONSTRUCTORS = {"ZipFile"}
BUFFERS = {"BytesIO", "StringIO"}


def last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def is_buffer(node: ast.expr | None) -> bool:
    return isinstance(node, ast.Call) and last_name(node.func) in BUFFERS


def names_a_mode(call: ast.Call) -> bool:
    """``path.open()`` and ``path.open("wb")``, but not ``archive.open(member)``, which stays in memory."""
    first = call.args[0] if call.args else ast.Constant("r")
    return isinstance(first, ast.Constant) and set(str(first.value)) <= set("rwaxbt+")


def buffers_in(tree: ast.AST) -> set[str]:
    """Names that stand for a buffer in memory: assigned from one, opened by ``with``, or annotated as one."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and is_buffer(node.value):
            names |= {last_name(target) for target in node.targets}
        elif isinstance(node, ast.withitem) and is_buffer(node.context_expr) and node.optional_vars:
            names.add(last_name(node.optional_vars))
        elif isinstance(node, ast.arg) and node.annotation is not None and last_name(node.annotation) in BUFFERS:
            names.add(node.arg)
    return names


def disk_access(source: str) -> list[str]:
    """``line: call`` for each call that reaches the disk by itself."""
    tree = ast.parse(source)
    buffers = buffers_in(tree)

    def in_memory(call: ast.Call) -> bool:
        first = call.args[0] if call.args else None
        return first is None or is_buffer(first) or last_name(first) in buffers

    def reaches_disk(call: ast.Call) -> bool:
        name = last_name(call.func)
        if isinstance(call.func, ast.Name):
            return name == "open" or (name in CONSTRUCTORS and not in_memory(call))
        owner = last_name(call.func.value) if isinstance(call.func, ast.Attribute) else ""
        if owner == "files" or (call.args and last_name(call.args[0]) == "devnull"):
            return False
        if name in OF_A_MODULE.get(owner, set()) or name in OF_A_PATH or (name == "open" and names_a_mode(call)):
            return True
        return name in BUFFER_OR_PATH | CONSTRUCTORS and not in_memory(call)

    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call))
    return [f"{call.lineno}: {ast.unparse(call.func)}" for call in calls if reaches_disk(call)]


def test_only_files_opens_files() -> None:
    modules = [path for path in sorted(PACKAGE.rglob("*.py")) if path != PACKAGE / "files.py"]
    found = {path.relative_to(PACKAGE).as_posix(): disk_access(path.read_text("utf-8")) for path in modules}
    assert {name: calls for name, calls in found.items() if calls} == {}


@pytest.mark.parametrize(
    "source",
    [
        "with open('x') as f: pass",
        "path.open('w')",
        "folder.joinpath('x').write_text('y')",
        "frame.to_csv(path)",
        "frame.to_parquet(f'{folder}/x')",
        "pd.read_csv('x.csv')",
        "figure.savefig(where, format='png')",
        "document.save('x.docx')",
        "zipfile.ZipFile(path)",
        "os.replace(a, b)",
        "shutil.rmtree(a)",
        "np.save('x', a)",
    ],
)
def test_it_sees_each_way_to_the_disk(source: str) -> None:
    assert len(disk_access(source)) == 1


@pytest.mark.parametrize(
    "source",
    [
        "frame.to_csv()",
        "frame.to_csv(index=False)",
        "out = io.BytesIO()\ndocument.save(out)",
        "with BytesIO() as out:\n    figure.savefig(out)",
        "pd.read_csv(io.StringIO(text))",
        "ZipFile(io.BytesIO(data))",
        "ast.parse(text)",
        "text.replace('a', 'b')",
        "names.remove('a')",
        "archive.open('word/document.xml')",
        "files.read_text(path)",
    ],
)
def test_it_lets_values_pass(source: str) -> None:
    assert disk_access(source) == []
