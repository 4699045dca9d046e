"""CSS colours, as far as they are written as names, hexadecimal or rgb(); any other is not known."""

from __future__ import annotations

import re

Colour = tuple[int, int, int]  # red, green, blue, 0..255

_NAMES: dict[str, Colour] = {
    "white": (255, 255, 255),
    "snow": (255, 250, 250),
    "ivory": (255, 255, 240),
    "ghostwhite": (248, 248, 255),
    "whitesmoke": (245, 245, 245),
    "black": (0, 0, 0),
    "silver": (192, 192, 192),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "red": (255, 0, 0),
    "lime": (0, 255, 0),
    "green": (0, 128, 0),
    "blue": (0, 0, 255),
    "navy": (0, 0, 128),
    "yellow": (255, 255, 0),
}
_HEX = re.compile(r"#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_RGB = re.compile(r"rgba?\(\s*(\d{1,3})[\s,]+(\d{1,3})[\s,]+(\d{1,3})\s*(?:[,/]\s*([\d.]{1,6})(%?)\s*)?\)")
_TOKEN = re.compile(r"#[0-9a-f]+|rgba?\([^)]*\)|[a-z-]+\(|[a-z]+")
_NO_COLOUR = frozenset(
    "none transparent no-repeat repeat fixed scroll center top left right bottom initial unset".split()
)
_SAME = 10  # of 255, each channel


def colour(value: str) -> tuple[Colour, float] | None:
    """The colour and its opacity in [0, 1], or None."""
    if value == "transparent":
        return (0, 0, 0), 0.0
    if value in _NAMES:
        return _NAMES[value], 1.0
    if found := _HEX.fullmatch(value):
        digits = found.group(1)
        digits = "".join(2 * digit for digit in digits) if len(digits) < 6 else digits
        red, green, blue, *rest = bytes.fromhex(digits)
        return (red, green, blue), rest[0] / 255 if rest else 1.0
    if found := _RGB.fullmatch(value):
        red, green, blue = (int(part) for part in found.groups()[:3])
        try:
            alpha = float(found.group(4) or 1) / (100 if found.group(5) else 1)
        except ValueError:
            return None
        return (red, green, blue), alpha
    return None


def ground(value: str, below: Colour | None) -> Colour | None:
    """What `background: value` makes of the ground `below`; None where that is not known."""
    for token in _TOKEN.findall(value):
        if token in _NO_COLOUR:
            continue
        found = colour(token)
        if found is None or "url(" in value or "gradient(" in value:
            return None
        if found[1] >= 1.0:
            return found[0]
        return below if found[1] <= 0.0 else None
    return below


def is_like(ink: Colour | None, below: Colour | None) -> bool:
    """Whether nobody could tell `ink` from its ground."""
    if ink is None or below is None:
        return False
    return max(abs(one - other) for one, other in zip(ink, below, strict=True)) <= _SAME
