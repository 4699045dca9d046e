from __future__ import annotations

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ragcite.text import content_words, detect_language, index_text, query_terms, script, stem, words


def texts(text: str) -> list[str]:
    return [word.text for word in words(text)]


@given(data=st.data())
@settings(max_examples=300, deadline=None)
def test_words_are_ordered_disjoint_and_cover_every_letter_and_digit(
    any_text: st.SearchStrategy[str], data: st.DataObject
) -> None:
    text = data.draw(any_text)
    end = 0
    for word in words(text):
        assert word.span.start >= end
        assert not any(map(str.isalnum, text[end : word.span.start]))
        assert word.text
        end = word.span.end
    assert not any(map(str.isalnum, text[end:]))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PX-220 cost 1,200.5", ["px-220", "cost", "1,200.5"]),
        ("3-4 days, 12:30, 2019-03-12.", ["3-4", "days", "12:30", "2019-03-12"]),
        ("3–4 and 3-4", ["3-4", "and", "3-4"]),
        ("Mail a.b@c.de.", ["mail", "a.b@c.de"]),
        ("well-known v1.2", ["well", "known", "v1.2"]),
        ("The U.S. won", ["the", "us", "won"]),
        ("L’homme d'ici, don’t", ["l", "homme", "d", "ici", "don't"]),
        ("moni\u00adtor ﬁne Straße", ["monitor", "fine", "strasse"]),
        ("北京 100 万", ["北", "京", "100", "万"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("서울은 크다", ["서울은", "크다"]),
        ("cafe\u0301 ½ ㎏", ["café", "1⁄2", "kg"]),
    ],
)
def test_numbers_and_identifiers_stay_whole(text: str, expected: list[str]) -> None:
    assert texts(text) == expected


def test_content_words_leave_function_words_out_in_the_language_of_the_text() -> None:
    assert [w.text for w in content_words("When was the Mira reactor shut down?")] == [
        "mira",
        "reactor",
        "shut",
        "down",
    ]
    assert [w.text for w in content_words("Wann wurde die Anlage in Bonn abgeschaltet?")] == [
        "anlage",
        "bonn",
        "abgeschaltet",
    ]
    assert [w.text for w in content_words("北京的人口是多少？")] == ["北", "京", "人", "口"]
    assert [w.text for w in content_words("The die", "en")] == ["die"]


@pytest.mark.parametrize(
    ("text", "language", "name"),
    [
        ("The cat is on the mat.", "en", "latin"),
        ("Der Hund ist in dem Haus.", "de", "latin"),
        ("El perro está en la casa.", "es", "latin"),
        ("Le chien est dans la maison.", "fr", "latin"),
        ("Il cane è nella casa che non si vede.", "it", "latin"),
        ("O cão não está em casa com os meninos.", "pt", "latin"),
        ("De hond is niet in het huis.", "nl", "latin"),
        ("你好吗，北京", "zh", "cjk"),
        ("これは本です", "ja", "cjk"),
        ("서울은 크다", "ko", "cjk"),
        ("Это большой дом и объект", "ru", "cyrillic"),
        ("Сколько стоит билет до города?", "ru", "cyrillic"),
        ("Къде е къщата на съседа", "bg", "cyrillic"),
        ("Мира", None, "cyrillic"),
        ("Це великий будинок і її сад", "uk", "cyrillic"),
        ("هذا بيت إلى", "ar", "arabic"),
        ("این خانه بزرگ است و گل دارد", "fa", "arabic"),
        ("یہ گھر بڑا ہے اور وہ نہیں", "ur", "arabic"),
        ("यह घर है", "hi", "devanagari"),
        ("สวัสดี", "th", "other"),
        ("Bonn PX-220", None, "latin"),
        ("12 34 !", None, "other"),
        ("", None, "other"),
    ],
)
def test_language_and_script_are_told_or_left_open(text: str, language: str | None, name: str) -> None:
    assert detect_language(text) == language
    assert script(text) == name


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("reactors", "reactor", "en"),
        ("moved", "move", "en"),
        ("stopping", "stop", "en"),
        ("policies", "policy", "en"),
        ("company's", "companies", "en"),
        ("quickly", "quick", "en"),
        ("anlagen", "anlage", "de"),
        ("reactores", "reactor", "es"),
        ("서울에서", "서울은", "ko"),
    ],
)
def test_inflections_share_a_stem(one: str, other: str, language: str) -> None:
    assert stem(one, language) == stem(other, language)


@pytest.mark.parametrize("word", ["sing", "bed", "status", "this", "px-220", "is", "class", "gas"])
def test_short_words_and_identifiers_are_not_crippled(word: str) -> None:
    assert stem(word, "en") == word
    assert stem(word, "xx") == word


def test_unspaced_scripts_enter_the_index_as_overlapping_bigrams() -> None:
    assert index_text("Die Straße 北京的人 abc").split() == ["die", "strasse", "北京", "京的", "的人", "abc"]
    assert index_text("人").split() == ["人"]
    assert query_terms("北京的人口是多少？") == ["北京", "人口"]
    assert query_terms("北京 上海") == ["北京", "上海"]


def test_a_question_loses_its_stop_words_unless_nothing_is_left() -> None:
    assert query_terms("What does the PX-220 cost, cost, cost?") == ["px-220", "cost"]
    assert query_terms("What is it?") == ["what", "is", "it"]
    assert query_terms("?!") == []


@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_every_bigram_of_a_question_is_in_the_index_of_the_same_text(data: st.DataObject) -> None:
    text = data.draw(st.text("北京的人口是カナ서울 a1。", max_size=12))
    indexed = set(index_text(text).split())
    assert {term for term in query_terms(text) if len(term) == 2 and not term.isascii()} <= indexed


def test_importing_the_room_is_cheap_and_leaves_the_segmenter_alone() -> None:
    code = "import sys, ragcite.text; print('sentencex' in sys.modules, 'numpy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]
