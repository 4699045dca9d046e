"""Which legacy encoding bytes are in, when nothing declares it.

charset-normalizer decides, with two things settled before it is asked, because it gets them wrong on real sentences
(Shift-JIS read as Korean, every second Spanish text as Central European; figures in docs/decisions/0003):
East Asian encodings are told by how many of their characters are common ones, which their lead bytes say, and Western
European text by having foreign letters only inside words.
"""

from __future__ import annotations

import codecs
import re

_SAMPLE = 65536  # bytes
_MIN_COMMON = 0.85

_PUNCTUATION = frozenset(range(0xA1, 0xA4))
# Lead bytes of the characters that make up nearly all running text: kana, Hangul, and the first level of hanzi, which
# GB 2312, Big5 and JIS X 0208 order by frequency. For Japanese also the leads of kana, without which it is no Japanese.
_EAST_ASIAN: tuple[tuple[str, frozenset[int], frozenset[int]], ...] = (
    ("cp949", _PUNCTUATION | frozenset(range(0xB0, 0xC9)), frozenset()),
    ("euc_jp", frozenset(range(0xA1, 0xA6)) | frozenset(range(0xB0, 0xD0)), frozenset({0xA4, 0xA5})),
    ("cp932", frozenset(range(0x81, 0x84)) | frozenset(range(0x88, 0x98)), frozenset({0x82, 0x83})),
    ("gb18030", _PUNCTUATION | frozenset(range(0xB0, 0xD8)), frozenset()),
    ("big5", _PUNCTUATION | frozenset(range(0xA4, 0xC7)), frozenset()),
)
_KANA_SHARE = 0.15

_PLAUSIBLE = [
    *("cp1252", "gb18030", "cp932", "euc_jp", "cp949", "big5", "cp1251", "koi8_r", "iso8859_5", "cp1250", "cp1253"),
    *("cp1254", "cp1255", "cp1256", "cp1257", "cp866", "cp850", "mac_roman"),
]
_CENTRAL_EUROPEAN = {"Czech", "Slovak", "Polish", "Hungarian", "Slovene", "Croatian", "Romanian"}
# What Western text in cp1252 lacks: symbols inside words, capitals after small letters, runs of foreign letters.
_UNLIKELY = re.compile(
    r"[^\W\d_][^\w\s\x00-\x7f’‘–—·\xad]+[a-zà-ÿ]|[a-zß-ÿ][À-ÞŠŒŽŸ]|[^\x00-\x7f\s‘’“”«»–—…]{4,}|[\x80-\x9f]"
)


def guess_encoding(data: bytes) -> str | None:
    """A Python codec name, or None where nothing fits. `data` holds bytes above 0x7f."""
    sample = _telling(data)
    east_asian = _east_asian(sample)
    return east_asian or _by_statistics(sample)


def _telling(data: bytes) -> bytes:
    """The lines with foreign characters, up to the sample's size."""
    picked: list[bytes] = []
    size = 0
    for line in data[: 64 * _SAMPLE].splitlines(keepends=True):
        if not line.isascii():
            picked.append(line)
            size += len(line)
            if size >= _SAMPLE:
                break
    return b"".join(picked)[:_SAMPLE] or data[-_SAMPLE:]


def _east_asian(sample: bytes) -> str | None:
    scored = [(_common_share(sample, *row), -place, row[0]) for place, row in enumerate(_EAST_ASIAN)]
    share, _, name = max(scored)
    return name if share >= _MIN_COMMON else None


def _common_share(sample: bytes, name: str, common: frozenset[int], kana: frozenset[int]) -> float:
    try:
        text = codecs.getincrementaldecoder(name)().decode(sample)  # a character cut off at the end is no error
    except UnicodeDecodeError:
        return 0.0
    foreign = [char.encode(name) for char in text if char > "\x7f"]
    runs = sum(len(run) for run in re.findall(r"[^\x00-\x7f]{2,}", text))
    if len(foreign) < 3 or runs < 0.6 * len(foreign):
        return 0.0
    if kana and sum(code[0] in kana for code in foreign) < _KANA_SHARE * len(foreign):
        return 0.0
    two_bytes = [code for code in foreign if len(code) == 2 and (name in ("cp932", "big5") or code[1] >= 0xA1)]
    return sum(code[0] in common for code in two_bytes) / len(foreign)


def _by_statistics(sample: bytes) -> str | None:
    from charset_normalizer import from_bytes  # the import costs more than reading a UTF-8 file

    if _western(sample):
        best = from_bytes(sample, cp_isolation=["cp1252", "cp1250"]).best()
        return "cp1250" if best and best.encoding == "cp1250" and best.language in _CENTRAL_EUROPEAN else "cp1252"
    best = from_bytes(sample, cp_isolation=_PLAUSIBLE).best() or from_bytes(sample).best()
    return best.encoding if best else None


def _western(sample: bytes) -> bool:
    try:
        text = sample.decode("cp1252")
    except UnicodeDecodeError:
        return False
    foreign = len(text) - len(text.encode("ascii", "ignore"))
    return foreign <= 0.3 * len(text) and len(_UNLIKELY.findall(text)) <= 0.02 * foreign
