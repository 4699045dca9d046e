"""The files of promise 12: each with a sentence to see; half of them hide a word, half of them are clean."""

from __future__ import annotations

import zlib
from dataclasses import dataclass

from eval.robustness.data import one_page_pdf

HIDDEN = "HIDDENWORD"
PLAIN = "The valve opens at 40 bar."
SCRIPTS = "يفتح الصمام عند ضغط. השסתום נפתח. वाल्व क्‍ष खुलता है. می‌خواهم 👩‍🔬 ❤️"
FLAG = "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"
SCAN = "q 600 0 0 800 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q"
BITS = "".join("\u200b\u200c"[ord(letter) >> bit & 1] for letter in HIDDEN for bit in range(8))


@dataclass(frozen=True, slots=True)
class Case:
    """`seen` must be in the text, none of `hides` may be; a clean file hides nothing."""

    name: str
    how: str
    data: bytes
    seen: tuple[str, ...]
    hides: tuple[str, ...] = ()

    @property
    def format(self) -> str:
        return self.name.rsplit(".", maxsplit=1)[-1]


def cases() -> list[Case]:
    return [*_pages(), *_texts(), *_pdfs()]


def tagged(word: str) -> str:
    return "".join(chr(0xE0000 + ord(letter)) for letter in word)


def selected(word: str) -> str:
    """Every letter as a variation selector of the supplement."""
    return "".join(chr(0xE0100 + ord(letter)) for letter in word)


def pdf(more: str) -> bytes:
    return one_page_pdf(zlib.compress(f"BT /F 12 Tf 60 760 Td ({PLAIN}) Tj ET /F 12 Tf {more}".encode()))


def _pages() -> list[Case]:
    hiding = {
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
        "by a style sheet in the page": f"<style>.x{{display:none}}</style><p class=x>{HIDDEN}</p>",
        "title attribute": f'<p title="{HIDDEN}">words</p>',
        "tag characters": f"<p>{tagged(HIDDEN)}</p>",
        "white, style sheet from elsewhere": f'<link rel=stylesheet href=a.css><p style="color:#fff">{HIDDEN}</p>',
        "display:none below a parent": f"<style>.a .x{{display:none}}</style><div class=a><p class=x>{HIDDEN}",
        "visibility:hidden in a parent": f"<style>.a>p{{visibility:hidden}}</style><div class=a><p>{HIDDEN}</p></div>",
    }
    clean = {
        "child of font-size:0 with a size": f'<div style="font-size:0"><p style="font-size:13px">{HIDDEN}</p></div>',
        "child shown again": f'<div style="visibility:hidden"><p style="visibility:visible">{HIDDEN}</p></div>',
        "white on navy": f'<p style="color:#fff;background:navy">{HIDDEN}</p>',
        "white on a picture": f'<p style="color:#fff;background:url(a.png)">{HIDDEN}</p>',
        "not displayed in print only": f"<style>@media print{{.x{{display:none}}}}</style><p class=x>{HIDDEN}</p>",
        "hidden, shown by another rule": f"<style>.x{{display:none}}.j .x{{display:block}}</style><p class=x>{HIDDEN}",
        "not displayed below another parent": f"<style>.a .x{{display:none}}</style><p class=x>{HIDDEN}",
        "not displayed without scripts": f"<style>.no-js p{{display:none}}</style><div class=no-js><p>{HIDDEN}",
        "moved a little": f'<p style="position:relative;left:-40px">{HIDDEN}</p>',
        "Arabic, Hebrew, Hindi, Persian, emoji": f"<p>{HIDDEN} {SCRIPTS} {FLAG}</p>",
    }
    return _of("page.html", f"<p>{PLAIN}</p>", hiding, clean)


