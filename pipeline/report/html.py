"""The executed notebook as one self-contained page, by nbconvert with the project's own template.

The parts that ``Report`` showed are the page; everything else of the notebook (its words, its code) stands in a closed
detail at the end, so that a reader can see how the page was made. Other outputs are left out: only released numbers
may stand in a report, and only the report's own parts are known to hold nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import nbformat
from jinja2 import DictLoader, Environment

from pipeline import __version__
from pipeline.errors import StageFailed
from pipeline.files import package_names, package_text
from pipeline.report.report import DRAFT_SENTENCE, PART, invented
from pipeline.report.sanitise import safe
from pipeline.report.ways_page import Told, resources
from pipeline.tables.as_html import WHY
from pipeline.tables.in_notebook import for_page

TEMPLATES, SCRIPT = "pipeline.report.templates", "ways.js"
LANGUAGE = "en"


@dataclass(frozen=True)
class Part:
    """One part of the report as the notebook holds it: the mark it carries, and its markup, made safe."""

    anchor: str
    title: str
    headings: tuple[tuple[int, str, str], ...]
    markup: str


@dataclass(frozen=True)
class Step:
    """A cell: words (safe markup) or code (text), and the titles of the parts that it showed."""

    words: str = ""
    code: str = ""
    showed: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Page:
    head: dict[str, Any]
    parts: tuple[Part, ...]
    steps: tuple[Step, ...] = field(default_factory=tuple)


def notebook_page(notebook: bytes, told: Told | None = None) -> bytes:
    """The page of an executed notebook (its JSON), UTF-8; the same notebook gives the same bytes.

    told: the ways back of its numbers, which a click then shows; without it the page has no script.

    Raises ``StageFailed`` for text that is no notebook, and for one that shows no part of a report or parts of several.
    """
    from nbconvert import TemplateExporter  # half a second; the notebook that shows a report makes no page

    node = _read(notebook)
    found = _page(node)
    exporter = TemplateExporter(
        extra_loaders=[DictLoader(templates())],
        template_paths=[],
        template_file="report.html.j2",
        file_extension=".html",
    )
    exporter.environment.autoescape = True
    closing = f"Made with Alongside {__version__}. Every number stands in results.csv beside this page."
    said = frame(found.head["title"], "report", closing, found.head["made_up"], bool(found.head["draft"]))
    back = resources(told, (part.markup for part in found.parts), package_text(TEMPLATES, SCRIPT).rstrip())
    whole = {**said, **back, "parts": found.parts, "steps": found.steps}
    text, _ = exporter.from_notebook_node(node, resources=whole)
    return f"{text.rstrip()}\n".encode()


def frame(title: str, kind: str, closing: str, made_up: bool | str = False, draft: bool = False) -> dict[str, Any]:
    """What the frame around every page needs to know."""
    label, sentence = invented(made_up)
    return {
        "title": title, "kind": kind, "closing": closing, "made_up": label, "draft": draft, "language": LANGUAGE,
        "why": WHY, "made_up_sentence": sentence, "draft_sentence": DRAFT_SENTENCE,
    }  # fmt: skip


def written_page(template: str, said: dict[str, Any]) -> bytes:
    """A page that comes from no notebook (an index, a comparison), in the same frame."""
    environment = Environment(loader=DictLoader(templates()), autoescape=True)
    text = environment.get_template(template).render(resources=said).rstrip()
    return f"{text}\n".encode("utf-8", "replace")  # half a character, which JSON can hold and no page


def _read(notebook: bytes) -> nbformat.NotebookNode:
    try:
        return nbformat.reads(notebook.decode("utf-8"), as_version=4)
    except (ValueError, nbformat.ValidationError, KeyError, AttributeError):
        raise StageFailed("the report's notebook can't be read: it is not a notebook of format 4") from None


def templates() -> dict[str, str]:
    """The project's own templates and style, by name."""
    names = [name for ending in (".j2", ".css") for name in package_names(TEMPLATES, ending)]
    return {name: package_text(TEMPLATES, name) for name in names}


def _page(node: nbformat.NotebookNode) -> Page:
    parts: list[Part] = []
    heads: list[dict[str, Any]] = []
    steps: list[Step] = []
    for cell in node.cells:
        if cell.cell_type == "markdown":
            steps.append(Step(words=_words(cell.source)))
        elif cell.cell_type == "code":
            shown = [o["data"] for o in cell.outputs if PART in o.get("data", {})]
            parts += [_part(data) for data in shown]
            heads += [data[PART]["report"] for data in shown]
            steps.append(
                Step(code=cell.source, showed=tuple((p.anchor, p.title) for p in parts[len(parts) - len(shown) :]))
            )
    if not parts:
        raise StageFailed(
            "the report's notebook shows no part of the report. Show at least one: report.show('Summary')."
        )
    if any(head != heads[0] for head in heads):
        raise StageFailed("the report's notebook shows parts of several reports")
    if len({p.anchor for p in parts}) < len(parts):
        raise StageFailed("the report's notebook shows a part of the report twice")
    return Page(heads[0], tuple(parts), tuple(steps))


def _part(data: dict[str, Any]) -> Part:
    mark = data[PART]
    found = data["text/html"]
    markup = for_page(found if isinstance(found, str) else "".join(found))
    headings = tuple((int(level), str(anchor), str(text)) for level, anchor, text in mark["headings"])
    return Part(mark["anchor"], mark["title"], headings, safe(markup))


def _words(source: str) -> str:
    """Markdown as markup: raw HTML in it is shown as text, headings do not enter the page's outline."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

    renderer = IPythonRenderer(escape=True, allow_harmful_protocols=False, exclude_anchor_links=True)
    return safe(MarkdownWithMath(renderer=renderer).render(source), guest=True)
