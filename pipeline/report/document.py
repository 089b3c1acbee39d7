"""``write_report``: from released numbers, layouts and remarks to the sections of a report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import count

from pipeline.disclosure import Released
from pipeline.errors import StageFailed
from pipeline.models.declared import declared
from pipeline.report import methods, methods_coders, methods_interviews, methods_variables
from pipeline.report.blocks import Block, Figure, Heading, Paragraph, TableBlock, anchor
from pipeline.report.checking import checking
from pipeline.report.desk import Desk, said
from pipeline.report.ends_told import ends_blocks
from pipeline.report.figure_estimates import estimates_figure
from pipeline.report.figure_flow import flow_figure
from pipeline.report.figure_left_out import left_out_figure
from pipeline.report.figure_missing import missing_figure
from pipeline.report.figure_paths import paths_figure
from pipeline.report.figure_reliability import reliability_figure
from pipeline.report.figure_scales import scale_figure
from pipeline.report.figure_stacks import stacks_figures
from pipeline.report.interviews_part import interviews_part
from pipeline.report.joint_display import joint_display
from pipeline.report.left_out_told import with_left_out
from pipeline.report.methods_cascades import cascades as cascades_told
from pipeline.report.report import Head, Report, Section
from pipeline.report.restyled import restyled
from pipeline.report.summary import estimate_sentences, summary
from pipeline.report.to_look_at_told import to_look_at_blocks
from pipeline.report.ways import Ways
from pipeline.report.withheld import withheld_blocks
from pipeline.results import Sentence
from pipeline.study import Study
from pipeline.tables.as_html import ident
from pipeline.tables.cascade import KIND as CASCADE
from pipeline.tables.missingness import NAME as MISSINGNESS
from pipeline.tables.printed import SUFFIX
from pipeline.tables.quotations import quotations_table
from pipeline.tables.standardised import SUFFIX as STANDARDISED
from pipeline.tables.style import Style
from pipeline.tables.style_file import plain
from pipeline.tables.table import Table

SECTIONS = (
    "Summary", "Methods", "Participant flow", "Participants", "Followed and lost", "Missing answers", "Scales",
    "Models", "Interviews", "Further tables", "What was withheld", "How to check this report",
)  # fmt: skip


def write_report(
    study: Study,
    released: Released,
    tables: Sequence[Table],
    remarks: Mapping[str, Sequence[Sentence]],
    draft: bool = False,
    style: Style | None = None,
    ways: Ways | None = None,
) -> Report:
    """The report of one study, in the order of ``SECTIONS``; the same values give the same report.

    tables: layouts of every stage, in order; those of no other section stand under "Further tables". remarks: by what
    they are about (a table, scale or model; ``""``: the study); each appears once, beside that, or else with the flow.
    draft: the numbers are exact, and all parts say so. style: the one that the study file names (plain, if none).
    ways: where each number comes from, for the last section.
    Raises ``StageFailed`` where a sentence or a layout names a number that no result has, and where two layouts have
    the same kind and name.
    """
    look = style or plain()
    if look.name != study.style:
        raise StageFailed(f"the study's style is {study.style}: write_report(…, style=stage.style()) asks for it.")
    if quoted := quotations_table(released.quotations):
        tables = [*tables, quoted]
    if joint := joint_display(study, released, tables, look, remarks):
        tables = [*tables, joint]
    twice = [f"'{name}' ({kind})" for (kind, name), n in Counter((t.kind, t.name) for t in tables).items() if n > 1]
    if twice:
        raise StageFailed(
            f"several tables have the same kind and name: {', '.join(twice)}. Give each a name of its own."
        )
    head = Head(study.name, study.title, study.made_up, draft)
    exact, released = released, restyled(released, look)
    remarks = with_left_out(study, released, remarks)
    desk = Desk(study, released, head, tuple(tables), remarks, exact, look)
    of_data: dict[str, Iterable[Block]] = {
        "Participants": _participants(desk),
        "Followed and lost": _followed(desk),
        "Missing answers": _missing(desk),
        "Scales": _scales(desk),
        "Models": _models(desk),
    }
    parts: dict[str, Iterable[Block]] = {
        "Summary": summary(study, released, remarks),
        "Methods": _methods(study),
        **(of_data if study.data is not None else dict.fromkeys(of_data, ())),
        "Interviews": interviews_part(desk),
        "What was withheld": withheld_blocks(study, exact, desk.tables),
        "How to check this report": checking(study, ways),
    }
    written = {title: tuple(blocks) for title, blocks in parts.items()}
    flow = tuple(_flow(desk)) if study.data is not None else ()
    written["Further tables"] = tuple(_further(desk))
    written["Participant flow"] = (*flow, *_else(desk))
    sections = [Section(title, anchor(title), written[title], head) for title in SECTIONS]
    report = Report(head, tuple(_numbered(sections)), look)
    named = {(t.kind, t.name): t for t in tables}
    shown = [named[b.filled.kind, b.filled.name] for b in report.tables()]
    return replace(report, layouts=tuple(shown))


def _numbered(sections: list[Section]) -> Iterator[Section]:
    """Tables and figures are counted in the order in which they are read."""
    tables, figures = count(1), count(1)
    for section in sections:
        blocks: list[Block] = []
        for block in section.blocks:
            if isinstance(block, TableBlock):
                block = replace(block, label=f"Table {next(tables)}")
            elif isinstance(block, Figure):
                block = replace(block, label=f"Figure {next(figures)}")
            blocks.append(block)
        yield replace(section, blocks=tuple(blocks))


def _flow(desk: Desk) -> Iterator[Block]:
    yield Paragraph(
        ("Every row that was read is accounted for: it was kept, or left out for the reason that is given.",)
    )
    if figure := flow_figure(desk.study, desk.released, desk.head.label):
        yield figure
    yield from desk.table_blocks("flow")


def _else(desk: Desk) -> Iterator[Block]:
    """Written last, because it takes up every remark that found no other place."""
    if others := list(desk.others()):
        yield Heading("What was done to the data", "what-was-done-to-the-data")
        yield from others


def _participants(desk: Desk) -> Iterator[Block]:
    ordinary = [name for name, spec in desk.study.tables.items() if spec.kind == "participants"]
    ordinary += [name + SUFFIX for name, spec in desk.study.tables.items() if spec.printed]
    found = [*desk.table_blocks("participants", names=ordinary), *desk.table_blocks("programmes")]
    yield from found or [Paragraph(("The study file declares no table of participants.",))]
    yield from stacks_figures(desk.study, desk.released, desk.head.label)
    if cascades := list(desk.table_blocks(CASCADE)):
        yield Heading("Care cascades" if len(desk.study.cascades) > 1 else "Care cascade", "care-cascades")
        yield from cascades


def _followed(desk: Desk) -> Iterator[Block]:
    declared_so = [name for name, spec in desk.study.tables.items() if spec.kind == "followed"]
    found = list(desk.table_blocks("participants", names=declared_so))
    waves = any(s.waves or s.wide for s in desk.study.sources.values())
    none = (
        "The study file declares no table of those followed and lost."
        if waves
        else "There is one wave; nobody was to be followed."
    )
    yield from found or [Paragraph((none,))]


def _missing(desk: Desk) -> Iterator[Block]:
    gaps = [t for t in desk.tables if t.kind == "quality" and t.name.startswith(MISSINGNESS)]
    figure = missing_figure(desk.study, desk.released, desk.head.label, gaps)
    found = [*([figure] if figure else []), *desk.table_blocks("quality")]
    counted = bool((desk.released.frame["name"] == MISSINGNESS).any())
    none = "No answer is missing of those that were asked for." if counted else "No result tells of missing answers."
    yield from found or [Paragraph((none,))]


def _scales(desk: Desk) -> Iterator[Block]:
    if not desk.study.scales:
        yield Paragraph(("The study file declares no scale.",))
    if figure := reliability_figure(desk.study, desk.released, desk.head.label):
        yield figure
    yield from desk.table_blocks("reliability")
    yield from desk.table_blocks("scale")
    for name in desk.study.scales:
        if figure := scale_figure(desk.study, desk.released, name, desk.head.label):
            yield figure
        yield from desk.remarks(name)
    yield from ends_blocks(desk.study, desk.released)
    yield from to_look_at_blocks(desk.study, desk.released)
    if rung := list(desk.remarks("alarms")):
        yield Heading("Do the answers look right?", "do-the-answers-look-right")
        yield from rung


def _models(desk: Desk) -> Iterator[Block]:
    if not desk.study.models:
        yield Paragraph(("The study file declares no model.",))
    if figure := estimates_figure(desk.study, desk.released, desk.head.label):
        yield figure
    for name in desk.study.models:
        model = declared(desk.study, name)
        yield Heading(model.title, ident("model", name))
        for sentence in estimate_sentences(model, desk.released):
            yield Paragraph(sentence)
        remarks = list(desk.remarks(name))
        yield from desk.table_blocks("model", "mediation", names=[name, name + STANDARDISED])
        if figure := paths_figure(model, desk.released, desk.head.label):
            yield figure
        if figure := left_out_figure(desk.study, model, desk.released, desk.head.label):
            yield figure
        yield from remarks
    yield from desk.table_blocks("model", "mediation")


def _further(desk: Desk) -> Iterator[Block]:
    """Written when the other sections have taken theirs."""
    yield from desk.table_blocks()


def _methods(study: Study) -> Iterator[Block]:
    yield Heading("Design and data", "design-and-data")
    yield from (Paragraph(p) for p in methods.design(study))
    yield from said(list(methods.data(study)))
    if study.exclude:
        yield Heading("Who was left out", "who-was-left-out")
        yield from said(list(methods.exclusions(study)))
    if study.variables or study.function:
        yield Heading("Variables", "variables")
        yield from said([*methods_variables.variables(study), *methods.function(study)])
    if study.scales:
        yield Heading("Scales and their scores", "scales-and-their-scores")
        yield from said(list(methods_variables.scales(study)))
    if study.cascades:
        yield Heading("Care cascades" if len(study.cascades) > 1 else "Care cascade", "how-care-cascades-are-counted")
        yield from said(list(cascades_told(study)))
    if compared := list(methods_coders.coders(study)):
        yield Heading("Coders and saturation", "coders-and-saturation")
        yield from (Paragraph((text,)) for text in compared)
    if study.models:
        yield Heading("Statistical methods", "statistical-methods")
        yield from said([(text,) for text in methods.models(study)])
    if coded := list(methods_interviews.coding(study)):
        yield Heading("Coded interviews", "coded-interviews")
        yield from said(coded)
    yield Heading("What may be printed", "what-may-be-printed")
    rounding = f" {methods.ROUNDING}" if study.data is not None else ""
    yield Paragraph((f"{methods.release(study.release)}{rounding}{methods.quartiles(study)}",))
