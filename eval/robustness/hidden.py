"""Promise 12: what hidden text reaches a passage. Files made by hand, each with a sentence to see and a hidden word."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from eval.robustness.data import one_page_pdf
from eval.robustness.measure import Outcome, Sizes, State
from ragcite.reading import Readers

HIDDEN = "HIDDENWORD"
PLAIN = "The valve opens at 40 bar."
SCRIPTS = "يفتح الصمام عند ضغط. השסתום נפתח. वाल्व खुलता है. 👩‍🔬"
GOAL_FILES = 60
MARKDOWN_ONLY = ("comment", "link definition never used")  # plain to see in a text file


@dataclass(frozen=True, slots=True)
class Case:
    name: str
    how: str
    data: bytes


def measure(sizes: Sizes) -> Outcome:
    del sizes
    rows, through, kept = [], 0, 0
    cases = list(made())
    with Readers() as readers:
        for case in cases:
            text = readers.read(case.name, case.data).text
            shown = HIDDEN in text or spelled_in_tags(HIDDEN) in text or "\u200b".join(HIDDEN) in text
            through += shown
            rows.append((case.name.rsplit(".")[-1], case.how, "reaches the passages" if shown else "left out"))
        for name in ("clean.txt", "clean.md", "clean.html"):
            kept += SCRIPTS in readers.read(name, SCRIPTS.encode()).text
    out = Outcome()
    found = (
        f"there is no detector: nothing is flagged. Of {len(cases)} files made by hand {through} let their hidden text "
        f"through, {len(cases) - through} leave it out; Arabic, Hebrew, Hindi and emoji whole in {kept} of 3. The "
        f"{GOAL_FILES} files of the goal do not exist."
    )
    out.add(12, "`eval/robustness/hidden.py`", found, State.MISSED)
    out.table("Hidden text, file by file", ("format", "hidden how", "what became of it"), rows)
    return out


def spelled_in_tags(word: str) -> str:
    return "".join(chr(0xE0000 + ord(letter)) for letter in word)


def made() -> Iterator[Case]:
    yield from _pages()
    yield from _texts()
    yield from _pdfs()


def _pages() -> Iterator[Case]:
    """`head`: a style sheet in the page, which no browser-less reader applies."""
    styles = {
        "comment": f"<!-- {HIDDEN} -->",
        "display:none": f'<p style="display:none">{HIDDEN}</p>',
        "hidden attribute": f"<p hidden>{HIDDEN}</p>",
        "visibility:hidden": f'<p style="visibility:hidden">{HIDDEN}</p>',
        "font-size:0": f'<p style="font-size:0">{HIDDEN}</p>',
        "opacity:0": f'<p style="opacity:0">{HIDDEN}</p>',
        "white on white": f'<p style="color:#fff;background:white">{HIDDEN}</p>',
        "font-size:1px": f'<p style="font-size:1px">{HIDDEN}</p>',
        "off the page": f'<p style="position:absolute;left:-9999px">{HIDDEN}</p>',
        "clipped": f'<p style="clip-path:inset(100%)">{HIDDEN}</p>',
        "by a style sheet": f"<style>.x{{display:none}}</style><p class=x>{HIDDEN}</p>",
        "title attribute": f'<p title="{HIDDEN}">words</p>',
        "tag characters": f"<p>{spelled_in_tags(HIDDEN)}</p>",
    }
    for how, body in styles.items():
        yield Case("page.html", how, f"<p>{PLAIN}</p>{body}".encode())


def _texts() -> Iterator[Case]:
    kinds = {
        "comment": f"<!-- {HIDDEN} -->",
        "tag characters": spelled_in_tags(HIDDEN),
        "zero-width characters": "\u200b".join(HIDDEN),
        "bidi override": f"\u202e{HIDDEN}\u202c",
        "link definition never used": f'[x]: https://example.org "{HIDDEN}"',
    }
    for suffix in ("md", "txt"):
        for how, body in kinds.items():
            if suffix == "txt" and how in MARKDOWN_ONLY:
                continue
            yield Case(f"text.{suffix}", how, f"{PLAIN}\n\n{body}\n".encode())


def _pdfs() -> Iterator[Case]:
    states = {
        "white": f"1 1 1 rg 60 700 Td ({HIDDEN}) Tj",
        "tiny": f"/F 0.1 Tf 60 700 Td ({HIDDEN}) Tj",
        "invisible (render mode 3)": f"3 Tr 60 700 Td ({HIDDEN}) Tj",
        "off the page": f"-5000 700 Td ({HIDDEN}) Tj",
    }
    for how, operators in states.items():
        yield Case("page.pdf", how, pdf(f"BT {operators} ET"))
    yield Case("page.pdf", "covered", pdf(f"BT 60 700 Td ({HIDDEN}) Tj ET 0 0 0 rg 0 690 600 30 re f"))


def pdf(more: str) -> bytes:
    return one_page_pdf(zlib.compress(f"BT /F 12 Tf 60 760 Td ({PLAIN}) Tj ET /F 12 Tf {more}".encode()))
