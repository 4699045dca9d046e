"""Hidden text is left out and told; what a person sees stays, whatever script it is in."""

from __future__ import annotations

import zlib

import pytest

from eval.robustness.data import one_page_pdf
from ragcite.errors import NoText
from ragcite.reading import HtmlReader, MarkdownReader, PdfReader, TextReader
from ragcite.reading.html_hidden import CLIPPED, COMMENT, NOT_DISPLAYED
from ragcite.reading.pdf_sight import COVERED, INVISIBLE, OFF_PAGE, SAME_COLOUR, TINY, TRANSPARENT
from ragcite.reading.unseen import OVERRIDES, SELECTORS, TAGS, ZERO_WIDTH
from ragcite.types import Document

SEEN = "The valve opens."
SECRET = "SECRET"
NESTED = f"<div class=a><div><p><b class=t>{SECRET}</b></p></div></div>"
IMAGE = "q 600 0 0 800 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID x EI Q"


def pdf(operators: str) -> Document:
    page = f"BT /F 12 Tf 60 760 Td ({SEEN}) Tj ET /F 12 Tf {operators}"
    return PdfReader().read(one_page_pdf(zlib.compress(page.encode())))


def text_at(x: float, y: float, before: str = "") -> str:
    return f"BT {before} {x} {y} Td ({SECRET}) Tj ET"


@pytest.mark.parametrize(
    ("operators", "way"),
    [
        (text_at(60, 700, "1 g"), SAME_COLOUR),
        (text_at(60, 700, "0.99 0.98 1 rg"), SAME_COLOUR),
        (text_at(60, 700, "0 0 0 0 k"), SAME_COLOUR),
        (f"0 0 1 rg 50 690 200 30 re f {text_at(60, 700)}", SAME_COLOUR),
        (text_at(60, 700, "1 Tr 1 G"), SAME_COLOUR),
        (text_at(60, 700, "/F 0.5 Tf"), TINY),
        (f"q .01 0 0 .01 60 700 cm {text_at(0, 0)} Q", TINY),
        (text_at(60, 700, "3 Tr"), INVISIBLE),
        (text_at(-900, 700), OFF_PAGE),
        (text_at(60, 900), OFF_PAGE),
        (f"q 300 0 200 200 re W n {text_at(60, 700)} Q", OFF_PAGE),
        (f"{text_at(60, 700)} 1 g 50 690 200 30 re f", COVERED),
        (f"{text_at(60, 700)} 1 g 50 690 m 250 690 l 250 720 l 50 720 l h f", COVERED),
    ],
)
def test_hidden_text_of_a_pdf_is_left_out_and_told(operators: str, way: str) -> None:
    document = pdf(operators)
    assert document.text == SEEN
    assert (document.hidden.characters, document.hidden.ways) == (len(SECRET), (way,))


@pytest.mark.parametrize(
    "operators",
    [
        text_at(60, 700, "0.9 g"),
        text_at(60, 700, "/F 2 Tf"),
        text_at(60, 700, "1 Tr 0 G 1 g"),
        text_at(-10, 700),
        f"0 g 50 690 200 30 re f {text_at(60, 700, '1 g')}",
        f"0 g 50 690 m 250 690 300 700 250 720 c f {text_at(60, 700, '1 g')}",
        f"20 w 40 705 m 300 705 l S {text_at(60, 700, '1 g')}",
        f"{IMAGE} {text_at(60, 700, '1 g')}",
        f"{text_at(60, 700)} 1 g 50 100 200 30 re f",
        f"{text_at(60, 700)} 1 g 0 0 600 800 re 40 690 300 30 re f*",
        f"{IMAGE} {text_at(60, 700, '3 Tr')}",
        f"{text_at(60, 700, '3 Tr')} {IMAGE}",
        f"q 300 0 200 200 re W n 0 g 0 0 600 800 re f Q {text_at(60, 700)}",
    ],
)
def test_seen_text_of_a_pdf_and_the_ocr_layer_of_a_scan_stay(operators: str) -> None:
    document = pdf(operators)
    assert SECRET in document.text
    assert not document.hidden


def test_a_pdf_of_nothing_but_hidden_text_says_so() -> None:
    page = zlib.compress(f"/F 12 Tf {text_at(60, 700, '3 Tr')}".encode())
    with pytest.raises(NoText, match="hidden: invisible text"):
        PdfReader().read(one_page_pdf(page))


