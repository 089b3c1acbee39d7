"""House styles by name. Each is a YAML file; a workspace may hold its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from pydantic import ValidationError

from pipeline.errors import Mistake, Mistakes, closest, in_file_order, raise_all
from pipeline.files import package_names, package_text
from pipeline.study.parse import mistakes_of
from pipeline.study.tree import Lines, read_tree
from pipeline.tables.forms import FORMS
from pipeline.tables.style import HOLE, TO, Style

SHIPPED = "pipeline.tables.styles"
PLAIN_NAME = "plain"
MOST_LIKE = 5


def parse_style(text: str, file: str, own: Mapping[str, str] | None = None, deep: int = 0) -> Style:
    """The style that YAML ``text`` declares; ``file`` is its place, for messages. What it does not say is as in the
    style that it is ``like`` (plain, if it names none). own: texts of a workspace's styles by name.

    Raises ``Mistakes``, all at once, each with its line.
    """
    tree, lines = read_tree(text, file)
    if not isinstance(tree, dict):
        raise Mistakes.one(f"{file}:1", "is not a mapping.", "Begin with 'title:' and 'like: plain'.")
    base = str(tree.get("like") or "plain")
    whole = {**tree}
    if file != f"{PLAIN_NAME}.yaml":
        if deep > MOST_LIKE:
            raise Mistakes.one(f"{file}:{lines.get(('like',), 1)}  like", "leads round in a circle.",
                               "Begin from a style that ships, such as plain.")  # fmt: skip
        known = style_names(own)
        if base not in known:
            mend = closest(base, known) or f"There are: {', '.join(known)}."
            raise Mistakes.one(f"{file}:{lines.get(('like',), 1)}  like", f"there is no style '{base}'.", mend)
        under = _named(base, own or {}, deep + 1).model_dump(exclude={"because", "sources", "title", "like", "name"})
        whole = _over(under, {"sources": {}, "because": {}, **tree})
    whole["name"] = file.rpartition("/")[2].removesuffix(".yaml")
    wrong = list(_odd_forms(tree.get("forms"), lines, file))
    try:
        found = Style.model_validate(whole)
    except ValidationError as error:
        raise Mistakes(in_file_order([*mistakes_of(error, whole, lines, file, Style), *wrong])) from None
    raise_all(wrong)
    return found


def _odd_forms(forms: Any, lines: Lines, file: str) -> Iterator[Mistake]:
    """Forms that there are not, and cells that leave out a statistic or name another."""
    for name, words in forms.items() if isinstance(forms, dict) else ():
        where = f"{file}:{lines.get(('forms', name), 1)}  forms.{name}"
        cell = words.get("cell") if isinstance(words, dict) else None
        if name not in FORMS:
            mend = closest(name, FORMS) or f"There are: {', '.join(filter(None, FORMS))}."
            yield Mistake(where, f"there is no form '{name}'.", mend)
        elif isinstance(cell, str) and sorted(h for h in HOLE.findall(cell) if h != TO) != sorted(FORMS[name]):
            holes = " ".join(f"{{{s}}}" for s in FORMS[name])
            yield Mistake(where, "its cell leaves out a statistic, or names another.",
                          f"It must hold {holes}, each once; {{to}} is what stands in a range.")  # fmt: skip


def _over(under: Mapping[str, Any], tree: Mapping[str, Any]) -> dict[str, Any]:
    """Keys over those of the style that it is like, section by section; decimals by size are taken as a whole."""
    found = dict(under)
    for key, value in tree.items():
        inner = under.get(key)
        deeper = isinstance(value, dict) and isinstance(inner, dict) and key != "decimals"
        found[key] = _over(inner or {}, value) if deeper else value
    return found


def style_names(own: Mapping[str, str] | None = None) -> list[str]:
    """The styles that there are: plain, those that ship, the workspace's own."""
    shipped = [n.removesuffix(".yaml") for n in package_names(SHIPPED, ".yaml")]
    return [PLAIN_NAME, *sorted({*shipped, *(own or {})} - {PLAIN_NAME})]


def style(name: str, own: Mapping[str, str] | None = None) -> Style:
    """A style by name, the workspace's own (name -> YAML text) first; ``Mistakes`` with the nearest name."""
    known = style_names(own)
    if name not in known:
        mend = closest(name, known) or ""
        raise Mistakes.one("style", f"there is no style '{name}'.", f"{mend} There are: {', '.join(known)}.".strip())
    return _named(name, own or {}, 0)


def _named(name: str, own: Mapping[str, str], deep: int) -> Style:
    if name in own:
        return parse_style(own[name], f"styles/{name}.yaml", own, deep)
    return _shipped(name)


@cache
def _shipped(name: str) -> Style:
    return parse_style(package_text(SHIPPED, f"{name}.yaml"), f"{name}.yaml")


@cache
def plain() -> Style:
    """The style of a report that names none."""
    return _shipped(PLAIN_NAME)
