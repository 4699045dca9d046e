from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from ragcite.errors import NoText, NotWhatItSays
from ragcite.reading import HtmlReader
from ragcite.reading.html_style import Styles
from ragcite.types import Document
from tests.growth import is_linear


def read(page: str) -> Document:
    return HtmlReader().read(page.encode())


def test_blocks_lists_tables_and_code_keep_their_structure() -> None:
    page = """<h1>Pumps</h1><p>The <b>PX-220</b>\n   was   tested.<br>Twice.</p>
      <ul><li>one<ul><li><p>inner</p></li></ul></li><li>two</li></ul><ol start=3><li>three<li>four</ol>
      <table><tr><th>Year<th>Output</tr><tr><td><p>2019</p></td><td>7 t</td></tr><tr><td></td><td>8 t</td></tr></table>
      <pre>if x:\n    run()\n</pre><p>End</p>"""
    assert read(page).text == (
        "Pumps\n\nThe PX-220 was tested.\nTwice.\n\n- one\n  - inner\n- two\n\n3. three\n4. four\n\n"
        "Year | Output\n2019 | 7 t\n| 8 t\n\nif x:\n    run()\n\nEnd"
    )


def test_what_is_not_shown_is_not_read() -> None:
    page = """<title>T</title><style>css</style><script>js</script><!-- note --><template>tpl</template>
      <noscript>ns</noscript><p hidden>h1</p><p style="color:red; Display : none">h2</p>
      <p style="visibility:hidden">h3</p>
      <span aria-hidden="true">h4</span><p>seen</p><p hidden="until-found">also</p>"""
    assert read(page).text == "seen\n\nalso"


def test_the_text_after_a_dropped_element_stays() -> None:
    assert read("<p>before <script>x</script>after <!-- c -->end</p>").text == "before after end"


def test_site_navigation_goes_and_the_header_of_the_text_stays() -> None:
    page = """<body><header><a href=/>Home</a> <a href=/x>Shop</a></header><nav>Menu</nav>
      <div role=navigation>Side</div><aside>Buy now</aside>
      <p>Words that stand outside.</p>
      <article><header><h1>Report</h1><p>by Ann</p></header><p>Body text.</p><aside>A note to the text.</aside>
      </article>
      <footer>Imprint</footer></body>"""
    assert read(page).text == "Words that stand outside.\n\nReport\n\nby Ann\n\nBody text.\n\nA note to the text."


def test_a_title_block_outside_an_article_stays() -> None:
    page = "<body><header id=title-block><h1>Minutes</h1><p>3 May 2021</p></header><p>All were present.</p></body>"
    assert read(page).text.startswith("Minutes\n\n3 May 2021\n\nAll")


def test_main_stands_for_the_page_where_it_holds_most_of_it() -> None:
    words = "word " * 100
    assert read(f"<div>sidebar text</div><main>{words}</main>").text == words.strip()
    assert "sidebar text" in read(f"<div>sidebar text {words * 3}</div><main>{words}</main>").text


def test_a_page_of_nothing_but_navigation_is_still_read() -> None:
    assert read("<body><nav><a href=a>Chapter one</a></nav></body>").text == "Chapter one"


def test_headings_have_levels_spans_and_no_permalink_signs() -> None:
    document = read("<h1>A <i>b</i></h1><p>x</p><h3>C\n d<a href=#c>#</a></h3><p>y</p><h2></h2>")
    assert [(h.level, h.title, h.span.of(document.text)) for h in document.headings] == [
        (1, "A b", "A b"),
        (3, "C d", "C d"),
    ]


def test_the_title_is_the_pages_or_its_first_heading() -> None:
    assert read("<title> The\n title </title><h1>H</h1>").title == "The title"
    assert read("<h2>no</h2><h1>H</h1>").title == "H"


def test_a_power_does_not_become_another_number() -> None:
    assert read("<p>10<sup>6</sup> m<sup><b>3</b></sup> the 2<sup>nd</sup></p>").text == "10^6 m^3 the 2nd"


def test_a_table_that_only_places_things_is_read_as_blocks() -> None:
    page = "<table><tr><td>Menu</td><td><h1>Big</h1><table><tr><td>a</td><td>b</td></tr></table></td></tr></table>"
    assert read(page).text == "Menu\n\nBig\n\na | b"


def test_text_below_thousands_of_elements_is_read_or_the_file_is_refused_never_lost() -> None:
    assert read("<div>" * 1000 + "deep" + "</div>" * 1000).text == "deep"
    with pytest.raises(Exception, match="nested too deeply"):
        read("<div>" * 30_000 + "deep")


def test_entities_are_read_and_outside_entities_are_not() -> None:
    page = '<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><p>&lt;b&gt; caf&eacute;&nbsp;&#8212; &x;</p>'
    assert "<b> café —" in read(page).text
    assert "root:" not in read(page).text


@pytest.mark.parametrize(
    ("head", "codec"),
    [
        ('<meta charset="windows-1251">', "cp1251"),
        ('<?xml version="1.0" encoding="Shift_JIS"?>', "cp932"),
        ("", "cp1252"),
    ],
)
def test_the_declared_encoding_is_used(head: str, codec: str) -> None:
    words = {"cp1251": "Годовой отчёт", "cp932": "年次報告書", "cp1252": "Größenübersicht für Gebühren"}[codec]
    assert HtmlReader().read(f"{head}<p>{words}</p>".encode(codec)).text == words


def test_a_page_without_words_has_no_text() -> None:
    for page in ("", "   ", "<html></html>", "<script>x</script>", "<!-- c -->"):
        with pytest.raises(NoText):
            read(page)


def test_an_image_named_html_is_told() -> None:
    with pytest.raises(NotWhatItSays, match="PNG"):
        HtmlReader().read(b"\x89PNG\r\n\x1a\n")


def test_real_pages_keep_their_words_and_headings_and_lose_the_navigation(eval_data: Path) -> None:
    wanted: Counter[str] = Counter()
    kept = extra = total = headings = found = 0
    for page in sorted((eval_data / "html_nodejs_docs").glob("*.html")):
        source = page.with_suffix(".md").read_text("utf-8")
        prose = re.sub(r"<!--.*?-->|^\[[^\]]+\]: .*$", "", source, flags=re.S | re.M)
        wanted = _words(re.sub(r"\]\([^)]*\)|\]\[[^\]]*\]|^```.*$", "]", prose, flags=re.M))
        document = HtmlReader().read(page.read_bytes())
        got = _words(document.text)
        kept, total = kept + (wanted & got).total(), total + wanted.total()
        extra += (got - _words(source)).total()
        titles = [re.sub(r"\W", "", heading.title) for heading in document.headings]
        listed = re.findall(r"^#+ (.*)$", re.sub(r"```.*?```", "", source, flags=re.S), flags=re.M)
        headings += len(listed)
        found += sum(any(re.sub(r"\W", "", line) in title for title in titles) for line in listed)
    assert kept / total > 0.97
    assert extra / total < 0.02
    assert found == headings


def _words(text: str) -> Counter[str]:
    return Counter(re.findall(r"[a-z0-9]+", text.lower()))


def test_comments_that_are_never_closed_take_time_in_proportion() -> None:
    def read(size: int) -> Styles:
        return Styles(["/* " * size])

    assert is_linear(read, 40_000)