@pytest.mark.parametrize(
    ("body", "way"),
    [
        (f"<!-- {SECRET} -->", COMMENT),
        (f"<p style='display:none'>{SECRET}</p>", NOT_DISPLAYED),
        (f"<p hidden>{SECRET}</p>", NOT_DISPLAYED),
        (f"<p style='visibility:hidden'>{SECRET}</p>", NOT_DISPLAYED),
        (f"<p style='opacity:0'>{SECRET}</p>", TRANSPARENT),
        (f"<p style='color:transparent'>{SECRET}</p>", TRANSPARENT),
        (f"<p style='font-size:0'><b>{SECRET}</b></p>", TINY),
        (f"<p style='font-size:1px'>{SECRET}</p>", TINY),
        (f"<p style='color:#fff'>{SECRET}</p>", SAME_COLOUR),
        (f"<font color=white>{SECRET}</font>", SAME_COLOUR),
        (f"<div style='background:navy'><p style='color:rgb(0,0,128)'>{SECRET}</p></div>", SAME_COLOUR),
        (f"<p style='position:absolute;left:-9999px'>{SECRET}</p>", OFF_PAGE),
        (f"<p style='text-indent:-9999px'>{SECRET}</p>", OFF_PAGE),
        (f"<p style='clip-path:inset(100%)'>{SECRET}</p>", CLIPPED),
        (f"<p style='height:0;overflow:hidden'>{SECRET}</p>", CLIPPED),
        (f"<style>.a, .b {{ display: none }}</style><p class='x b'>{SECRET}</p>", NOT_DISPLAYED),
        (f"<style>@media screen {{ #i {{ font-size: 0 }} }}</style><p id=i>{SECRET}</p>", TINY),
        (f"<style>p.w {{ color: white }}</style><p class=w>{SECRET}</p>", SAME_COLOUR),
        (f"<style>.a .t {{ display: none }}</style><div class=a><i><b class=t>{SECRET}</b></i></div>", NOT_DISPLAYED),
        (f"<style>.a>p{{visibility:hidden}}</style><div class=a><p>{SECRET}</p></div>", NOT_DISPLAYED),
        (f"<style>.a > div .t {{ display: none }}</style>{NESTED}", NOT_DISPLAYED),
        (f"<style>.t{{display:none}} .none .t{{display:none}}</style><p class=t>{SECRET}</p>", NOT_DISPLAYED),
        (f"<style>div .t{{display:none}} p{{display:block}}</style><div><p class=t>{SECRET}</p></div>", NOT_DISPLAYED),
    ],
)
def test_hidden_text_of_a_page_is_left_out_and_told(body: str, way: str) -> None:
    document = HtmlReader().read(f"<p>{SEEN}</p>{body}".encode())
    assert document.text == SEEN
    assert (document.hidden.characters, document.hidden.ways) == (len(SECRET), (way,))


@pytest.mark.parametrize(
    "body",
    [
        f"<div style='font-size:0'><p style='font-size:13px'>{SECRET}</p></div>",
        f"<div style='visibility:hidden'><p style='visibility:visible'>{SECRET}</p></div>",
        f"<p style='color:#fff;background:#222'>{SECRET}</p>",
        f"<p style='color:#fff;background:url(dark.png)'>{SECRET}</p>",
        f"<link rel=stylesheet href=x.css><p style='color:#fff'>{SECRET}</p>",
        f"<style>.dark p {{ background: black }}</style><p style='color:#fff'>{SECRET}</p>",
        f"<style>.t {{ display: none }} .js .t {{ display: block }}</style><p class=t>{SECRET}</p>",
        f"<style>@media print {{ .t {{ display: none }} }}</style><p class=t>{SECRET}</p>",
        f"<style>.a .t {{ display: none }}</style><p class=t>{SECRET}</p>",
        f"<style>/* .a {{ color: red }} .t {{ display: none }}</style><p class=t>{SECRET}</p>",
        f"<style>.a > .t {{ display: none }}</style>{NESTED}",
        f"<style>.t {{ display: none }} .a .t {{ display: block }}</style>{NESTED}",
        f"<style>.no-js .t {{ display: none }}</style><div class=no-js><p class=t>{SECRET}</p></div>",
        f"<p style='position:absolute;left:-40px'>{SECRET}</p>",
        f"<p style='background:linear-gradient(red,blue);background-clip:text;color:transparent'>{SECRET}</p>",
        f"<p style='overflow:hidden;height:40px'>{SECRET}</p>",
    ],
)
def test_seen_text_of_a_page_stays(body: str) -> None:
    document = HtmlReader().read(f"<p>{SEEN}</p>{body}".encode())
    assert SECRET in document.text
    assert not document.hidden


def tagged(word: str) -> str:
    return "".join(chr(0xE0000 + ord(letter)) for letter in word)


@pytest.mark.parametrize(
    ("written", "shown", "way"),
    [
        (f"a {tagged(SECRET)}b", "a b", TAGS),
        ("a\U0001f3f4" + tagged(SECRET), "a\U0001f3f4", TAGS),
        ("\U0001f600\U000e0101\U000e0144\U000e0132", "\U0001f600", SELECTORS),
        ("a\ufe01b\ufe0fc", "abc", SELECTORS),
        ("a " + "\u200b\u200c" * 8 + "b", "a b", ZERO_WIDTH),
        ("H\u200bI\u200bD\u200bE", "HIDE", ZERO_WIDTH),
        ("a \u202eTERCES\u202c b", "a  b", OVERRIDES),
    ],
)
def test_characters_that_carry_text_unseen_are_left_out_of_every_format(written: str, shown: str, way: str) -> None:
    for reader in (TextReader(), MarkdownReader(), HtmlReader()):
        document = reader.read(written.encode())
        assert document.text == (" ".join(shown.split()) if isinstance(reader, HtmlReader) else shown)
        assert document.hidden.ways == (way,)
        assert document.hidden.characters == len(written) - len(shown)


