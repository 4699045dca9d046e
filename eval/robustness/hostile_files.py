"""Files made to hurt, by seed: PDF, HTML, Markdown and text, under names that hurt too."""

from __future__ import annotations

import random
from collections.abc import Iterator

from eval.robustness.hostile_pdfs import Kind, hostile_pdfs

Made = tuple[bytes, str, bytes]  # name, what it is, content
LONG = 10_000_000
SAID = "The pump was read at noon. "
NAMES = (
    b"\xff\xfe", b"\n", b"\x1b[31m", b"'\"$(x)`;", b"-rf ", b"A" * 180, b"\xe2\x80\xae", b" .. ", b"%s%n", b"\xc3\x28",
    b"\\..\\", b"CON", b"\xf0\x9f\x99\x82", b"*?[", b"\x7f\x01",
)  # fmt: skip
CODES = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")
MARKS = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff", "utf-32-le": b"\xff\xfe\0\0", "utf-32-be": b"\0\0\xfe\xff"}


def hostile_files(seed: int) -> list[Made]:
    """150 of them, the same for the same seed, mixed; every second one has a name with odd bytes in it."""
    chance = random.Random(seed)
    kinds = [(".pdf", *kind) for kind in hostile_pdfs(chance)]
    kinds += [(".html", *kind) for kind in _html(chance)]
    kinds += [(".md", *kind) for kind in _markdown(chance)]
    kinds += [(".txt", *kind) for kind in _text(chance)]
    chance.shuffle(kinds)
    return [
        (b"%03d%s%s" % (number, NAMES[number // 2 % len(NAMES)] if number % 2 else b"", suffix.encode()), what, data)
        for number, (suffix, what, data) in enumerate(kinds)
    ]


def _html(chance: random.Random) -> Iterator[Kind]:
    for tag in ("div", "table><tr><td", "b", "ul><li", "font", "svg", "template", "blockquote"):
        yield "HTML: 100,000 deep", f"<{tag}>".encode() * 100_000 + SAID.encode()
    for tag in ("!--", "script>", "style>", "textarea>", "title>", "![CDATA[", "a href='"):
        yield "HTML: never closed", f"<p>{SAID}<{tag}{'x ' * 500_000}".encode()
    for attribute in ("colspan", "rowspan", "start", "width"):
        rows = f"<tr><td {attribute}=2147483647>{SAID}" * 2_000
        yield "HTML: huge counts", f"<ol {attribute}=99999999999999><li>x</ol><table>{rows}".encode()
    yield "HTML: 100,000 attributes", b"<p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">words</p>"
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    yield "HTML: entities", f'<!DOCTYPE x [<!ENTITY l0 "lol">{entities}]><p>&l9; {SAID}</p>'.encode()
    yield "HTML: entities", b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><p>&e; words</p>'
    yield "HTML: entities", b"<p>" + b"&#xD800;&#1114112;&#0;&#99999999999;&amp" * 50_000
    for charset in ("utf-7", "utf-16", "iso-2022-jp", "x-nothing", "hz-gb-2312"):
        yield "HTML: lies about its encoding", f"<meta charset={charset}><p>{SAID}+ADw-script+AD4- \x1b$B ~{{".encode()
    for code in CODES:
        yield "HTML: UTF-16 and UTF-32", MARKS[code] + f"<p>{SAID}</p>".encode(code)
    yield "HTML: nul bytes", b"<p\0>wo\0rds</p\0>" * 50_000
    yield "HTML: noise", b"<html>" + chance.randbytes(300_000)
    yield "HTML: one long line", f"<p>{SAID * (LONG // len(SAID))}</p>".encode()
    yield "HTML: 100,000 comments", b"<!--x--><p>words" * 100_000
    yield "HTML: 50,000 forms", b"<form><input><select><option>words" * 50_000
    yield "HTML: a long word", b"<p>" + b"x" * LONG + b"</p>"
    yield "HTML: a picture within", b"<img src='data:image/png;base64," + b"A" * 5_000_000 + b"'><p>words</p>"


def _markdown(chance: random.Random) -> Iterator[Kind]:
    for mark in ("> ", "- ", "[", "![", "*a **b ", "`", "<div>", "#", "| ", "\\", "((", "_"):
        yield "Markdown: 200,000 deep", mark.encode() * 200_000 + b"\n" + SAID.encode()
    yield "Markdown: lists within lists", "\n".join(f"{' ' * n}- {SAID}" for n in range(1_500)).encode()
    yield "Markdown: 50,000 definitions", b"".join(b"[r%d]: /x 'y'\n" % n for n in range(50_000)) + b"[r1]"
    yield "Markdown: 100,000 headings", b"".join(b"%s x\n" % (b"#" * (1 + n % 6)) for n in range(100_000))
    yield "Markdown: fence never closed", b"```\n" + SAID.encode() * 20_000
    yield "Markdown: front matter never closed", b"---\na: &a [*a,*a]\n" * 20_000
    yield "Markdown: a row of 100,000 cells", b"|" + b"a|" * 100_000 + b"\n|" + b"-|" * 100_000 + b"\n"
    yield "Markdown: one long line", SAID.encode() * (LONG // len(SAID))
    yield "Markdown: nul bytes", b"# He\0ad\n\nwo\0rds\n" * 10_000
    yield "Markdown: noise", b"# " + chance.randbytes(200_000)


def _text(chance: random.Random) -> Iterator[Kind]:
    for code in CODES:
        yield "text: UTF-16 and UTF-32", MARKS[code] + (SAID * 50).encode(code)
        yield "text: UTF-16 and UTF-32, no mark", (SAID * 50).encode(code)
        yield "text: UTF-16 and UTF-32, cut", MARKS[code] + (SAID * 50).encode(code)[:-1]
    yield "text: lone surrogates", b"\xed\xa0\x80 words \xed\xb0\x80 " * 5_000
    yield "text: lone surrogates", MARKS["utf-16-le"] + (SAID * 9).encode("utf-16-le") + b"\x00\xd8\x00\xd8"
    yield "text: overlong bytes", b"\xc0\xaf\xe0\x80\xaf\xf8\x88\x80\x80\x80 words " * 5_000
    yield "text: two encodings", ("Größe, café. " * 500).encode() + ("Größe, café. " * 500).encode("latin-1")
    yield "text: nul bytes", b"words \x00" * 100_000
    yield "text: a long word", b"x" * LONG
    yield "text: one long line", SAID.encode() * (LONG // len(SAID))
    yield "text: line breaks", b"\n" * (LONG // 2) + b"words"
    yield "text: marks on one letter", ("a" + "\u0301" * 1_000_000 + " words").encode()
    yield "text: no spaces, Chinese", ("泵在中午读数" * 100_000).encode()
    yield "text: joined pictures", ("\U0001f468\u200d" * 100_000 + " words").encode()
    yield "text: noise", chance.randbytes(300_000)
    yield "text: only a mark", b"\xef\xbb\xbf"
    yield "text: carriage returns", b"words\r" * 200_000
    yield "text: control characters", bytes(range(1, 32)) * 20_000 + b"words"
    yield "text: both directions", ("\u202e\u2066 words \u2069\u202c" * 20_000).encode()
    yield "text: 100,000 pages", b"words\f" * 100_000
