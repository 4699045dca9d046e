"""The graphics state of a PDF page: colours, clip, path, transparency, as far as it decides what can be seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, NamedTuple

from ragcite.reading.pdf_surface import Box, Colour, Matrix, Point, moved, upright

BLACK: Colour = (0.0, 0.0, 0.0)
_RECTANGLE_POINTS = (4, 5)
_BY_SPACE = {
    **dict.fromkeys(("/DeviceGray", "/CalGray", "/G"), 1),
    **dict.fromkeys(("/DeviceRGB", "/CalRGB", "/RGB"), 3),
    **dict.fromkeys(("/DeviceCMYK", "/CMYK"), 4),
}


class State(NamedTuple):
    """What `q` saves and `Q` restores. `fill_space`: components of the colour space, 0 where they say no colour.

    `clip_exact`: the clip is the box itself, not only inside it. `blends`: what lies below shines through.
    """

    clip: Box
    clip_exact: bool = True
    fill: Colour | None = BLACK
    stroke: Colour | None = BLACK
    fill_space: int = 1
    stroke_space: int = 1
    line_width: float = 1.0
    alpha: float = 1.0
    blends: bool = False
    masked: bool = False
    render_mode: int = 0
    font: str = ""
    size: float = 0.0

    @property
    def opaque(self) -> bool:
        return self.alpha >= 1.0 and not self.blends and not self.masked


def colour(components: Sequence[Any], space: int) -> Colour | None:
    """None unless `components` are `space` numbers of a gray, RGB or CMYK space."""
    if len(components) != space:
        return None
    values = [min(max(float(value), 0.0), 1.0) for value in components]
    if space == 1:
        return values[0], values[0], values[0]
    if space == 3:
        return values[0], values[1], values[2]
    cyan, magenta, yellow, black = values
    return 1 - min(1.0, cyan + black), 1 - min(1.0, magenta + black), 1 - min(1.0, yellow + black)


def components_of(name: Any, resources: Any) -> int:
    """How many numbers make a colour of this space; 0 for spots, patterns and palettes: not followed."""
    if name in _BY_SPACE:
        return _BY_SPACE[name]
    space = entry(resources, "/ColorSpace", name)
    if isinstance(space, list) and space:
        kind = str(space[0])
        if kind == "/ICCBased":
            return int(space[1].get_object().get("/N", 0))
        return _BY_SPACE.get(kind, 0)
    return _BY_SPACE.get(str(space), 0)


def entry(resources: Any, kind: str, name: Any) -> Any:
    """The named resource, or None."""
    if resources is None or kind not in resources:
        return None
    found = resources[kind].get_object().get(name)
    return found.get_object() if found is not None else None


def with_parameters(state: State, parameters: Any) -> State:
    """After `gs`."""
    alpha, mode, mask = (parameters.get(key) for key in ("/ca", "/BM", "/SMask"))
    if alpha is not None:
        state = state._replace(alpha=float(alpha))
    if mode is not None:
        state = state._replace(blends=str(mode) not in ("/Normal", "/Compatible"))
    return state if mask is None else state._replace(masked=str(mask) != "/None")


class Shape(NamedTuple):
    """A piece of a path; `exact`: it fills its box."""

    box: Box
    exact: bool


@dataclass(slots=True)
class Path:
    """The path under construction, in the coordinates of the content stream."""

    clips: bool = False
    _pieces: list[tuple[list[Point], bool]] = field(default_factory=list)  # points, and whether a curve is among them
    _turns: list[bool] = field(default_factory=list)  # of each rectangle: which way round it was drawn

    def move(self, operands: Sequence[float]) -> None:
        self._pieces.append(([(operands[0], operands[1])], False))

    def line(self, operands: Sequence[float]) -> None:
        self._pieces[-1][0].append((operands[0], operands[1]))

    def curve(self, operands: Sequence[float]) -> None:
        points, _ = self._pieces[-1]
        points += zip(operands[::2], operands[1::2], strict=True)
        self._pieces[-1] = points, True

    def rectangle(self, operands: Sequence[float]) -> None:
        x, y, width, height = operands[:4]
        self._pieces.append(([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], False))
        self._turns.append(width * height >= 0)

    def clip(self, operands: object) -> None:
        del operands
        self.clips = True

    def clear(self) -> None:
        self._pieces, self._turns, self.clips = [], [], False

    def shapes(self, matrix: Matrix, even_odd: bool) -> list[Shape]:
        """On the page. Where pieces may cut holes into each other none of them is exact."""
        alike = len(self._turns) == len(self._pieces) and len(set(self._turns)) == 1
        holes = len(self._pieces) > 1 and (even_odd or not alike)
        straight = upright(matrix) and not holes
        return [
            Shape(Box.around([moved(point, matrix) for point in points]), straight and not curved and _is_box(points))
            for points, curved in self._pieces
        ]


def _is_box(points: list[Point]) -> bool:
    if len(points) not in _RECTANGLE_POINTS or (len(points) == 5 and points[4] != points[0]):
        return False
    ring = [*points[:4], points[0]]
    sides = [(abs(a[0] - b[0]) < 1e-6, abs(a[1] - b[1]) < 1e-6) for a, b in pairwise(ring)]
    return all(one[0] != two[0] and one[1] != two[1] for one, two in pairwise(sides))
