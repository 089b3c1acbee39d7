"""LaTeX as words: signs for their commands, the inside of braces, raised marks."""

from __future__ import annotations

import re

from pipeline.audit.printed import LOWERED, RAISED

_SIGNS = {
    "chi": "χ", "eta": "η", "beta": "β", "alpha": "α", "rho": "ρ", "omega": "ω", "phi": "φ", "kappa": "κ", "mu": "µ",
    "pm": "±", "times": "×", "leq": "≤", "le": "≤", "leqslant": "≤", "geq": "≥", "ge": "≥", "geqslant": "≥", "lt": "<",
    "gt": ">", "approx": "≈", "sim": "~", "textendash": "–", "textemdash": "—", "textminus": "−", "dagger": "†",
    "ddagger": "‡", "dag": "†", "ddag": "‡", "S": "§", "P": "¶", "ast": "*", "ss": "ß", "o": "ø", "O": "Ø", "ae": "æ",
    "aa": "å", "AA": "Å", "AE": "Æ", "textless": "<", "textgreater": ">", "textpm": "±", "cdot": "·", "ldots": "…",
    "dots": "…", "quad": " ", "qquad": " ", "enspace": " ", "textbar": "|", "backslash": "\\", "newline": " ",
    "textquotesingle": "'", "textasciitilde": "~", "textpercent": "%",
    "textdagger": "†", "textdaggerdbl": "‡", "textsection": "§", "textparagraph": "¶", "textperiodcentered": "·",
    "textbackslash": "\\", "textasciicircum": "^", "textquotedbl": '"', "textasciigrave": "`", "infty": "∞",
    "checkmark": "✓", "textasteriskcentered": "*",
}  # fmt: skip
_RAISED = re.compile(r"(?:\\textsuperscript|\\tnote|\\tmark|\\tablefootnote|\\footnotemark|\^)\s*(?=[{\[])|\^(?=\S)")
_DROPPED = re.compile(
    r"\\(?:label|ref|cite[a-z]*|input|include|includegraphics|bibliography|bibliographystyle|vspace|hspace|setlength"
    r"|renewcommand|newcommand|usepackage|documentclass|begin|end|rule|rowcolor|cellcolor|color|def|arraystretch"
    r"|fontsize|write|immediate|openin|read|url|pagestyle|title|author|date)\*?\s*(?:\[[^\]]{0,300}\]\s*)?"
)
_FIX = r"(?:\[[^\]]{0,30}\]\s*)?"
_MULTIROW = re.compile(
    rf"\\multirow(?:cell)?\*?\s*{_FIX}\{{[^{{}}]{{0,20}}\}}\s*{_FIX}(?:\{{[^{{}}]{{0,30}}\}}|\*)?\s*{_FIX}(?=\{{)"
)
_COMMAND = re.compile(r"\\([A-Za-z]+)\*?[ \t]*(?:\[[^\]]{0,100}\])?")
_ACCENT = re.compile(r"\\[\"'`^~=.]\{?([A-Za-z])\}?")
_MATH_CHI = re.compile(r"(\\chi|χ)\s*\^\s*(?:\{\s*2\s*\}|2)")
_POWER = re.compile(r"(?<=[A-Za-z0-9ηωβ}])\^\s*(?:\{\s*(-?\d{1,3})\s*\}|(\d))")


def skip_space(text: str, place: int) -> int:
    while place < len(text) and text[place].isspace():
        place += 1
    return place


def braced(text: str, place: int) -> tuple[str, int]:
    """(the inside of the braces that open here, the place behind them); braces that never close end with the text."""
    depth, at = 0, place
    while at < len(text):
        sign = text[at]
        if sign == "\\":
            at += 2
            continue
        depth += (sign == "{") - (sign == "}")
        at += 1
        if depth == 0:
            return text[place + 1 : at - 1], at
    return text[place + 1 :], len(text)


def words_of(text: str) -> str:
    """Words of a cell, caption or paragraph; commands that are not known are left out, what they hold is kept."""
    text = text.replace(RAISED, "").replace(LOWERED, "")
    text = _MATH_CHI.sub("χ²", text)
    text = _POWER.sub(lambda m: f"^{m[1] or m[2]}" if (m[1] or m[2]) != "2" else "²", text)
    text = _without_dropped(_MULTIROW.sub("", text))
    text = _raise(text)
    text = _ACCENT.sub(r"\1", text)
    text = re.sub(r"\\([%&#_$])", lambda m: {"%": "%", "&": "&", "#": "#", "_": "_", "$": "\ue003"}[m[1]], text)
    text = re.sub(r"\\[{}]", "", text)
    text = re.sub(r"\\[,;:!> /@-]", " ", text)
    text = _COMMAND.sub(lambda m: _SIGNS.get(m[1], " " if m[0].endswith(" ") else ""), text)
    text = text.replace("---", "—").replace("--", "–").replace("~", "\u00a0").replace("``", "“").replace("''", "”")
    text = re.sub(r"\$\s*([-–])", r"$−", text)
    text = re.sub(r"[{}$]", "", text).replace("\ue003", "$").replace("\\\\", " ").replace("\\", "")
    return re.sub(r"[ \t\n]+", " ", text).strip(" ")


def _without_dropped(text: str) -> str:
    """Commands whose argument is no word of the text, with their arguments."""
    made, place = [], 0
    for m in _DROPPED.finditer(text):
        if m.start() < place or text[m.end() : m.end() + 1].isalpha():
            continue
        made.append(text[place : m.start()])
        place = m.end()
        while text[place : place + 1] == "{":
            place = braced(text, place)[1]
    return "".join([*made, text[place:]])


def _raise(text: str) -> str:
    """Raised text between ``RAISED`` and ``LOWERED``."""
    made, place = [], 0
    for m in _RAISED.finditer(text):
        if m.start() < place:
            continue
        made.append(text[place : m.start()])
        place = m.end()
        if text[place : place + 1] == "{":
            inside, place = braced(text, place)
        elif text[place : place + 1] == "[":
            end = text.find("]", place)
            inside, place = (text[place + 1 : end], end + 1) if end > 0 else ("", place + 1)
        else:
            command = re.compile(r"\\[A-Za-z]+|.").match(text, place)
            inside, place = (command[0], command.end()) if command else ("", place)
        made.append(f"{RAISED}{inside}{LOWERED}")
    return "".join([*made, text[place:]])
