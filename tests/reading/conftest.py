"""Small files made on the spot: nothing binary is kept in the repository."""

from __future__ import annotations

import io
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest

from ragcite.reading import Readers


@pytest.fixture(scope="session")
def readers() -> Iterator[Readers]:
    with Readers(timeout_s=30) as front:
        yield front


@pytest.fixture(scope="session")
def make_pdf() -> Callable[[Sequence[Sequence[tuple[str, float]]]], bytes]:
    """Pages of (line, size in points) to the bytes of a PDF."""

    def make(pages: Sequence[Sequence[tuple[str, float]]]) -> bytes:
        from reportlab.pdfgen.canvas import Canvas

        buffer = io.BytesIO()
        canvas = Canvas(buffer, invariant=1)
        for page in pages:
            y = 800.0
            for line, size in page:
                y -= 1.4 * size
                canvas.setFont("Helvetica", size)
                canvas.drawString(60, y, line)
            canvas.showPage()
        canvas.save()
        return buffer.getvalue()

    return make


@pytest.fixture(scope="session")
def eval_data() -> Path:
    folder = os.environ.get("RAGCITE_EVAL_DATA")
    if not folder:
        pytest.skip("RAGCITE_EVAL_DATA is not set")
    return Path(folder)
