"""The commands and their options. Everything heavy is imported by the command that needs it."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from pipeline import __version__
from pipeline.errors import DONE, Mistakes
from pipeline.files import Workspace

app = typer.Typer(
    name="alongside",
    help="From a raw survey file to a report that reproduces.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
_here = {"root": "."}


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"alongside {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    root: Annotated[str, typer.Option(help="The workspace: the folder that holds studies/ and data/.")] = ".",
    debug: Annotated[bool, typer.Option("--debug", help="Show tracebacks.")] = False,
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    _here["root"] = root


def _workspace() -> Workspace:
    root = Path(_here["root"])
    if not root.is_dir():
        raise Mistakes.one(str(root), "is not a folder.", "Name an existing one with --root.")
    workspace = Workspace.at(root)
    # Where matplotlib keeps its list of fonts; without this it looks for a home, and warns where there is none.
    os.environ["MPLCONFIGDIR"] = str((workspace.state() / "matplotlib").resolve())
    return workspace


Studies = Annotated[list[str] | None, typer.Argument(help="Names of studies; all of them if none is named.")]
Allowed = Annotated[
    list[str] | None,
    typer.Option("--allow", metavar="SHA256", help="Let a study's own function with this hash run, this once."),
]
OneStudy = Annotated[str, typer.Argument(help="Name of a study: studies/NAME.yaml without the ending.")]


@app.command()
def run(
    studies: Studies = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="Exact tables for your own eyes, in data/processed/, not for release.")
    ] = False,
    allow: Allowed = None,
) -> None:
    """Run every stage that is not up to date, and say what was made, where, and what changed."""
    from pipeline.run.pipeline import run_studies
    from pipeline.run.studies import chosen

    workspace = _workspace()
    outcomes = run_studies(workspace, chosen(workspace, studies), draft=draft, allow=allow or ())
    if not draft:
        _tell_changes(workspace, [o.study for o in outcomes if o.kind == "made"])
    if code := max((o.asked_for if studies else o.exit_code for o in outcomes), default=DONE):
        raise typer.Exit(code)


def _tell_changes(workspace: Workspace, studies: Sequence[str]) -> None:
    """What changed since the run before, a line a study, after everything else."""
    for name in studies:
        from pipeline.run.quarter import after_run
        from pipeline.run.studies import read_study

        if line := after_run(workspace, read_study(workspace, name)):
            typer.echo(f"{name}: {line}")


@app.command()
def verify(
    studies: Studies = None,
    quick: Annotated[bool, typer.Option("--quick", help="Compare hashes alone; nothing is run.")] = False,
    allow: Allowed = None,
) -> None:
    """Run every stage again from raw data in a clean place, and compare each released number and file."""
    from pipeline.reproduce.verify import verify_studies
    from pipeline.run.studies import chosen

    workspace = _workspace()
    found = verify_studies(workspace, chosen(workspace, studies), hashes_only=quick, allow=allow or ())
    for _, said in found:
        typer.echo(said)
    if any(one.exit_code for one, _ in found):
        raise typer.Exit(max(one.exit_code for one, _ in found))


@app.command()
def status(studies: Studies = None) -> None:
    """Say, before a run, what is stale and why, and what is new in the exports."""
    from pipeline.run.status import status_lines
    from pipeline.run.studies import chosen

    workspace = _workspace()
    lines, wrong = status_lines(workspace, chosen(workspace, studies), bool(studies))
    for line in lines:
        typer.echo(line)
    for error in wrong:
        typer.echo(str(error), err=True)
    if wrong:
        raise typer.Exit(max(error.exit_code for error in wrong))


@app.command()
def check(study: OneStudy) -> None:
    """Read a study file and its data, and list every mistake; but for a list of wrong cells nothing is written."""
    from pipeline.run.status import check_lines

    for line in check_lines(_workspace(), study):
        typer.echo(line)


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Name of the study: small letters, digits, - and _.")],
    data: Annotated[
        Path, typer.Option(help="The export: CSV, TSV, XLSX, SPSS, Stata or SAS; of coded interviews QDPX or a table.")
    ],
    title: Annotated[str, typer.Option(help="The study's title.")] = "",
    id_column: Annotated[str, typer.Option("--id", help="The column that names people, where it is not found.")] = "",
    wave: Annotated[str, typer.Option(help="The column that says at which time somebody answered.")] = "",
) -> None:
    """Draft a study file from an export; in an empty folder, lay down a private workspace first."""
    from pipeline.run.new import new_study

    for line in new_study(_workspace(), name, data, title, (id_column, wave)):
        typer.echo(line)


@app.command()
def fetch(study: OneStudy) -> None:
    """Get a study's raw data by address and hash."""
    from pipeline.run.fetch import fetch as fetch_study
    from pipeline.run.stages import read_study

    workspace = _workspace()
    for found in fetch_study(workspace, read_study(workspace, study)):
        typer.echo(f"data/raw/{study}/{found.file}: {found.how}")


