"""The executed notebook as a page: self-contained, its parts alone, nothing unescaped, the same bytes."""

import re
from html.parser import HTMLParser

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from pipeline.errors import StageFailed
from pipeline.report import page, write_report
from pipeline.report.html import templates
from pipeline.report.sanitise import _TAGS, safe
from tests.report_example import (
    HOSTILE,
    REMARKS,
    a_report,
    a_study,
    executed,
    released_of,
    some_numbers,
    some_tables,
    written,
)


@pytest.fixture(scope="module")
def made() -> str:
    return page(executed(a_report()[0])).decode()


class Tags(HTMLParser):
    """Every element of a page with its attributes, and what is still open at its end."""

    EMPTY = {"meta", "link", "br", "hr", "col", "img", "source"}

    def __init__(self, markup: str):
        super().__init__()
        self.found, self.open = [], []
        self.feed(markup)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))
        if tag not in self.EMPTY:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_needs_nothing_from_elsewhere_and_runs_nothing(made):
    tags = Tags(made)
    assert tags.open == []
    assert "script" not in {tag for tag, _ in tags.found}
    for tag, attrs in tags.found:
        assert not [a for a in attrs if a.startswith("on")]
        for name in ("src", "srcset", "href"):
            if name in attrs:
                assert attrs[name].startswith(("data:", "#")), (tag, attrs[name][:60])
    assert "url(" not in made and "@import" not in made
    assert "default-src 'none'" in made


def test_it_has_what_a_reader_without_eyes_or_mouse_needs(made):
    tags = Tags(made).found
    names = [tag for tag, _ in tags]
    assert tags[0] == ("html", {"lang": "en"})
    assert [names.count(t) for t in ("header", "nav", "main", "footer", "h1")] == [1] * 5
    assert ("a", {"class": "skip", "href": "#content"}) in tags
    assert re.search(r"<title>[^<]+\(made-up data\)</title>", made)
    levels = [int(t[1]) for t in names if re.fullmatch(r"h[1-6]", t)]
    assert levels[0] == 1 and all(b <= a + 1 for a, b in zip(levels, levels[1:], strict=False))
    ids = [a["id"] for _, a in tags if "id" in a]
    assert len(ids) == len(set(ids))
    for tag, attrs in tags:
        if attrs.get("href", "").startswith("#"):
            assert attrs["href"][1:] in ids
        for named in ("aria-labelledby", "aria-describedby", "headers"):
            assert all(i in ids for i in attrs.get(named, "").split()), (tag, attrs)
    pictures = [a for t, a in tags if t == "img"]
    assert len(pictures) == 6 and all(len(a["alt"]) > 40 for a in pictures)


def test_the_contents_lead_to_every_section_in_order(made):
    nav = made[made.index("<nav") : made.index("</nav>")]
    main = made[made.index("<main") :]
    assert re.findall(r'<li><a href="#([^"]+)">', nav) == re.findall(r'<h[23] id="([^"]+)"', main)


def test_the_same_notebook_gives_the_same_bytes():
    report, _ = a_report()
    again, _ = written()
    assert page(executed(report)) == page(executed(again))


def test_words_and_code_of_the_notebook_stand_in_a_closed_detail(made):
    body, made_how = made.split('<details class="made">')
    assert "Everything goes through one door." in made_how and "Everything goes through" not in body
    assert "report.show(&#39;Summary&#39;)" in made_how
    assert 'It shows: <a href="#summary">Summary</a>' in made_how


def test_hostile_titles_and_labels_are_only_words():
    study = a_study(title=f"Title {HOSTILE}", label=HOSTILE)
    report = write_report(study, released_of(some_numbers().items()), some_tables(study), REMARKS)
    text = page(
        executed(
            report,
            words=f"# {HOSTILE}\n\n<img src=x onerror=alert(1)> [x](javascript:alert(1)) [y](https://example.org)",
            code=HOSTILE,
        )
    ).decode()
    tags = Tags(text)
    assert tags.open == []
    assert "script" not in {tag for tag, _ in tags.found}
    assert "<script>" not in text
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert not [a for _, a in tags.found if "onerror" in a or a.get("href", "").startswith("javascript")]
    assert {a["href"] for t, a in tags.found if t == "a" and not a["href"].startswith("#")} == {"https://example.org"}


