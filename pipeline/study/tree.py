"""YAML 1.2 text to plain values with line numbers. Nothing in the text is constructed or run."""

from __future__ import annotations

import math
import re
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from pipeline.errors import Mistake, Mistakes
from pipeline.study.words import RawFloat, RawInt

LARGEST = 400_000
MOST_PARTS = 15_000
"""Colons, commas and dashes: with ten for a variable, more than a thousand variables."""
DEEPEST = 30
LONGEST_NUMBER = 40
_INT = re.compile(r"[-+]?[0-9]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_BRACKET = re.compile(r"[][{}]")
_NULL = {"", "~", "null", "Null", "NULL"}
_UNPRINTABLE = re.compile("[^\t\n\r\x20-\u2029\u202f-\u2065\u206a-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What neither a page nor a Word document can hold (XML 1.0, section 2.2); ``"\\0"`` in quotes would bring it in; and
marks that turn the direction of what follows, with which a file reads otherwise than it is."""
_TRUTH = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
Lines = dict[tuple[str, ...], int]


def read_tree(text: str, file: str) -> tuple[Any, Lines]:
    """The text as dicts (keys as written), lists and scalars, and the line of every path.

    Plain scalars follow the YAML 1.2 core schema: ``yes``, ``no`` and ``NO`` are words.
    Raises ``Mistakes`` for text that is not YAML, for anchors, tags, repeated keys and very deep nesting.
    """
    if len(text) > LARGEST:
        raise Mistakes.one(file, f"has more than {LARGEST:,} characters.", "A study file is a page or two of YAML.")
    if sum(map(text.count, (":", ",", "- "))) > MOST_PARTS:
        raise Mistakes.one(file, "declares more than any study asks.", "A study file is a page or two of YAML.")
    _refuse_deep(text, file)
    try:
        node = YAML(typ="rt", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = f":{mark.line + 1}" if mark else ""
        raise Mistakes.one(
            f"{file}{line}", f"is not YAML: {_plain(error)}.", "Check indents, colons and quotes."
        ) from None
    except (YAMLError, ValueError, RecursionError) as error:
        raise Mistakes.one(file, f"is not YAML: {_plain(error)}.", "Save it as UTF-8 text.") from None
    if node is None:
        raise Mistakes.one(file, "is empty.", "Start from the file that 'alongside new' writes.")
    walker = _Walker(file)
    value = walker.value(node, ())
    if walker.mistakes:
        raise Mistakes(walker.mistakes)
    return value, walker.lines


def _refuse_deep(text: str, file: str) -> None:
    """Brackets in brackets, counted before a parser that calls itself for each of them sees the text."""
    depth = 0
    for found in _BRACKET.finditer(text):
        depth += 1 if found[0] in "[{" else -1
        if depth > 2 * DEEPEST:
            line = text.count("\n", 0, found.start()) + 1
            raise Mistakes.one(
                f"{file}:{line}", f"is nested deeper than {DEEPEST} levels.", "No declaration needs that."
            )


def _plain(error: Exception) -> str:
    return str(getattr(error, "problem", None) or error).split("\n")[0].strip().rstrip(".")


class _Walker:
    def __init__(self, file: str):
        self.file, self.lines, self.mistakes = file, Lines(), list[Mistake]()
        self.seen: set[int] = set()

    def wrong(self, node: Node, path: tuple[str, ...], what: str, mend: str) -> None:
        place = f"{self.file}:{node.start_mark.line + 1}  {'.'.join(path)}".rstrip()
        self.mistakes.append(Mistake(place, what, mend))

    def value(self, node: Node, path: tuple[str, ...]) -> Any:
        self.lines.setdefault(path, node.start_mark.line + 1)
        if node.anchor or id(node) in self.seen:
            self.wrong(node, path, "uses an anchor or alias (& or *).", "Write the value out where it is needed.")
            return None
        self.seen.add(id(node))
        if len(path) > DEEPEST:
            self.wrong(node, path, f"is nested deeper than {DEEPEST} levels.", "No declaration needs that.")
            return None
        if isinstance(node, MappingNode):
            return self.mapping(node, path)
        if isinstance(node, SequenceNode):
            return [self.value(child, (*path, str(i))) for i, child in enumerate(node.value)]
        return self.scalar(node, path) if isinstance(node, ScalarNode) else None

    def mapping(self, node: MappingNode, path: tuple[str, ...]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, child in node.value:
            if not isinstance(key_node, ScalarNode):
                self.wrong(key_node, path, "has a key that is not a word or number.", "Use a plain word.")
                continue
            key = str(key_node.value)
            if _UNPRINTABLE.search(key):
                self.wrong(key_node, path, "has a key with a control character.", "Leave it out.")
                continue
            here = (*path, key)
            if key in found:
                self.wrong(key_node, here, "stands here twice.", "Keep one of the two.")
                continue
            self.lines[here] = key_node.start_mark.line + 1
            found[key] = self.value(child, here)
        return found

    def scalar(self, node: ScalarNode, path: tuple[str, ...]) -> Any:
        text = (
            str(node.value).replace("\a", "") if node.style == ">" else str(node.value)
        )  # ruamel marks folds with a bell
        tag = str(node.ctag) if node.ctag is not None else ""
        if tag and not tag.startswith("tag:yaml.org,2002:"):
            self.wrong(node, path, "carries a tag (!).", "Study files are plain data; leave the tag out.")
            return None
        if _UNPRINTABLE.search(text):
            self.wrong(node, path, "holds a control character.", "Leave it out; a line break is all that a text needs.")
            return None
        if node.style is not None:
            return text
        if text in _NULL:
            return None
        if text in _TRUTH:
            return _TRUTH[text]
        if len(text) > LONGEST_NUMBER and _FLOAT.fullmatch(text):
            self.wrong(node, path, f"is a number of {len(text):,} signs.", "Put it into quotes if it is a code.")
            return None
        if _INT.fullmatch(text):
            whole = RawInt(text)
            whole.raw = text
            return whole
        if _FLOAT.fullmatch(text):
            real = RawFloat(text)
            if math.isinf(real):
                self.wrong(node, path, "is larger than any number that can be computed with.", "Put codes into quotes.")
                return None
            real.raw = text
            return real
        return text