@pytest.mark.parametrize(
    "text",
    [
        "نمی‌خواهم می‌روم",
        "يفتح الصمام\u200f عند ضغط 40.",
        "השסתום נפתח\u200e (40).",
        "वाल्व क्‍ष श्री र्‍क",
        "👩‍🔬 ❤️ 👨‍👩‍👧‍👦 1️⃣ ☎︎",
        "\U0001f3f4" + tagged("gbeng") + "\U000e007f",
        "葛\U000e0100城区, ᠭ᠋",
        "ภาษา\u200bไทย ភាសា\u200bខ្មែរ",
        "name\u2068 \u202bשלום\u202c \u2069 and data\u200bbase.field",
        "naïve co\u00adoperate \ufeff end",
    ],
)
def test_what_scripts_and_emoji_need_stays(text: str) -> None:
    for reader in (TextReader(), MarkdownReader()):
        document = reader.read(text.encode())
        assert document.text == text
        assert not document.hidden
    assert not HtmlReader().read(text.encode()).hidden


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("a\n\n<!-- SECRET\n -->\nb", "a\n\n\nb"),
        ("- a\n\n    <!-- SECRET -->\n", "- a\n\n    \n"),
        ("[//]: # (SECRET)\na", "\na"),
        ("a\n\n[x]: https://example.org 'SECRET'\n", "a\n\n\n"),
        ("` a\n\n<!-- SECRET -->`", "` a\n\n`"),
    ],
)
def test_comments_of_markdown_are_left_out_and_told(written: str, shown: str) -> None:
    document = MarkdownReader().read(written.encode())
    assert document.text == shown
    assert document.hidden.ways == (COMMENT,)


@pytest.mark.parametrize(
    "text",
    [
        "Write `<!-- SECRET -->` or `` ` <!-- SECRET --> ``.",
        "```html\n<!-- SECRET -->\n```\n",
        "So:\n\n    <!-- SECRET -->\n",
        "a <!-- never closed",
        "See [x].\n\n[x]: https://example.org 'SECRET'\n",
        "~~~\n[//]: # (SECRET)\n~~~\n",
    ],
)
def test_comments_that_markdown_shows_stay(text: str) -> None:
    document = MarkdownReader().read(text.encode())
    assert document.text == text
    assert not document.hidden


@pytest.mark.parametrize(
    ("written", "shown", "way"),
    [
        ("a <p hidden>SECRET</p> b", "a  b", NOT_DISPLAYED),
        ("<div title='>' style='display: none'>\n\n<div>x</div> SECRET\n</div>\nb", "\nb", NOT_DISPLAYED),
        ('a <SPAN STYLE="visibility:hidden">SECRET</SPAN>', "a ", NOT_DISPLAYED),
        ("a <i style=opacity:0>SECRET</i>", "a ", "transparent text"),
        ("a <i style='font-size:0'>SECRET</i>", "a ", "tiny type"),
        ("a <i style='position:absolute;left:-9999px'>SECRET</i>", "a ", "off the page"),
        ("a\n\n<div hidden>SECRET\nSECRET\n\nb", "a\n\n\n\nb", NOT_DISPLAYED),
        ("<!-- open\n\na <p hidden>SECRET</p>", "<!-- open\n\na ", NOT_DISPLAYED),
        ("a\n\n<script>\nSECRET\n</script>\nb", "a\n\n\nb", NOT_DISPLAYED),
        ("a <template>SECRET</template><style>SECRET</style> b", "a  b", NOT_DISPLAYED),
    ],
)
def test_elements_of_markdown_that_are_not_displayed_are_left_out_and_told(written: str, shown: str, way: str) -> None:
    document = MarkdownReader().read(written.encode())
    assert document.text == shown
    assert document.hidden.ways == (way,)


@pytest.mark.parametrize(
    "text",
    [
        "Write `<p hidden>SECRET</p>`.",
        "```html\n<p hidden>SECRET</p>\n```\n",
        "a <p hidden='until-found'>SECRET</p>",
        "a <p class='hidden' data-style='display:none'>SECRET</p>",
        "a <img hidden> SECRET",
        "a < b hidden > SECRET",
        "<p hidden></p> SECRET",
        "A page may have a <script> of its own. SECRET",
        "Write `<script>SECRET</script>`.",
    ],
)
def test_elements_that_markdown_shows_stay(text: str) -> None:
    document = MarkdownReader().read(text.encode())
    assert document.text == text
    assert not document.hidden


def test_a_page_with_control_characters_is_read_and_cleaned() -> None:
    document = HtmlReader().read(f"<p>a\x0b{tagged(SECRET)}b\x0c</p><p hidden>\x0b</p>".encode())
    assert "".join(document.text.split()) == "ab"
    assert document.hidden.ways == (TAGS,)


def test_a_title_carries_no_unseen_characters_either() -> None:
    page = f"<title>Pumps{tagged(SECRET)}</title><p>{SEEN}</p>"
    assert HtmlReader().read(page.encode()).title == "Pumps"
