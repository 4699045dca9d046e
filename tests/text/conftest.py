from __future__ import annotations

import pytest
from hypothesis import strategies as st

PIECES = (
    "The reactor ", "was shut. ", "Dr. Smith ", "approx. 5 ", "[1] ", "e.g. ", "z. B. ", "“Stop!” ", "（好）",
    "你好。", "「はい。」", "\n", "\n\n", "\r\n", "- item ", "# Head", "| a | b |", "\t", "moni-\ntoring ",
    "soft\u00ad\n", "ﬁne ", "½ ", "㎏", "e\u0301", "...", "…", "?!", "1,200.5 ", "PX-220", "\u00a0", "\u3000",
    "\u200b", "\ufeff", "ﾊﾞ", "각", "\u1112\u1161\u11ab", "\ud800", "\u0301", "´", "😀", "हिन्दी। ", "สวัสดี",
    "```\n", "> ", "1. ", "日本\n語", "\x0c", "\u2028", "A. ", "Nr. 5 ", "مرحبا؟ ", "''", "《", "》", "¹ ",
)  # fmt: skip


@pytest.fixture(scope="session")
def any_text() -> st.SearchStrategy[str]:
    """Texts made of pieces that are hard for segmenters and normalisers, and any other characters."""
    piece = st.one_of(st.sampled_from(PIECES), st.text(max_size=4))
    return st.lists(piece, max_size=25).map("".join)
