"""The published table of ``joo2022`` and an article about it in the formats of articles."""

from __future__ import annotations

from tests.unit.audit.joo import CAPTION, GROUPS, NOTES

SENTENCES = (
    "Peers helped, t(28) = 2.20, P = .036.",
    "Loneliness fell (F(2, 45) = 3.10, P = .015).",
    "Low mood was rarer, 40/297 against 78/315 (RR 0.54, 95% CI 0.60 to 0.77).",
)
SAYS = ("interval not possible", "significance")
"""The kinds of findings that the sentences have."""


def as_markdown() -> bytes:
    lines = [f"# Results\n\n{SENTENCES[0]} {SENTENCES[1]}\n\n{SENTENCES[2]}\n\n{CAPTION}\n"]
    lines += ["| Characteristic | n | % |", "|:---|---:|---:|"]
    for name, mark, levels in GROUPS:
        lines.append(f"| **{name}**{f'<sup>{mark}</sup>' if mark else ''} | | |")
        lines += [f"| &nbsp;&nbsp;{level} | {n} | {p} |" for level, n, p in levels]
    lines += ["", *(f"^{mark}^ {words}" for mark, words in NOTES)]
    return ("\n".join(lines) + "\n").encode()


def as_latex() -> bytes:
    words = " ".join(SENTENCES).replace("%", r"\%")
    lines = [r"\documentclass{article}\input{/etc/hostname}", r"\begin{document}", words + " % t(9) = 9, P = .9"]
    lines += ["", r"\begin{table}", rf"\caption{{{CAPTION}}}", r"\begin{tabular}{l*{2}{r}}", r"\toprule"]
    lines += [r"Characteristic & $n$ & \% \\", r"\midrule"]
    for name, mark, levels in GROUPS:
        raised = rf"\textsuperscript{{{mark}}}" if mark else ""
        lines.append(rf"\multicolumn{{3}}{{l}}{{\textbf{{{name}}}{raised}}} \\")
        lines += [rf"\quad {level} & {n} & {p} \\[2pt]" for level, n, p in levels]
    lines += [r"\bottomrule", r"\end{tabular}", r"\begin{tablenotes}"]
    lines += [rf"\item[{mark}] {words}" for mark, words in NOTES]
    return "\n".join([*lines, r"\end{tablenotes}", r"\end{table}", r"\end{document}"]).encode()


def as_jats() -> bytes:
    rows = ""
    for name, mark, levels in GROUPS:
        raised = f'<xref ref-type="table-fn" rid="{mark}"><sup>{mark}</sup></xref>' if mark else ""
        rows += f'<tr><td colspan="3"><bold>{name}</bold>{raised}</td></tr>'
        rows += "".join(f"<tr><td>&#160;&#160;{level}</td><td>{n}</td><td>{p}</td></tr>" for level, n, p in levels)
    notes = "".join(f'<fn id="{mark}"><label>{mark}</label><p>{words}</p></fn>' for mark, words in NOTES)
    label, _, title = CAPTION.partition(". ")
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE article PUBLIC "-//NLM//DTD JATS (Z39.96) Journal Archiving DTD v1.2 20190208//EN" "JATS-archivearticle1.dtd">
<article xmlns:mml="http://www.w3.org/1998/Math/MathML"><body><sec><title>Results</title>
<p>Peers helped,&nbsp;<italic>t</italic>(28) = 2.20, <italic>P</italic> = .036. {SENTENCES[1]}</p><p>{SENTENCES[2]}</p>
<table-wrap><label>{label}.</label><caption><title>{title}</title></caption><table><thead><tr><th>Characteristic</th>
<th>n</th><th>%</th></tr></thead><tbody>{rows}</tbody></table><table-wrap-foot>{notes}</table-wrap-foot></table-wrap>
</sec></body></article>""".encode()


FORMATS = {"md": as_markdown, "tex": as_latex, "xml": as_jats}
