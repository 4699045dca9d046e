"""PDFs made to hurt: loops, lying counts and lengths, bombs, depth. 65 of them."""

from __future__ import annotations

import base64
import random
import zlib
from collections.abc import Iterator, Sequence

from eval.robustness.data import one_page_pdf

Kind = tuple[str, bytes]
WORDS = b"BT /F 12 Tf 9 9 Td (words of a page) Tj ET\n"
FONT = b"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources%s>>" % FONT
CATALOG, PAGES = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
BIG = 2**31 - 1
BOMB = 60_000_000


def stream(data: bytes, entries: bytes = b"", length: bytes | None = None) -> bytes:
    return b"<<%s/Length %s>>stream\n%s\nendstream" % (entries, length or b"%d" % len(data), data)


def pdf(bodies: Sequence[bytes], trailer: bytes = b"", size: int | None = None, tail: bytes = b"") -> bytes:
    """Objects from number 1 on, with a table that names them. `tail`: instead of the offset of that table."""
    data, table = b"%PDF-1.5\n", b"0000000000 65535 f \n"
    for number, body in enumerate(bodies, start=1):
        table += b"%010d 00000 n \n" % len(data)
        data += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    count = size or len(bodies) + 1
    end = b"xref\n0 %d\n%strailer<</Root 1 0 R/Size %d%s>>\nstartxref\n%s\n%%%%EOF"
    return data + end % (count, table, count, trailer, tail or b"%d" % len(data))


def one(content: bytes = WORDS, entries: bytes = b"", length: bytes | None = None, **rest: bytes) -> bytes:
    """One page; `rest` replaces its catalog, page tree or page."""
    bodies = [rest.get("catalog", CATALOG), rest.get("pages", PAGES), rest.get("page", PAGE)]
    return pdf([*bodies, stream(content, entries, length)])


def hostile_pdfs(chance: random.Random) -> Iterator[Kind]:
    yield from _tables()
    yield from _trees()
    yield from _object_streams()
    yield from _bombs()
    yield from _contents()
    yield from _lengths()
    yield from _strings(chance)
    yield from _others(chance)


def _tables() -> Iterator[Kind]:
    whole = [CATALOG, PAGES, PAGE, stream(WORDS)]
    at = b"%d" % pdf(whole).rindex(b"xref\n0")
    for name, trailer in (
        ("Prev to itself", b"/Prev " + at),
        ("Prev far away", b"/Prev 999999999"),
        ("negative Prev", b"/Prev -1"),
    ):
        yield f"PDF table: {name}", pdf(whole, trailer)
    yield "PDF table: XRefStm to itself", pdf(whole, b"/XRefStm " + at)
    for size in (BIG, 2**63, 10**30):
        yield f"PDF table: size {size:.0e}", pdf(whole, size=size)
    yield "PDF table: startxref 10^18", pdf(whole, tail=b"1" + b"0" * 18)
    wide = stream(bytes(60), b"/Type/XRef/Size 4/W[1 %d 1]/Root 1 0 R" % BIG)
    yield "PDF table: stream of wide fields", pdf([CATALOG, PAGES, PAGE, wide], tail=b"9")


def _trees() -> Iterator[Kind]:
    yield "PDF tree: its own kid", one(pages=b"<</Type/Pages/Kids[2 0 R]/Count 9>>")
    yield "PDF tree: its own kid, often", one(pages=b"<</Type/Pages/Kids[%s]/Count 9>>" % (b"2 0 R " * 5_000))
    yield "PDF tree: page twice, 50,000 times", one(pages=b"<</Type/Pages/Kids[%s]/Count 1>>" % (b"3 0 R " * 50_000))
    for count in (BIG, -1, 10**20):
        yield f"PDF tree: count {count:.0e}", one(pages=b"<</Type/Pages/Kids[3 0 R]/Count %d>>" % count)
    chain = [b"<</Type/Pages/Parent %d 0 R/Kids[%d 0 R]/Count 1>>" % (n, n + 2) for n in range(2, 5_000)]
    yield "PDF tree: 5,000 deep", pdf([CATALOG, b"<</Type/Pages/Kids[3 0 R]/Count 1>>", *chain])
    yield (
        "PDF tree: parents in a ring",
        pdf(
            [
                CATALOG,
                b"<</Type/Pages/Kids[3 0 R]/Parent 3 0 R>>",
                b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>",
                stream(WORDS),
            ]
        ),
    )


def _object_streams() -> Iterator[Kind]:
    for name, entries in (
        ("that extends itself", b"/Type/ObjStm/N 1/First 4/Extends 4 0 R"),
        ("of 2^31 objects", b"/Type/ObjStm/N %d/First 4" % BIG),
        ("that begins outside", b"/Type/ObjStm/N 1/First %d" % BIG),
        ("of negative size", b"/Type/ObjStm/N -1/First -4"),
    ):
        held = stream(b"4 0 <</Type/Pages/Kids[4 0 R]>>", entries)
        rows = b"".join(bytes((2, 0, 4, 0)) for _ in range(5))
        table = stream(rows, b"/Type/XRef/Size 5/W[1 2 1]/Root 1 0 R")
        body = b"%PDF-1.5\n4 0 obj\n" + held + b"\nendobj\n"
        yield f"PDF object stream {name}", body + b"5 0 obj\n" + table + b"\nendobj\nstartxref\n%d\n%%%%EOF" % len(body)