def _texts() -> list[Case]:
    characters = {
        "tag characters": tagged(HIDDEN),
        "variation selectors": f"😀{selected(HIDDEN)}",
        "zero-width characters as bits": BITS,
        "bidi override": f"\u202e{HIDDEN}\u202c",
    }
    needed = {
        "Arabic, Hebrew, Hindi, Persian, emoji": f"{HIDDEN} {SCRIPTS}",
        "flag of England": f"{HIDDEN} {FLAG}",
        "ideographic variants": f"{HIDDEN} 葛\U000e0100城",
        "isolates and direction marks": f"{HIDDEN} \u2068abc\u2069 השסתום\u200f (40)",
        "single zero-width spaces": f"{HIDDEN} ภาษา\u200bไทย data\u200bbase",
    }
    comments = {
        "comment": f"<!-- {HIDDEN} -->",
        "link definition never used": f'[x]: https://example.org "{HIDDEN}"',
        "comment in a list": f"- words\n\n    <!-- {HIDDEN} -->",
        "element not displayed": f'<p style="display:none">{HIDDEN}</p>',
        "hidden attribute": f"words <span hidden>{HIDDEN}</span> words",
        "hidden element, never closed": f"<div hidden>\n{HIDDEN}",
    }
    shown = {
        "comment in code": f"`<!-- {HIDDEN} -->`",
        "comment in a fence": f"```\n<!-- {HIDDEN} -->\n```",
        "hidden element in code": f"`<p hidden>{HIDDEN}</p>`",
        "link definition that is used": f'See [x].\n\n[x]: https://example.org "{HIDDEN}"',
    }
    return [
        *_of("text.txt", f"{PLAIN}\n\n", characters, needed),
        *_of("text.md", f"{PLAIN}\n\n", characters | comments, shown),
    ]


def _pdfs() -> list[Case]:
    hiding = {
        "white": f"BT 1 1 1 rg 60 700 Td ({HIDDEN}) Tj ET",
        "blue on blue": f"0 0 1 rg 50 690 200 30 re f BT 60 700 Td ({HIDDEN}) Tj ET",
        "tiny": f"BT /F 0.1 Tf 60 700 Td ({HIDDEN}) Tj ET",
        "invisible (render mode 3)": f"BT 3 Tr 60 700 Td ({HIDDEN}) Tj ET",
        "off the page": f"BT -5000 700 Td ({HIDDEN}) Tj ET",
        "covered": f"BT 60 700 Td ({HIDDEN}) Tj ET 0 0 0 rg 0 690 600 30 re f",
    }
    clean = {
        "pale grey": f"BT 0.85 g 60 700 Td ({HIDDEN}) Tj ET",
        "small": f"BT /F 4 Tf 60 700 Td ({HIDDEN}) Tj ET",
        "white on black": f"0 g 50 690 200 30 re f BT 1 g 60 700 Td ({HIDDEN}) Tj ET",
        "white on a round shape": f"0 g 50 690 m 250 690 300 710 250 730 c f BT 1 g 60 700 Td ({HIDDEN}) Tj ET",
        "white on a thick stroke": f"20 w 40 705 m 300 705 l S BT 1 g 60 700 Td ({HIDDEN}) Tj ET",
        "white on a picture": f"{SCAN} BT 1 g 60 700 Td ({HIDDEN}) Tj ET",
        "OCR layer over its scan": f"{SCAN} BT 3 Tr 60 700 Td ({HIDDEN}) Tj ET",
        "OCR layer under its scan": f"BT 3 Tr 60 700 Td ({HIDDEN}) Tj ET {SCAN}",
        "begins left of the page": f"BT -8 700 Td ({HIDDEN}) Tj ET",
        "beside a white rectangle": f"BT 60 700 Td ({HIDDEN}) Tj ET 1 g 50 100 200 30 re f",
        "inside a white frame": f"BT 60 700 Td ({HIDDEN}) Tj ET 1 g 0 0 600 800 re 40 690 300 30 re f*",
        "beside a clipped black fill": f"q 300 0 90 90 re W n 0 0 600 800 re f Q BT 60 700 Td ({HIDDEN}) Tj ET",
    }
    made = [Case("page.pdf", how, pdf(body), (PLAIN,), (HIDDEN,)) for how, body in hiding.items()]
    return made + [Case("page.pdf", how, pdf(body), (PLAIN, HIDDEN)) for how, body in clean.items()]


def _of(name: str, before: str, hiding: dict[str, str], clean: dict[str, str]) -> list[Case]:
    """Hidden text must not be there as it was written, nor its word in plain letters."""
    unseen = (HIDDEN, tagged(HIDDEN), selected(HIDDEN), BITS)
    made = [Case(name, how, f"{before}{body}\n".encode(), (PLAIN,), unseen) for how, body in hiding.items()]
    for how, body in clean.items():
        made.append(Case(name, how, f"{before}{body}\n".encode(), (PLAIN, HIDDEN, *_needed(body))))
    return made


def _needed(body: str) -> list[str]:
    """What else a clean file must keep whole: everything of it that is not ASCII."""
    return [part for part in (SCRIPTS, FLAG) if part in body] + [
        word.strip("<>/p") for word in body.split() if not word.isascii() and SCRIPTS not in body
    ]
