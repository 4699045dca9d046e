"""Which text of a PDF page nobody sees: invisible, tiny, off the page, covered, in the colour of its background.

Where it cannot be sure (gradients, patterns, masks, odd shapes, layers) text counts as seen. Invisible text over a
scanned image is the scan's OCR layer and stays: what the image shows is not looked at.
"""

from __future__ import annotations

from typing import Any

from ragcite.reading.pdf_surface import WHITE, Box, Colour, Matrix, Point, Surface, moved, scale
from ragcite.reading.pdf_watch import MAX_SHOWS, SHOWS, Show, Watch

INVISIBLE, TRANSPARENT, TINY = "invisible text", "transparent text", "tiny type"
OFF_PAGE, COVERED, SAME_COLOUR = "off the page", "covered", "colour of its background"

_TINY = 1.0  # points
_TINY_SHARE = 1 / 400  # of the page's height, where that is less: small pages have small type
_SAME = 0.04  # of each channel
_NARROW, _WIDE = 0.4, 1.0  # em a glyph: to claim that text lies under something, and that it lies outside of something
_CLIPS = 4  # render modes from here on make the text a window on what is painted next
_MIDDLE = 0.3  # em above the line: there every letter has ink


def hidden_places(watch: Watch) -> dict[int, str]:
    """The places (`Show.place`) of the text on a page that nobody sees, and how each is hidden."""
    if len(watch.shows) > MAX_SHOWS:
        return {}
    found = ((show.place, _way(show, watch.surface)) for show in watch.shows)
    return {place: way for place, way in found if way is not None}


class Blindfold:
    """A visitor of operands that empties the text at `places` before pypdf reads it."""

    def __init__(self, places: dict[int, str]) -> None:
        self._places = places
        self._count = 0

    def before(self, operator: bytes, operands: Any, cm: Matrix, tm: Matrix) -> None:
        del cm, tm
        if operator not in SHOWS:
            return
        self._count += 1
        if self._count in self._places:
            operands[-1] = type(operands[-1])()


def _way(show: Show, surface: Surface) -> str | None:
    if show.state.render_mode == 3 and not show.glyph_programs:
        return None if _is_ocr(show, surface) else INVISIBLE
    if show.state.alpha <= 0.01:
        return TRANSPARENT
    if not show.glyph_programs and _size(show) < min(_TINY, _TINY_SHARE * (surface.page.top - surface.page.bottom)):
        return TINY
    if _is_outside(show, surface):
        return OFF_PAGE
    bare = surface.blank and not any(_is_like(ink, WHITE) for ink in _inks(show))
    if bare or surface.confused:
        return None
    points = _line(show)
    if _is_covered(show, points, surface):
        return COVERED
    return SAME_COLOUR if _has_its_grounds_colour(show, points, surface) else None


def _size(show: Show) -> float:
    """In points on the page."""
    return abs(show.state.size) * scale(show.matrix)


def _line(show: Show) -> list[Point]:
    """Start, middle and end of the text, where it certainly has ink."""
    size, width = show.state.size, _NARROW * show.state.size * show.glyphs
    return [moved((show.advance + share * width, _MIDDLE * size), show.matrix) for share in (0.1, 0.5, 0.9)]


def _is_ocr(show: Show, surface: Surface) -> bool:
    if surface.scanned:
        return not _is_outside(show, surface)
    return any(map(surface.on_image, _line(show)))


def _is_outside(show: Show, surface: Surface) -> bool:
    clip = show.state.clip.meet(surface.page)
    if clip.holds((show.matrix[4], show.matrix[5])):
        return False
    size, width = show.state.size, show.advance + _WIDE * show.glyphs * show.state.size
    corners = [(-size, -size), (width + size, -size), (width + size, 1.5 * size), (-size, 1.5 * size)]
    return Box.around([moved(corner, show.matrix) for corner in corners]).meet(clip).empty


def _is_covered(show: Show, points: list[Point], surface: Surface) -> bool:
    if show.state.render_mode >= _CLIPS:
        return False
    covers = [surface.over(point, show.order) for point in points]
    under_scan = surface.scanned and any(cover is not None and cover.image for cover in covers)
    return all(cover is not None for cover in covers) and not under_scan


def _has_its_grounds_colour(show: Show, points: list[Point], surface: Surface) -> bool:
    inks = _inks(show)
    grounds = [surface.under(point, show.order) for point in points]
    return bool(inks) and all(_is_like(ink, ground) for ground in grounds for ink in inks)


def _inks(show: Show) -> list[Colour | None]:
    """By render mode (ISO 32000-1, table 106): filled, stroked or both; none where the text is a clip or a program."""
    state = show.state
    by_mode = {0: [state.fill], 1: [state.stroke], 2: [state.fill, state.stroke]}
    return [] if show.glyph_programs else by_mode.get(state.render_mode, [])


def _is_like(ink: Colour | None, ground: Colour | None) -> bool:
    if ink is None or ground is None:
        return False
    return max(abs(one - other) for one, other in zip(ink, ground, strict=True)) <= _SAME
