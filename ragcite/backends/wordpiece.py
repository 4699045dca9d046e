"""An embedder's tokenizer, from its tokenizer.json."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ragcite.backends.model_files import missing, valid_unicode
from ragcite.errors import ModelDamaged


def matched(ids: Sequence[int], types: Sequence[int], special: Sequence[int]) -> list[int]:
    """Types of a pair's tokens: 0 and 1 in the first and second text, 2 and 3 where the other text has the same token.

    So the encoder is told which words both texts share, and need not learn to find them.
    """
    sides: tuple[set[int], set[int]] = (set(), set())
    for token, kind, is_special in zip(ids, types, special, strict=True):
        if not is_special:
            sides[kind].add(token)
    both = sides[0] & sides[1]
    return [
        kind + 2 if token in both and not is_special else kind
        for token, kind, is_special in zip(ids, types, special, strict=True)
    ]


class WordPiece:
    """Token ids of texts, cut at `max_tokens` ([CLS] and [SEP] included). The file is read at first use.

    Raises `ModelMissing` when made, `ModelDamaged` at first use.
    """

    def __init__(self, folder: Path, max_tokens: int) -> None:
        self._path = folder / "tokenizer.json"
        if not self._path.is_file():
            raise missing(folder, self._path.name)
        self._max_tokens = max_tokens
        self._cutting: Any = None
        self._counting: Any = None

    def ids(self, texts: Sequence[str]) -> list[list[int]]:
        return [encoding.ids for encoding in self._cut().encode_batch_fast(list(texts))]

    def pairs(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[list[int], list[int]]]:
        """(ids, types) of each pair as one sequence; the longer text is cut first. Types: see `matched`."""
        found = self._cut().encode_batch_fast(list(pairs))
        return [(item.ids, matched(item.ids, item.type_ids, item.special_tokens_mask)) for item in found]

    def _cut(self) -> Any:
        if self._cutting is None:
            self._cutting = self._load()
            self._cutting.enable_truncation(self._max_tokens, strategy="longest_first")
        return self._cutting

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text, uncut, without [CLS] and [SEP]."""
        if self._counting is None:
            self._counting = self._load()
        valid = [valid_unicode(text) for text in texts]
        return [len(encoding.ids) for encoding in self._counting.encode_batch_fast(valid, add_special_tokens=False)]

    def _load(self) -> Any:
        from tokenizers import Tokenizer

        try:
            # The file is opened here: given a path that is missing, the library would look further.
            tokenizer = Tokenizer.from_str(self._path.read_text("utf-8"))
        except Exception as error:  # the library raises bare Exception
            raise ModelDamaged(str(self._path), str(error), "Fetch the model again.") from error
        tokenizer.no_truncation()
        tokenizer.no_padding()
        return tokenizer
