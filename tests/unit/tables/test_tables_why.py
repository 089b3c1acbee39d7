"""In a page a percentage says what it is of: pointed at, with the focus, or clicked; its text stays as it is."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from pipeline.disclosure import draft
from pipeline.report.sanitise import safe
from pipeline.tables.as_html import to_html
from pipeline.tables.fill import fill
from pipeline.tables.in_notebook import for_notebook, for_page
from pipeline.tables.participants import participants

STUDY = "variables:\n  mood: {codes: {1: '<b>Good', 2: Poor}}\ntables: {t: {rows: [mood]}}"
PEOPLE = "id mood\n1 <b>Good\n2 Poor\n3 Poor\n4 --"


def page(made) -> str:  # type: ignore[no-untyped-def]
    study, people = made(STUDY, people=PEOPLE)
    exhibit = participants(people, study, "t")
    return to_html(fill(exhibit.table, draft(exhibit.results)))


class _Spans(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "span" and dict(attrs).get("class") == "why":
            self.found.append(dict(attrs))


def test_each_percentage_can_have_the_focus_and_says_what_it_is_of(made) -> None:  # type: ignore[no-untyped-def]
    spans = _Spans()
    spans.feed(page(made))
    assert [(s["tabindex"], s["title"]) for s in spans.found] == [
        ("0", "1 of 3 people. In the column: 4 people, 3 with a value, 1 missing."),
        ("0", "2 of 3 people. In the column: 4 people, 3 with a value, 1 missing."),
    ]


def test_the_words_of_a_cell_stay_as_they_are(made) -> None:  # type: ignore[no-untyped-def]
    cells = re.findall(r"<td[^>]*>(.*?)</td>", page(made))
    assert [re.sub("<[^>]+>", "", c) for c in cells] == ["3", "1 (33%)", "2 (67%)", "1"]


def test_it_passes_into_the_report_s_page_and_no_style_of_a_notebook_does(made) -> None:  # type: ignore[no-untyped-def]
    kept = safe(for_page(for_notebook(page(made))))
    assert kept.count('class="why" tabindex="0" title="') == 2
    assert "style=" not in kept and "cursor" not in kept
    assert kept == safe(page(made))
    assert safe('<span tabindex="9" onclick="x()" title="a">b</span>') == '<span title="a">b</span>'


def test_in_a_notebook_each_percentage_opens_without_style_or_script(made) -> None:  # type: ignore[no-untyped-def]
    """JupyterLab leaves these elements and attributes in a notebook that its reader has not run."""
    shown = for_notebook(page(made))
    summary, words = r'<summary title="([^"]*)"[^>]*>([^<]*)</summary>', "<small[^>]*>(.*?)</small>"
    found = re.findall(f'<details class="why">{summary}{words}', shown)
    told = "1 of 3 people. In the column: 4 people, 3 with a value, 1 missing."
    assert found[0] == (told, "1 (33%)", told) and len(found) == 2
    assert "<style" not in shown and "<script" not in shown
    line = r'<tr class="(\w+) indent-(\d)"><th style="text-align: left; [^"]*padding-left: ([\d.]+)em"'
    looks = re.findall(line, shown)
    assert ("level", "1", "1.7") in looks and len(looks) == shown.count("<tr class=")
