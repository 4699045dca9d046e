"""Text of a page that nobody sees: comments, not displayed, of no size, of its ground's colour, off the page, clipped.

Where the looks of a page depend on a style sheet from elsewhere, white text is judged only on a ground the page itself
gives it.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any, NamedTuple

from ragcite.reading import html_colour
from ragcite.reading.html_colour import Colour
from ragcite.reading.html_style import UNKNOWN, Style, Styles
from ragcite.types import Hidden

COMMENT, NOT_DISPLAYED, TRANSPARENT = "comment", "not displayed", "transparent text"
TINY, OFF_PAGE, CLIPPED, SAME_COLOUR = "tiny type", "off the page", "clipped", "colour of its background"

_WITHOUT_TEXT = frozenset({"script", "style", "template", "noscript", "head", "svg", "select", "textarea", "title"})
_TINY = 1.0  # CSS pixels
_FAR = -500.0  # CSS pixels
_USUAL = 16.0  # CSS pixels, of type that nothing says otherwise
_WHITE: Colour = (255, 255, 255)
_LENGTH = re.compile(r"(-?\d{1,9}(?:\.\d{1,9})?|-?\.\d{1,9})(px|pt|em|rem|%|vw|vh)?")
_PIXELS = {"px": 1.0, "pt": 4 / 3, "em": 16.0, "rem": 16.0, "vw": 12.0, "vh": 8.0, "%": 8.0}
_PLACES = ("left", "top", "right", "bottom")
_NO_ROOM = re.compile(r"rect\(\s*[01](px)?[\s,]+[01](px)?[\s,]+[01](px)?|inset\(\s*(50|100)%|circle\(\s*0")
_NO_SCALE = re.compile(r"scale[xy]?\(\s*0(\.0+)?\s*[,)]")
_FAR_MOVE = re.compile(r"translate\w*\(\s*-\d{4,}px")
_NOTHING = re.compile(r"0(\.0+)?%?")
_MARKUP = re.compile(r"<[^<>]*>")
_FOR_BROWSERS = re.compile(r"\s*\[(if|endif)", re.I)


class _Looks(NamedTuple):
    """What an element hands down to those in it: size in CSS pixels, colours where they are known."""

    size: float
    shown: bool
    ink: Colour | None
    clear: bool
    ground: Colour | None


def drop_hidden(tree: Any, body: Any) -> Hidden:
    """Take out of `body` what nobody sees, whole elements or their own words, and say what it was.

    Comments are counted in all of `tree`.
    """
    sheets = [sheet.text or "" for sheet in tree.iter("style")]
    linked = any("stylesheet" in link.get("rel", "").lower() for link in tree.iter("link"))
    foreign = linked or any("@import" in sheet for sheet in sheets)
    found: Counter[str] = Counter()
    found[COMMENT] = _comments(tree)
    _walk(body, Styles(sheets), _Looks(_USUAL, True, (0, 0, 0), False, None if foreign else _WHITE), found)
    return Hidden(found.total(), tuple(sorted(way for way, count in found.items() if count)))


def _walk(body: Any, styles: Styles, page: _Looks, found: Counter[str]) -> None:
    looks: dict[Any, _Looks | None] = {}  # None: it goes, or what it lies in
    doomed: list[Any] = []
    for element in body.iter():
        above = page if element is body else looks[element.getparent()]
        looks[element] = None
        if above is None:
            continue
        if element is not body:
            _blank(element, "tail", above, found)
        if not isinstance(element.tag, str):
            continue
        style = styles.of(element)
        way = None if element is body else way_of(element.get("hidden"), style)
        if way is not None:
            found[way] += _words_in(element)
            doomed.append(element)
            continue
        here = looks[element] = _handed_down(element, style, above)
        if element.tag not in _WITHOUT_TEXT:
            _blank(element, "text", here, found)
    for element in doomed:
        element.drop_tree()


def _blank(element: Any, place: str, looks: _Looks, found: Counter[str]) -> None:
    if _is_unseen(getattr(element, place), looks, found):
        setattr(element, place, " ")


def _is_unseen(text: str | None, looks: _Looks, found: Counter[str]) -> bool:
    if not text or not text.strip():
        return False
    way = None
    if not looks.shown:
        way = NOT_DISPLAYED
    elif looks.size <= _TINY:
        way = TINY
    elif looks.clear:
        way = TRANSPARENT
    elif html_colour.is_like(looks.ink, looks.ground):
        way = SAME_COLOUR
    if way is None:
        return False
    found[way] += _visible(text)
    return True


def way_of(hidden: str | None, style: Style) -> str | None:
    """How an element with all that is in it is hidden, or None. `hidden` is the value of that attribute."""
    if hidden not in (None, "until-found") or style.get("display") == "none":
        return NOT_DISPLAYED
    if not style:
        return None
    if _NOTHING.fullmatch(style.get("opacity", "1")):
        return TRANSPARENT
    if _is_clipped(style):
        return CLIPPED
    return OFF_PAGE if _is_far(style) else None


def way_of_words(style: Style) -> str | None:
    """How the words of an element are hidden that nothing is known of but its own `style`, or None."""
    if style.get("visibility") in ("hidden", "collapse"):
        return NOT_DISPLAYED
    if _size(style.get("font-size", ""), _USUAL) <= _TINY:
        return TINY
    return TRANSPARENT if _ink(style.get("color", ""), _Looks(_USUAL, True, None, False, None))[1] else None


def _is_clipped(style: Style) -> bool:
    if _NO_ROOM.match(style.get("clip", "")) or _NO_ROOM.match(style.get("clip-path", "")):
        return True
    if _NO_SCALE.search(style.get("transform", "")):
        return True
    sides = [_pixels(style.get(side, "")) for side in ("height", "max-height", "width", "max-width")]
    return style.get("overflow") == "hidden" and any(side is not None and side <= _TINY for side in sides)


def _is_far(style: Style) -> bool:
    moved = [style.get("text-indent", ""), style.get("margin-left", "")]
    if style.get("position") in ("absolute", "fixed", "relative"):
        moved += [style.get(place, "") for place in _PLACES]
    far = any((pixels := _pixels(value)) is not None and pixels <= _FAR for value in moved)
    return far or _FAR_MOVE.search(style.get("transform", "")) is not None


def _handed_down(element: Any, style: Style, above: _Looks) -> _Looks:
    if not style and not element.get("bgcolor") and element.tag != "font":
        return above
    ink, clear = _ink(style.get("color", element.get("color", "").lower() if element.tag == "font" else ""), above)
    ground = above.ground
    if style.get("position") in ("absolute", "fixed", UNKNOWN):
        ground = None  # it may lie on anything
    painted = style.get("background", element.get("bgcolor", "").lower())
    ground = html_colour.ground(painted, ground) if painted else ground
    if "background-image" in style or UNKNOWN in painted:
        ground = None
    if any(name in style for name in ("text-shadow", "background-clip", "-webkit-background-clip")):
        ink, clear = None, False
    visibility = style.get("visibility", "inherit")
    shown = visibility not in ("hidden", "collapse") and (above.shown or visibility in ("visible", UNKNOWN))
    return _Looks(_size(style.get("font-size", ""), above.size), shown, ink, clear, ground)


def _ink(value: str, above: _Looks) -> tuple[Colour | None, bool]:
    if not value or value in ("inherit", "currentcolor"):
        return above.ink, above.clear
    found = html_colour.colour(value)
    return (None, False) if found is None else (found[0], found[1] <= 0.01)


def _size(value: str, above: float) -> float:
    number = _LENGTH.fullmatch(value)
    if not value or value == "inherit":
        return above
    if number is None:
        return _USUAL
    if number.group(2) in ("em", "%"):
        return above * float(number.group(1)) / (100 if number.group(2) == "%" else 1)
    return _pixels(value) or 0.0


def _pixels(value: str) -> float | None:
    number = _LENGTH.fullmatch(value)
    return float(number.group(1)) * _PIXELS.get(number.group(2), 1.0) if number else None


def _comments(tree: Any) -> int:
    """Characters of words; markup that was commented out and conditions for old browsers are none."""
    from lxml import etree

    texts = [comment.text or "" for comment in tree.iter(etree.Comment)]
    return sum(_visible(_MARKUP.sub("", text)) for text in texts if not _FOR_BROWSERS.match(text))


def _words_in(element: Any) -> int:
    inside = [part for part in element.iter() if isinstance(part.tag, str) and part.tag not in _WITHOUT_TEXT]
    return sum(_visible(part.text) + (_visible(part.tail) if part is not element else 0) for part in inside)


def _visible(text: str | None) -> int:
    return sum(map(len, (text or "").split()))
