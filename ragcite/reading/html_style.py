"""What a page's own styles say of an element: `style` attributes, and rules of `<style>` with simple selectors.

A rule counts as far as it is certain to apply: its selector is made of tags, classes and ids, as descendants or
children (`.a > p`), fits the page as it is written, and stands outside of `@media` other than screen. What any other
rule says of a property, scripts may make true: where it differs, the property is unknown, and unknown never hides.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import compress, islice
from operator import not_
from typing import Any, NamedTuple

_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.S)  # an open one ends with the sheet (CSS Syntax 3, §4.3.2)
_SIMPLE = re.compile(r"(?:[a-z][\w-]*|\*)?(?:[.#][\w-]+)*", re.I)
_COMBINED = re.compile(r"(\s*>\s*|\s+)")
_WITHOUT_SCRIPTS = frozenset({"no-js", "nojs"})  # classes that scripts take away as a page opens
_LAST = re.compile(r"[^\s>+~]+$")
_KEYS = re.compile(r"[.#]?[\w-]+")
_PSEUDO = re.compile(r":.*$|\[.*$")
_SCREEN = re.compile(r"@media\s+(?:only\s+)?(?:screen|all)\s*$", re.I)
_MAX_RULES = 20_000
_MAX_ABOVE = 256  # elements around one that a selector is compared with

Style = dict[str, str]
UNKNOWN = "?"


class _Compound(NamedTuple):
    tag: str
    classes: frozenset[str]
    identity: str

    @classmethod
    def of(cls, selector: str) -> _Compound:
        keys = _KEYS.findall(selector)
        classes = frozenset(key[1:] for key in keys if key[0] == ".")
        identity = next((key[1:] for key in keys if key[0] == "#"), "")
        return cls(next((key.lower() for key in keys if key[0] not in ".#"), ""), classes, identity)

    def fits(self, element: Any) -> bool:
        if self.tag not in ("", element.tag) or self.identity not in ("", element.get("id", "")):
            return False
        return not self.classes or self.classes <= set(element.get("class", "").split())


class _Rule(NamedTuple):
    last: _Compound
    above: tuple[tuple[bool, _Compound], ...]  # innermost first; whether it must be the very parent
    style: Style
    certain: bool
    weight: tuple[int, int, int, int]  # ids, classes, tags (CSS Selectors 3, §9), then the order in the page

    def is_certain_of(self, element: Any) -> bool:
        if not self.certain or not self.above:
            return self.certain
        lineage = list(islice(element.iterancestors(), _MAX_ABOVE))
        places = {-1}
        for is_parent, compound in self.above:
            near = min(places) + 1
            possible = {place + 1 for place in places} if is_parent else range(near, len(lineage))
            places = {place for place in possible if place < len(lineage) and compound.fits(lineage[place])}
            if not places:
                return False
        return True


class Styles:
    """The rules of a page. `styles.of(element)` is what holds for it, each property in lower case."""

    def __init__(self, sheets: Iterable[str]) -> None:
        self._by_key: dict[str, list[_Rule]] = defaultdict(list)
        for number, (selector, style, certain) in enumerate(_rules("\n".join(sheets))):
            if number < _MAX_RULES:
                self._add(selector, style, certain, number)

    def _add(self, selector: str, style: Style, certain: bool, number: int) -> None:
        found = _LAST.search(selector)
        last = _Compound.of(_PSEUDO.sub("", found.group()) if found else "")
        parts = _COMBINED.split(selector)
        exact = certain and all(part and _SIMPLE.fullmatch(part) for part in parts[::2])
        above = tuple(
            (">" in parts[place], _Compound.of(parts[place - 1])) for place in range(len(parts) - 2, 0, -2) if exact
        )
        every = [last, *(compound for _, compound in above)]
        exact = exact and not any(compound.classes & _WITHOUT_SCRIPTS for compound in every)
        weight = (
            sum(bool(compound.identity) for compound in every),
            sum(len(compound.classes) for compound in every),
            sum(bool(compound.tag) for compound in every),
            number,
        )
        key = f"#{last.identity}" if last.identity else f".{min(last.classes)}" if last.classes else last.tag
        self._by_key[key].append(_Rule(last, above, style, exact, weight))

    def of(self, element: Any) -> Style:
        own = declarations(element.get("style", ""))
        if not self._by_key:
            return own
        found = sorted(self._matching(element), key=lambda rule: rule.weight)
        certain = [rule.is_certain_of(element) for rule in found]
        style: Style = {}
        for rule in compress(found, certain):
            style.update(rule.style)
        for rule in compress(found, map(not_, certain)):
            style.update((name, UNKNOWN) for name, value in rule.style.items() if style.get(name) != value)
        return style | own

    def _matching(self, element: Any) -> Iterator[_Rule]:
        classes, identity = set(element.get("class", "").split()), element.get("id", "")
        for key in (*(f".{name}" for name in classes), f"#{identity}", element.tag, ""):
            for rule in self._by_key.get(key, ()):
                if rule.last.fits(element):
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
