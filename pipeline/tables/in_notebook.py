"""Tables' markup as a notebook shows it, and back to a page's.

JupyterLab takes ``<style>``, scripts, ``tabindex`` and ARIA out of a notebook that its reader has not run. What is left
without them: ``<details>`` opens by click, touch and keyboard, ``title`` tells when it is pointed at, and a few styles
written into an element are kept.
"""

from __future__ import annotations

import re

from pipeline.tables.as_html import to_html
from pipeline.tables.table import Filled

_ON_A_PAGE = re.compile(r'<span class="why" tabindex="0" title="([^"]*)">([^<]*)</span>')
_IN_A_NOTEBOOK = re.compile(r'<details class="why"><summary title="([^"]*)"[^>]*>([^<]*)</summary>.*?</details>')
_SUMMARY = "list-style: none; cursor: help"
_TOLD = "display: block; max-width: 12rem; margin-left: auto; white-space: normal"
_LINE = re.compile(r'<tr class="(\w+) indent-(\d)"><th ')
_HEADS = {
    "<caption ": "text-align: left; font-weight: bold",
    '<ul class="notes" ': "list-style: none; padding-left: 0",
}
_CLASSES = {
    "stub": "text-align: left",
    "whole": "white-space: nowrap",
    "words": "text-align: left",
    "spanner": "text-align: center; border-bottom: 1px solid",
    "n": "display: block; font-weight: normal; white-space: nowrap",
}


def notebook_table(filled: Filled, label: str = "") -> str:
    """``to_html`` for JupyterLab."""
    return for_notebook(to_html(filled, label))


def for_notebook(markup: str) -> str:
    """A page's markup: each percentage opens, headings stand at the left, with their indents."""
    opened = (
        rf'<details class="why"><summary title="\1" style="{_SUMMARY}">\2</summary>'
        rf'<small style="{_TOLD}">\1</small></details>'
    )
    found = _LINE.sub(_line, _ON_A_PAGE.sub(opened, markup))
    for start, look in _HEADS.items():
        found = found.replace(start, f'{start}style="{look}" ')
    for name, look in _CLASSES.items():
        found = found.replace(f' class="{name}"', f' class="{name}" style="{look}"')
    return found


def for_page(markup: str) -> str:
    """What ``for_notebook`` made of percentages, undone; its styles are left to whoever lets no style in."""
    return _IN_A_NOTEBOOK.sub(r'<span class="why" tabindex="0" title="\1">\2</span>', markup)


def _line(found: re.Match[str]) -> str:
    weight = "bold" if found[1] in ("variable", "words") else "normal"
    look = f"text-align: left; font-weight: {weight}; padding-left: {0.5 + 1.2 * int(found[2]):g}em"
    return f'{found[0]}style="{look}" '
