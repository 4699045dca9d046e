"""What a page's own styles say of an element: `style` attributes, and rules of `<style>` with simple selectors.

A rule counts as far as it is certain to apply: its selector is one compound of tag, classes and id, outside of `@media`
other than screen. What any other rule says of a property makes that property unknown, and unknown never hides.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

_COMMENT = re.compile(r"/\*.*?\*/", re.S)
_SIMPLE = re.compile(r"(?:[a-z][\w-]*|\*)?(?:[.#][\w-]+)*", re.I)
_LAST = re.compile(r"[^\s>+~]+$")
_KEYS = re.compile(r"[.#]?[\w-]+")
_PSEUDO = re.compile(r":.*$|\[.*$")
_SCREEN = re.compile(r"@media\s+(?:only\s+)?(?:screen|all)\s*$", re.I)
_MAX_RULES = 20_000

Style = dict[str, str]
UNKNOWN = "?"


class _Rule(NamedTuple):
    tag: str
    classes: frozenset[str]
    identity: str
    style: Style
    certain: bool
    weight: tuple[int, int, int, int]  # id, classes, tag (CSS Selectors 3, §9), then the order in the page


class Styles:
    """The rules of a page. `styles.of(element)` is what holds for it, each property in lower case."""

    def __init__(self, sheets: Iterable[str]) -> None:
        self._by_key: dict[str, list[_Rule]] = defaultdict(list)
        for number, (selector, style, certain) in enumerate(_rules("\n".join(sheets))):
            if number < _MAX_RULES:
                self._add(selector, style, certain, number)

    def _add(self, selector: str, style: Style, certain: bool, number: int) -> None:
        exact = certain and selector != "" and _SIMPLE.fullmatch(selector) is not None
        last = _LAST.search(selector)
        keys = _KEYS.findall(_PSEUDO.sub("", last.group())) if last else []
        classes = frozenset(key[1:] for key in keys if key[0] == ".")
        identity = next((key[1:] for key in keys if key[0] == "#"), "")
        tag = next((key.lower() for key in keys if key[0] not in ".#"), "")
        weight = (int(bool(identity)), len(classes), int(bool(tag)), number)
        key = f"#{identity}" if identity else f".{min(classes)}" if classes else tag
        self._by_key[key].append(_Rule(tag, classes, identity, style, exact, weight))

    def of(self, element: Any) -> Style:
        own = declarations(element.get("style", ""))
        if not self._by_key:
            return own
        found = sorted(self._matching(element), key=lambda rule: rule.weight)
        style: Style = {}
        for rule in found:
            style.update(rule.style)
        for rule in found:
            if not rule.certain:
                style.update(dict.fromkeys(rule.style, UNKNOWN))
        return style | own

    def _matching(self, element: Any) -> Iterator[_Rule]:
        classes, identity = set(element.get("class", "").split()), element.get("id", "")
        for key in (*(f".{name}" for name in classes), f"#{identity}", element.tag, ""):
            for rule in self._by_key.get(key, ()):
                fits = rule.classes <= classes and rule.identity in ("", identity)
                if fits and rule.tag in ("", element.tag):
                    yield rule


def declarations(text: str) -> Style:
    """`background` stands for `background-color` as well."""
    style: Style = {}
    for part in text.split(";"):
        name, colon, value = part.partition(":")
        if colon:
            value = value.lower().replace("!important", "").strip()
            style["background" if name.strip().lower() == "background-color" else name.strip().lower()] = value
    return style


def _rules(sheet: str) -> Iterator[tuple[str, Style, bool]]:
    """Selector, declarations, and whether nothing around the rule restricts it."""
    around: list[str] = []
    inside = ""
    for piece in re.split(r"([{}])", _COMMENT.sub("", sheet)):
        if piece == "{":
            around.append(inside.rpartition(";")[2].strip())
        elif piece == "}" and around:
            selectors = around.pop()
            certain = all(_SCREEN.match(block) for block in around)
            for selector in () if selectors.startswith("@") else selectors.split(","):
                yield selector.strip(), declarations(inside), certain
        inside = "" if piece in "{}" else piece
