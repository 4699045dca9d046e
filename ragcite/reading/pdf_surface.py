"""What has been painted on a page, in order: which colour lies under a point, and what is put over it later."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

Matrix = Sequence[float]  # a b c d e f, as in ISO 32000-1, §8.3.3
Point = tuple[float, float]
Colour = tuple[float, float, float]  # red, green, blue in [0, 1]

IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
WHITE: Colour = (1.0, 1.0, 1.0)
_BANDS = 64
_MAX_PAINTS = 20_000  # a page that paints more is a map or an attack; neither is worth the time
_MAX_LOOKS = 2_000_000


class Box(NamedTuple):
    left: float
    bottom: float
    right: float
    top: float

    @classmethod
    def around(cls, points: Sequence[Point]) -> Box:
        across, up = [point[0] for point in points], [point[1] for point in points]
        return cls(min(across), min(up), max(across), max(up))

    def meet(self, other: Box) -> Box:
        return Box(
            max(self.left, other.left),
            max(self.bottom, other.bottom),
            min(self.right, other.right),
            min(self.top, other.top),
        )

    def holds(self, point: Point) -> bool:
        return self.left <= point[0] <= self.right and self.bottom <= point[1] <= self.top

    @property
    def empty(self) -> bool:
        return self.left >= self.right or self.bottom >= self.top

    @property
    def area(self) -> float:
        return 0.0 if self.empty else (self.right - self.left) * (self.top - self.bottom)


def times(first: Matrix, then: Matrix) -> Matrix:
    """The transformation that does `first`, and after it `then`."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def moved(point: Point, matrix: Matrix) -> Point:
    x, y = point
    return x * matrix[0] + y * matrix[2] + matrix[4], x * matrix[1] + y * matrix[3] + matrix[5]


def scale(matrix: Matrix) -> float:
    """How much longer lines become, the geometric mean over all directions."""
    a, b, c, d = matrix[:4]
    return math.sqrt(abs(a * d - b * c))


def upright(matrix: Matrix) -> bool:
    """Whether a rectangle stays one whose sides lie along the page's."""
    a, b, c, d = matrix[:4]
    return (abs(b) < 1e-6 and abs(c) < 1e-6) or (abs(a) < 1e-6 and abs(d) < 1e-6)


class Paint(NamedTuple):
    """`colour` None: not known, or not one. `covers`: nothing below it can be seen; `image`: it is one."""

    order: int
    box: Box
    colour: Colour | None
    covers: bool
    image: bool


@dataclass(slots=True)
class Surface:
    """The visible part of a page, white at first. Points outside every paint have the page's own white."""

    page: Box
    images_area: float = 0.0
    _paints: int = 0
    _looks: int = 0
    _bands: dict[int, list[Paint]] = field(default_factory=dict)

    @property
    def blank(self) -> bool:
        return not self._paints

    @property
    def confused(self) -> bool:
        """Too much was painted, or asked: nothing is claimed any more."""
        return self._paints > _MAX_PAINTS or self._looks > _MAX_LOOKS

    @property
    def scanned(self) -> bool:
        """Images lie on half of the page or more."""
        return self.images_area >= 0.5 * self.page.area

    def paint(self, paint: Paint) -> None:
        box = paint.box.meet(self.page)
        if box.empty or self.confused:
            return
        self._paints += 1
        self.images_area += box.area if paint.image else 0.0
        for band in range(self._band(box.bottom), self._band(box.top) + 1):
            self._bands.setdefault(band, []).append(paint)

    def under(self, point: Point, order: int) -> Colour | None:
        """The colour at `point` of what was painted before `order`; None where it is not known."""
        band = self._bands.get(self._band(point[1]), [])
        for place in range(bisect_left(band, (order,)) - 1, -1, -1):
            self._looks += 1
            if band[place].box.holds(point):
                return band[place].colour
        return WHITE

    def over(self, point: Point, order: int) -> Paint | None:
        """What covers `point` after `order`."""
        band = self._bands.get(self._band(point[1]), [])
        for place in range(bisect_left(band, (order,)), len(band)):
            self._looks += 1
            if band[place].covers and band[place].box.holds(point):
                return band[place]
        return None

    def on_image(self, point: Point) -> bool:
        band = self._bands.get(self._band(point[1]), [])
        self._looks += len(band)
        return any(paint.image and paint.box.holds(point) for paint in band)

    def _band(self, height: float) -> int:
        share = (height - self.page.bottom) / max(self.page.top - self.page.bottom, 1e-9)
        return int(min(max(share, 0.0), 1.0) * _BANDS)