@app.command()
def audit(
    files: Annotated[
        list[Path], typer.Argument(help="Tables or an article: CSV, XLSX, HTML, DOCX, JATS, LaTeX, Markdown or text.")
    ],
    n: Annotated[int | None, typer.Option("--n", help="How many people the study says it has.")] = None,
    rule: Annotated[
        str, typer.Option(help="Release rule of the tables: journal, opensafely, midpoint6, nhs, acro, cms or none.")
    ] = "",
    below: Annotated[int, typer.Option(help="Counts below this are small.")] = 5,
    weighted: Annotated[bool, typer.Option("--weighted", help="Percentages are weighted, and not checked.")] = False,
    html: Annotated[Path | None, typer.Option(help="Write the findings to this page, too.")] = None,
    json_file: Annotated[Path | None, typer.Option("--json", help="Write the findings to this JSON file, too.")] = None,
) -> None:
    """Check printed tables and the figures of an article. It tells, a line a finding, and exits 0 whatever it finds."""
    from pipeline.audit import Asked
    from pipeline.audit.command import audit_lines

    for line in audit_lines(files, Asked(n, rule, below, weighted), html, json_file):
        typer.echo(line)


@app.command()
def export(
    study: Annotated[str, typer.Argument(help="Name of a study; may be left out where there is one.")] = "",
    table: Annotated[
        list[str] | None, typer.Option("--table", help="Name of a table; may be given again. All of them if not given.")
    ] = None,
    style: Annotated[str, typer.Option(help="plain, bmj, jama, bmc, oxford, apa, or one of styles/.")] = "",
    form: Annotated[str, typer.Option("--format", help="docx, html, tex, md, xlsx or csv.")] = "",
    out: Annotated[Path | None, typer.Option(help="The file to write.")] = None,
) -> None:
    """Write tables of a finished report in a journal's style, for a manuscript; from released numbers alone."""
    from pipeline.run.export import export_tables
    from pipeline.run.studies import the_one

    workspace = _workspace()
    typer.echo(export_tables(workspace, study or the_one(workspace), table or (), style, form, out).as_posix())


@app.command()
def diff(
    old: Annotated[str, typer.Argument(help="A folder like reports/NAME, a bundle's ZIP, or a git revision.")],
    new: Annotated[str, typer.Argument(help="The same, of the later version.")],
    study: Annotated[
        list[str] | None, typer.Option("--study", help="Name of a study; may be given again. All of both if not given.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="The page to write, or a folder for several; else .alongside/diff/.")
    ] = None,
) -> None:
    """Compare two versions of a report cell by cell: what changed, by how much, and what explains it."""
    from pipeline.reproduce.diff import diff_lines

    for line in diff_lines(_workspace(), old, new, study or (), out):
        typer.echo(line)


@app.command()
def bundle(
    study: OneStudy,
    published: Annotated[str, typer.Option(help="The day of publication, like 2026-03-31, for the crate.")] = "",
    minutes: Annotated[int | None, typer.Option(help="How long a run took here, for the first page.")] = None,
    out: Annotated[Path | None, typer.Option(help="The ZIP to write; else bundles/NAME.zip.")] = None,
) -> None:
    """Pack a study for a journal or an archive: report, code, lock and what is needed to check it, as one ZIP."""
    from pipeline.reproduce.bundle import bundle_lines

    for line in bundle_lines(_workspace(), study, published, minutes, out):
        typer.echo(line)


@app.command()
def instruments(
    name: Annotated[str, typer.Argument(help="Key of an instrument, like phq-9; all of them are listed if none.")] = "",
) -> None:
    """List the instruments of the registry, or print how one of them is scored, with its sources."""
    from pipeline.instruments.page import card_lines, listing

    for line in card_lines(name) if name else listing():
        typer.echo(line)


@app.command()
def schema() -> None:
    """Print the JSON Schema of study files, for editors that complete and check."""
    from pipeline.study import json_schema

    typer.echo(json.dumps(json_schema(), indent=1, ensure_ascii=False))