def _bombs() -> Iterator[Kind]:
    zeros = zlib.compress(bytes(BOMB), 9)
    yield "PDF bomb: Flate", one_page_pdf(zlib.compress(b"0 " * (BOMB // 2), 9))
    yield "PDF bomb: Flate, text", one_page_pdf(zlib.compress(WORDS * (BOMB // len(WORDS)), 9))
    yield "PDF bomb: Flate twice", one_page_pdf(zlib.compress(zeros, 9), b"[/FlateDecode/FlateDecode]")
    yield "PDF bomb: Flate, 200 times", one_page_pdf(zeros, b"[" + b"/FlateDecode" * 200 + b"]")
    yield "PDF bomb: LZW", one_page_pdf(b"\x80\x0b\x60\x50\x22\x0c\x0c\x85\x01" * 500_000, b"/LZWDecode")
    yield "PDF bomb: ASCII85", one_page_pdf(b"z" * 5_000_000 + b"~>", b"/ASCII85Decode")
    packed = base64.a85encode(zeros) + b"~>"
    yield "PDF bomb: ASCII85 and Flate", one_page_pdf(packed, b"[/ASCII85Decode/FlateDecode]")
    yield "PDF bomb: run lengths", one_page_pdf(b"\x81 " * 400_000 + b"\x80", b"/RunLengthDecode")
    yield "PDF bomb: hex", one_page_pdf(b"20" * 3_000_000 + b">", b"/ASCIIHexDecode")
    parms = b"/FlateDecode/DecodeParms<</Predictor 12/Columns %d/Colors 32/BitsPerComponent 16>>" % BIG
    yield "PDF bomb: predictor", one_page_pdf(zeros, parms)


def _contents() -> Iterator[Kind]:
    for name, part in (
        ("q", b"q "),
        ("arrays", b"["),
        ("dictionaries", b"<</A "),
        ("BT", b"BT "),
        ("marks", b"/P BMC "),
    ):
        yield f"PDF content: 300,000 {name}", one_page_pdf(zlib.compress(part * 300_000))
    yield "PDF content: inline image of 2^31", one(b"BI /W %d /H %d /BPC 8 /CS /RGB ID x EI\n" % (BIG, BIG) + WORDS)
    yield "PDF content: numbers of 10^6 digits", one(b"9" * 1_000_000 + b" 0 Td " + WORDS)
    form = stream(b"/X Do", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 4 0 R>>>>")
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 5 0 R/Resources<</XObject<</X 4 0 R>>>>>>"
    yield "PDF content: a form that draws itself", pdf([CATALOG, PAGES, page, form, stream(b"/X Do")])


def _lengths() -> Iterator[Kind]:
    for length in (b"1073741824", b"-1", b"4 0 R", b"99 0 R", b"1e99"):
        yield f"PDF stream of length {length.decode()}", one(length=length)


def _strings(chance: random.Random) -> Iterator[Kind]:
    yield "PDF string: never closed", one(b"BT /F 12 Tf (" + b"words " * 200_000)
    yield "PDF string: 100,000 deep", one(b"BT /F 12 Tf " + b"(" * 100_000 + b")" * 100_000 + b" Tj ET")
    yield "PDF string: hex, never closed", one(b"BT /F 12 Tf <" + b"41" * 500_000)
    odd = bytes(chance.choice(b"#()<>[]{}/%\x00\xff") for _ in range(50_000))
    yield "PDF name of odd bytes", one(page=PAGE.replace(b"/Resources", b"/" + odd + b" 1/Resources"))
    yield "PDF name of 1 MB", one(page=PAGE.replace(b"/Resources", b"/" + b"A" * 1_000_000 + b" 1/Resources"))


def _others(chance: random.Random) -> Iterator[Kind]:
    for name, entry in (
        ("outlines in a ring", b"/Outlines 4 0 R"),
        ("labels in a ring", b"/PageLabels<</Kids[1 0 R]>>"),
        ("names in a ring", b"/Names<</Dests<</Kids[1 0 R]>>>>"),
        ("catalog of itself", b"/Pages 1 0 R"),
    ):
        yield f"PDF catalog: {name}", one(catalog=b"<</Type/Catalog%s/Pages 2 0 R>>" % entry)
    whole = [CATALOG, PAGES, PAGE, stream(WORDS)]
    for name, entry in (
        ("nonsense", b"/V 99/R 99"),
        ("of itself", b"/CF 4 0 R/V 4"),
        ("endless key", b"/V 1/R 2/Length %d" % BIG),
    ):
        yield f"PDF encryption: {name}", pdf(whole, b"/Encrypt<</Filter/Standard%s/O(x)/U(x)/P -1>>/ID[(a)(a)]" % entry)
    yield "PDF header alone", b"%PDF-1.7"
    yield "PDF behind 1 MB of noise", chance.randbytes(1_000_000) + one()
    yield "PDF cut in its stream", one()[:-200]
    yield "PDF of nul bytes", b"%PDF-1.4\n" + bytes(2_000_000)
    cmap = stream(b"1 beginbfrange <0000> <FFFFFFFF> <0000> endbfrange " * 2_000)
    font = b"<</Font<</F<</Type/Font/Subtype/Type0/BaseFont/A/ToUnicode 5 0 R>>>>>>"
    yield "PDF map of 2^32 characters", pdf([CATALOG, PAGES, PAGE.replace(FONT, font), stream(WORDS), cmap])