def test_outputs_that_are_no_part_of_the_report_are_left_out():
    """A print in a cell might show a number that nobody released."""
    notebook = nbformat.reads(executed(a_report()[0]).decode(), as_version=4)
    notebook.cells.append(new_code_cell("print(4711)", outputs=[new_output("stream", text="4711 people")]))
    notebook.cells.append(
        new_code_cell(
            "x", outputs=[new_output("display_data", data={"text/html": "<b>4711 men</b>", "text/plain": "4711"})]
        )
    )
    text = page(nbformat.writes(notebook).encode()).decode()
    assert "4711 people" not in text and "4711 men" not in text
    assert "print(4711)" in text


def one_part(**mark):
    report = {"study": "x", "title": "X", "made_up": False, "draft": False}
    data = {
        "text/html": "<section><h2 id='a'>A</h2></section>",
        "application/vnd.alongside.part+json": {"anchor": "a", "title": "A", "headings": [], "report": report} | mark,
    }
    return new_code_cell("", outputs=[new_output("display_data", data=data)])


NONE_SHOWN = "the report's notebook shows no part of the report. Show at least one: report.show('Summary')."
SEVERAL = "the report's notebook shows parts of several reports"
TWICE = "the report's notebook shows a part of the report twice"


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ([new_markdown_cell("Words.")], NONE_SHOWN),
        ([one_part(), one_part(report={"study": "y"}, anchor="b")], SEVERAL),
        ([one_part(), one_part()], TWICE),
    ],
)
def test_a_notebook_that_holds_no_one_report_is_refused(cells, said):
    with pytest.raises(StageFailed) as error:
        page(nbformat.writes(new_notebook(cells=cells)).encode())
    assert str(error.value) == said


@pytest.mark.parametrize("data", [b"", b"{}", b"[1]", b"\xff\xfe", b'{"nbformat": 4}'])
def test_what_is_no_notebook_is_refused(data):
    with pytest.raises(StageFailed, match="the report's notebook can't be read: it is not a notebook of format 4"):
        page(data)


def test_markup_that_is_not_the_reports_own_is_made_safe():
    assert safe("<p onclick=x>a<script>b</script>c</p>") == "<p>ac</p>"
    assert safe("<b>a</p></section>c") == "<b>ac</b>"
    assert safe('<img src="https://x/y.png" alt="z">') == '<img alt="z">'
    assert safe('<img src="data:image/svg+xml;base64,AAA=" onload=x>') == '<img src="data:image/svg+xml;base64,AAA=">'
    assert safe('<a href="data:text/html,x">a</a><a href=" javascript:x">b</a>') == "<a>a</a><a>b</a>"
    assert safe("<h2 id='x'>a</h2>", guest=True) == '<p class="heading">a</p>'
    assert safe("<svg><style>x</style>d</svg>e<unknown>f</unknown>") == "ef"
    assert safe("a < b &amp; c &lt;i&gt;") == "a &lt; b &amp; c &lt;i&gt;"


@given(st.text(alphabet=st.sampled_from("<>/\"'= abhp1script&;:#-!x\n"), max_size=120))
def test_whatever_comes_in_what_goes_out_is_allowed_and_closed(markup):
    out = safe(markup)
    tags = Tags(f"<main>{out}</main>")
    assert tags.open == []
    for tag, attrs in tags.found[1:]:
        assert tag in _TAGS
        assert not [a for a in attrs if a.startswith("on") or a == "style"]
    assert safe(out) == out


def luminance(color: str) -> float:
    parts = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    ("words", "ground"),
    [("ink", "paper"), ("soft", "paper"), ("accent", "paper"), ("ink", "pale"), ("soft", "pale")],
)
def test_words_stand_out_from_their_ground(words, ground):
    colors = dict(re.findall(r"--(\w+): (#[0-9a-f]{6});", templates()["style.css"]))
    light, dark = sorted((luminance(colors[words]), luminance(colors[ground])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= 4.5
