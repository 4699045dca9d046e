"""Follows the operators of a PDF page while pypdf extracts its text: what is shown where, and what is painted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from ragcite.reading import pdf_graphics as graphics
from ragcite.reading.pdf_surface import IDENTITY, Box, Colour, Matrix, Paint, Surface, moved, scale, times, upright

SHOWS = frozenset({b"Tj", b"TJ", b"'", b'"'})
MAX_SHOWS = 200_000
_THICK = 4.0  # points: a stroke that can be a background
_UNIT = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
_ADVANCE = 0.5  # em, of a glyph whose width is not looked up

_EVERYWHERE = Box(-1e6, -1e6, 1e6, 1e6)

Handler = Callable[[Any], None]


class Show(NamedTuple):
    """A piece of text: the operator's place among all that show text, and the state in which it did.

    `order` counts all operators; `matrix` is that of the line, in whose units the text begins about
    `advance` later. `glyph_programs`: a Type 3 font, to which size, mode and colour mean something else.
    """

    order: int
    place: int
    matrix: Matrix
    advance: float
    glyphs: int
    state: graphics.State
    glyph_programs: bool


class _Frame(NamedTuple):
    """What a form XObject interrupts; `seen` and `box` tell later whether pypdf looked into it, and where it lies."""

    states: list[graphics.State]
    state: graphics.State
    outer: Matrix
    resources: Any
    layers: list[bool]
    seen: int
    box: Box


class Watch:
    """`before` and `after` are visitors of operands for pypdf's `extract_text`."""

    def __init__(self, page: Any) -> None:
        self.surface = Surface(_visible(page))
        self.shows: list[Show] = []
        self.places = 0
        self._state = graphics.State(self.surface.page)
        self._states: list[graphics.State] = []
        self._resources = _resources(page)
        self._frames: list[_Frame | None] = []  # one for each open `Do`; None: it draws no form
        self._layers: list[bool] = []  # open marked content, and whether it is optional: it may not be shown at all
        self._path = graphics.Path()
        self._fonts: dict[tuple[int, str], tuple[bool, int]] = {}
        self._advance = 0.0
        self._seen = 0
        self._cm: Matrix = IDENTITY
        self._tm: Matrix = IDENTITY
        self._outer: Matrix = IDENTITY
        self._handlers = self._of_state() | self._of_paint()

    def before(self, operator: bytes, operands: Any, cm: Matrix, tm: Matrix) -> None:
        self._seen += 1
        if operator in SHOWS:
            self.places += 1
        elif operator == b"Do":
            self._frames.append(None)
        handler = self._handlers.get(operator)
        if handler is None:
            return
        self._cm, self._tm = cm, tm
        try:
            handler(operands)
        except (TypeError, ValueError, LookupError, AttributeError, ArithmeticError):
            return  # a malformed operator; pypdf passes it over as well

    def after(self, operator: bytes, operands: Any, cm: Matrix, tm: Matrix) -> None:
        del operands, cm, tm
        frame = self._frames.pop() if operator == b"Do" else None
        if frame is not None:
            self._leave_form(frame)

    def _of_state(self) -> dict[bytes, Handler]:
        handlers: dict[bytes, Handler] = {
            b"q": lambda _: self._states.append(self._state),
            b"Q": lambda _: self._become(self._states.pop()),
            b"gs": self._parameters,
            b"w": lambda given: self._set(line_width=float(given[0])),
            b"Tr": lambda given: self._set(render_mode=int(given[0])),
            b"Tf": lambda given: self._set(font=str(given[0]), size=float(given[1])),
            b"cs": lambda given: self._set(**self._space("fill", given)),
            b"CS": lambda given: self._set(**self._space("stroke", given)),
            b"sc": lambda given: self._set(fill=graphics.colour(given, self._state.fill_space)),
            b"SC": lambda given: self._set(stroke=graphics.colour(given, self._state.stroke_space)),
            b"BMC": lambda _: self._layers.append(False),
            b"BDC": lambda given: self._layers.append(given[0] == "/OC"),
            b"EMC": lambda _: self._layers.__delitem__(-1),
        }
        handlers[b"scn"], handlers[b"SCN"] = handlers[b"sc"], handlers[b"SC"]
        for operator, space in ((b"g", 1), (b"rg", 3), (b"k", 4)):
            handlers[operator] = self._fills(space)
            handlers[operator.upper()] = self._strokes(space)
        return handlers

    def _of_paint(self) -> dict[bytes, Handler]:
        path = self._path
        handlers: dict[bytes, Handler] = {
            b"m": path.move,
            b"l": path.line,
            b"re": path.rectangle,
            b"n": lambda _: self._end_path(False, False),
            b"sh": lambda _: self._paint(graphics.Shape(self._state.clip, False), None),
            b"Do": self._draw,
            b"INLINE IMAGE": lambda _: self._image(None),
        }
        handlers |= dict.fromkeys((b"c", b"v", b"y"), path.curve)
        handlers |= dict.fromkeys((b"W", b"W*"), path.clip)
        handlers |= dict.fromkeys((b"f", b"F", b"B", b"b"), lambda _: self._end_path(True, False))
        handlers |= dict.fromkeys((b"f*", b"B*", b"b*"), lambda _: self._end_path(True, True))
        handlers |= dict.fromkeys((b"S", b"s"), self._stroke)
        handlers |= dict.fromkeys((b"BT", b"Td", b"TD", b"Tm", b"T*"), self._new_line)
        return handlers | dict.fromkeys(SHOWS, self._show)

    def _become(self, state: graphics.State) -> None:
        self._state = state

    def _set(self, **changes: Any) -> None:
        self._state = self._state._replace(**changes)

    def _fills(self, space: int) -> Handler:
        return lambda given: self._set(fill=graphics.colour(given, space), fill_space=space)

    def _strokes(self, space: int) -> Handler:
        return lambda given: self._set(stroke=graphics.colour(given, space), stroke_space=space)

    def _space(self, use: str, operands: Any) -> dict[str, Any]:
        """A colour space begins with black, where its colours can be followed."""
        space = graphics.components_of(operands[0], self._resources)
        return {f"{use}_space": space, use: graphics.BLACK if space else None}

    def _parameters(self, operands: Any) -> None:
        found = graphics.entry(self._resources, "/ExtGState", operands[0])
        if found is not None:
            self._state = graphics.with_parameters(self._state, found)

    def _matrix(self) -> Matrix:
        return self._cm if self._outer is IDENTITY else times(self._cm, self._outer)

    def _new_line(self, operands: Any) -> None:
        del operands
        self._advance = 0.0

    def _show(self, operands: Any) -> None:
        if len(self.shows) > MAX_SHOWS:
            return
        shown = operands[-1] if isinstance(operands[-1], list) else [operands[-1]]
        glyph_programs, code_bytes = self._font()
        size, glyphs, advance = self._state.size, 0, 0.0
        for item in shown:
            if isinstance(item, (str, bytes)):
                glyphs += len(item) // code_bytes
            else:
                advance -= float(item) / 1000 * size
        if glyphs:
            matrix = times(self._tm, self._matrix())
            self.shows.append(Show(self._seen, self.places, matrix, self._advance, glyphs, self._state, glyph_programs))
        self._advance += advance + _ADVANCE * glyphs * size

    def _font(self) -> tuple[bool, int]:
        """Whether it is a Type 3 font, and how many bytes stand for a glyph."""
        key = id(self._resources), self._state.font
        if key not in self._fonts:
            found = graphics.entry(self._resources, "/Font", self._state.font)
            kind = str(found.get("/Subtype", "")) if found is not None else ""
            self._fonts[key] = kind == "/Type3", 2 if kind == "/Type0" else 1
        return self._fonts[key]

    def _end_path(self, fills: bool, even_odd: bool) -> None:
        try:
            shapes = self._path.shapes(self._matrix(), even_odd)
            for shape in shapes if fills else ():
                self._paint(shape, self._state.fill)
            if self._path.clips and shapes:
                around = Box.around([corner for shape in shapes for corner in (shape.box[:2], shape.box[2:])])
                exact = self._state.clip_exact and len(shapes) == 1 and shapes[0].exact
                self._set(clip=self._state.clip.meet(around), clip_exact=exact)
        finally:
            self._path.clear()

    def _stroke(self, operands: Any) -> None:
        del operands
        try:
            matrix = self._matrix()
            half = 0.5 * self._state.line_width * scale(matrix)
            for shape in self._path.shapes(matrix, True) if 2 * half >= _THICK else ():
                left, bottom, right, top = shape.box
                self._paint(graphics.Shape(Box(left - half, bottom - half, right + half, top + half), False), None)
        finally:
            self._path.clear()

    def _paint(self, shape: graphics.Shape, colour: Colour | None, image: bool = False, hides: bool = True) -> None:
        state = self._state
        known = shape.exact and state.clip_exact and state.opaque and hides and not any(self._layers)
        covers = known and (image or colour is not None)
        box = shape.box.meet(state.clip)
        self.surface.paint(Paint(self._seen, box, colour if known else None, covers, image))

    def _draw(self, operands: Any) -> None:
        found = graphics.entry(self._resources, "/XObject", operands[0])
        if found is not None and found.get("/Subtype") == "/Form":
            self._enter_form(found)
        elif found is not None:
            self._image(found)

    def _image(self, image: Any) -> None:
        """`image` None: an inline one, of which no more is asked."""
        matrix = self._matrix()
        box = Box.around([moved(corner, matrix) for corner in _UNIT])
        hides = image is not None and not any(key in image for key in ("/SMask", "/Mask", "/ImageMask", "/OC"))
        self._paint(graphics.Shape(box, upright(matrix)), None, image=True, hides=hides)

    def _enter_form(self, form: Any) -> None:
        outer = self._matrix()
        own = form.get("/Matrix")
        inner = times([float(value) for value in own], outer) if own is not None and len(own) == 6 else outer
        left, bottom, right, top = (float(value) for value in form["/BBox"])
        corners = [(left, bottom), (right, bottom), (right, top), (left, top)]
        box = Box.around([moved(corner, inner) for corner in corners])
        box = box.meet(self._state.clip)
        self._frames[-1] = _Frame(
            self._states, self._state, self._outer, self._resources, self._layers, self._seen, box
        )
        self._states, self._layers = [], [*self._layers, "/OC" in form]
        self._set(clip=box, clip_exact=self._state.clip_exact and upright(inner))
        self._outer = inner
        self._resources = _resources(form) or self._resources

    def _leave_form(self, frame: _Frame) -> None:
        unseen = self._seen == frame.seen
        self._states, self._state, self._outer = frame.states, frame.state, frame.outer
        self._resources, self._layers = frame.resources, frame.layers
        if unseen:  # pypdf saw no need to read it: it may paint anything
            self._paint(graphics.Shape(frame.box, False), None)


def _visible(page: Any) -> Box:
    """The crop box within the media box; where a damaged page has none, everything."""
    try:
        whole = _box(page.mediabox)
        visible = whole.meet(_box(page.cropbox))
    except (ValueError, TypeError, LookupError, AttributeError):
        return _EVERYWHERE
    return next((box for box in (visible, whole) if not box.empty), _EVERYWHERE)


def _box(rectangle: Sequence[Any]) -> Box:
    left, bottom, right, top = (float(value) for value in rectangle)
    return Box(min(left, right), min(bottom, top), max(left, right), max(bottom, top))


def _resources(owner: Any) -> Any:
    found = owner.get("/Resources")
    return found.get_object() if found is not None else None
