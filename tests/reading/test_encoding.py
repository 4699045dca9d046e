from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ragcite.errors import NotWhatItSays
from ragcite.reading.encoding import decode

SENTENCES = {
    "german": "Die Gebühr beträgt 50 Euro; für Größen über 3 müssen Sie zusätzlich zahlen.",
    "spanish": "El año pasado la compañía cerró su oficina de Málaga; ¿quién pagará la indemnización?",
    "french": "L’été dernier, la société a fermé son usine à Orléans après plusieurs arrêts forcés.",
    "polish": "Zażółć gęślą jaźń. Wczoraj wieczorem poszliśmy do kina, żeby obejrzeć nowy film o historii miasta.",
    "czech": "Příliš žluťoučký kůň úpěl ďábelské ódy. Dnes je velmi hezké počasí a půjdeme na procházku do lesa.",
    "russian": "Реактор был остановлен в марте после утечки охлаждающей жидкости, сообщает годовой отчёт.",
    "greek": "Γειά σου κόσμε, σήμερα ο καιρός είναι καλός και πηγαίνουμε στη θάλασσα.",
    "chinese": "反应堆于三月因冷却剂泄漏而关闭，年度报告对此作了说明。会议纪要：项目于三月启动。",
    "japanese": "吾輩は猫である。名前はまだ無い。どこで生れたかとんと見当がつかぬ。",
    "korean": "기차는 매시간 서울역에서 출발합니다. 주말에는 운행이 줄어듭니다.",
}
WRITTEN_IN = [
    *[("german", codec) for codec in ("cp1252", "latin-1", "cp850", "mac_roman", "utf-16-le", "utf-16-be")],
    *[("spanish", codec) for codec in ("cp1252", "latin-1")],
    ("french", "cp1252"),
    ("polish", "cp1250"),
    ("czech", "cp1250"),
    *[("russian", codec) for codec in ("cp1251", "koi8_r", "utf-16-le")],
    ("greek", "cp1253"),
    *[("chinese", codec) for codec in ("gb18030", "utf-16-le", "utf-16-be")],
    *[("japanese", codec) for codec in ("cp932", "euc_jp", "utf-16-le")],
    ("korean", "cp949"),
]


@pytest.mark.parametrize(("language", "codec"), WRITTEN_IN)
def test_a_sentence_in_a_legacy_encoding_is_read_right(language: str, codec: str) -> None:
    sentence = SENTENCES[language]
    assert decode(sentence.encode(codec)) == sentence


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-32"])
def test_a_byte_order_mark_decides_and_is_not_part_of_the_text(codec: str) -> None:
    assert decode(SENTENCES["german"].encode(codec)) == SENTENCES["german"]


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff"), min_size=1))
def test_utf8_comes_back_unchanged(text: str) -> None:
    assert decode(text.encode()) == text


def test_line_ends_are_not_translated() -> None:
    assert decode(b"a\r\nb\rc\n") == "a\r\nb\rc\n"


def test_a_utf8_file_with_one_broken_byte_stays_utf8() -> None:
    broken = (SENTENCES["german"] * 3).encode() + b"\xff end"
    assert decode(broken) == SENTENCES["german"] * 3 + "\ufffd end"


def test_what_a_page_declares_is_believed_where_it_fits() -> None:
    assert decode("日本".encode("iso2022_jp"), "ISO-2022-JP") == "日本"
    assert decode("Größe".encode("cp1250"), "windows-1250") == "Größe"


def test_a_declared_encoding_that_runs_code_or_does_not_exist_is_ignored() -> None:
    for name in ("unicode_escape", "rot13", "zlib", "utf-7", "no-such"):
        assert decode(rb"\x41+AEE-", name) == rb"\x41+AEE-".decode()


@pytest.mark.parametrize("data", [b"text\x00text!", bytes(range(32)) * 20, b"\x01\x02\x03\x04" * 50])
def test_binary_is_refused(data: bytes) -> None:
    with pytest.raises(NotWhatItSays):
        decode(data)


def test_a_log_with_colours_is_text() -> None:
    log = "\x1b[31mERROR\x1b[0m disk full\n" * 5
    assert decode(log.encode()) == log


@pytest.mark.parametrize(
    ("language", "codec", "at_least"),
    [("es", "cp1252", 0.98), ("de", "latin-1", 0.98), ("ru", "cp1251", 0.98), ("zh", "gb18030", 0.98)],
)
def test_real_paragraphs_in_legacy_encodings(eval_data: Path, language: str, codec: str, at_least: float) -> None:
    articles = json.loads((eval_data / "xquad" / f"xquad.{language}.json").read_text("utf-8"))["data"]
    texts = [paragraph["context"] for article in articles for paragraph in article["paragraphs"]][:100]
    texts = [text.encode(codec, "ignore").decode(codec) for text in texts]
    right = [decode(text.encode(codec)) == text for text in texts]
    assert sum(right) >= at_least * len(right)
