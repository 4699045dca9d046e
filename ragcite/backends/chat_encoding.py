"""A Prompt as token ids, with no way for untrusted text to become a control token.

The template is rendered without the texts. Control tokens are looked for in trusted text only; everything between two
of them, trusted or not, is encoded together by a tokenizer that knows no added tokens. So ordinary text gets exactly
the ids that the plain chat template would give, and `<|im_end|>` in a document is seven harmless ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ragcite.backends.chat_template import ChatTemplate, Slot
from ragcite.backends.model_files import missing, valid_unicode
from ragcite.backends.token_text import CLOSED, OPENED
from ragcite.errors import ModelDamaged, ModelRefused
from ragcite.types import Message, Part, Prompt


@dataclass(frozen=True, slots=True)
class EncodedPrompt:
    """`thinking`: the template has opened a `<think>` block that the model is still in."""

    ids: tuple[int, ...]
    thinking: bool = False


class ChatEncoding:
    """The tokenizer and chat template of a model folder.

    `control_ids` are the added tokens: special or not, only a template may write them.
    Raises `ModelMissing`, `ModelDamaged`, `ModelRefused` (also while encoding, for roles the template does not know).
    """

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        self._template = ChatTemplate(folder)
        self._full = _load(folder)
        # The same vocabulary and merges, shared, without the added tokens: nothing is left that could match them.
        self._plain: Any = Tokenizer(self._full.model)
        for step in ("normalizer", "pre_tokenizer"):
            if getattr(self._full, step) is not None:
                setattr(self._plain, step, getattr(self._full, step))
        added = self._full.get_added_tokens_decoder()
        self.control_ids = frozenset(index for index, token in added.items() if _controls(token))

    @property
    def tokenizer(self) -> Any:
        """The whole `tokenizers.Tokenizer`, for decoding."""
        return self._full

    @property
    def end_token(self) -> int | None:
        """Id of the tokenizer's own end token, which closes a chat turn in most templates."""
        found: int | None = self._full.token_to_id(self._template.end_token)
        return found

    def count(self, texts: Sequence[str]) -> list[int]:
        """Tokens of each text as an untrusted part."""
        return [len(ids) for ids in self.plain_ids(texts)]

    def plain_ids(self, texts: Sequence[str]) -> list[list[int]]:
        """Ids of each text as an untrusted part: none of them a control token."""
        return [self._encode(text) for text in texts]

    @property
    def thinking_ids(self) -> tuple[int, int] | None:
        """Ids of `<think>` and `</think>`; None for a model that has no such tokens, and so no thinking mode."""
        opened, closed = (self._full.token_to_id(mark) for mark in (OPENED, CLOSED))
        return None if opened is None or closed is None else (opened, closed)

    def encode(self, prompt: Prompt, *, thinking: bool = False) -> EncodedPrompt:
        pieces = list(self._pieces(prompt.messages, thinking))
        ids: list[int] = []
        run: list[str] = []
        for found in self._split(_joined(pieces)):
            if isinstance(found, str):
                run.append(found)
            else:
                ids += [*self._encode("".join(run)), found]
                run.clear()
        ids += self._encode("".join(run))
        ending = pieces[-1].text if pieces and pieces[-1].trusted else ""
        return EncodedPrompt(tuple(ids), thinking=ending.rfind(OPENED) > ending.rfind(CLOSED))

    def _pieces(self, messages: Sequence[Message], thinking: bool) -> Iterator[Part]:
        """The whole prompt as trusted and untrusted stretches, trimmed where the template trims."""
        texts = ["".join(part.text for part in message.parts) for message in messages]
        roles, empty = [str(m.role) for m in messages], [not text for text in texts]
        for piece in self._template.render(roles, empty, thinking=thinking):
            if isinstance(piece, Slot):
                start, end = piece.trimmed(texts[piece.index])
                yield from _cut(messages[piece.index].parts, start, end)
            else:
                yield Part(piece, trusted=True)

    def _split(self, pieces: Iterable[Part]) -> Iterator[str | int]:
        """Texts to encode plainly, and the ids of the control tokens between them."""
        for piece in pieces:
            if not piece.trusted:
                yield piece.text
                continue
            done = 0
            encoding = self._full.encode(valid_unicode(piece.text), add_special_tokens=False)
            for index, (start, end) in zip(encoding.ids, encoding.offsets, strict=True):
                if index in self.control_ids:
                    yield from (piece.text[done:start], int(index))
                    done = end
            yield piece.text[done:]

    def _encode(self, text: str) -> list[int]:
        """Ids of `text`, none of them a control token."""
        text = valid_unicode(text)
        encoding = self._plain.encode(text, add_special_tokens=False)
        spans = [span for index, span in zip(encoding.ids, encoding.offsets, strict=True) if index in self.control_ids]
        return self._apart(text, spans) if spans else list(encoding.ids)

    def _apart(self, text: str, spans: Sequence[tuple[int, int]]) -> list[int]:
        """Some vocabularies hold a control token's text as an ordinary entry too: cut each such text and try again.

        One that is a single character cannot be cut, and is left out.
        """
        ids: list[int] = []
        done = 0
        for start, end in spans:
            ids += self._encode(text[done : start + (end - start > 1)])
            done = start + 1
        return ids + self._encode(text[done:])


def _controls(token: Any) -> bool:
    """Runs of white space are added by some tokenizers to save tokens; they steer nothing."""
    return bool(token.special or token.content.strip())


def _joined(pieces: Iterable[Part]) -> list[Part]:
    """Neighbours of the same trust as one, so that a control token cut in two by a part's end is still found."""
    joined: list[Part] = []
    for piece in pieces:
        if joined and joined[-1].trusted == piece.trusted:
            joined[-1] = Part(joined[-1].text + piece.text, piece.trusted)
        elif piece.text:
            joined.append(piece)
    return joined


def _cut(parts: Sequence[Part], start: int, end: int) -> Iterator[Part]:
    """Characters `start:end` of the parts' joined text, as parts."""
    at = 0
    for part in parts:
        text = part.text[max(0, start - at) : max(0, end - at)]
        at += len(part.text)
        if text:
            yield Part(text, part.trusted)


def _load(folder: Path) -> Any:
    from tokenizers import Tokenizer, models

    path = folder / "tokenizer.json"
    if not path.is_file():
        raise missing(folder, path.name)
    try:
        tokenizer = Tokenizer.from_str(path.read_text("utf-8"))
    except Exception as error:  # the library raises bare Exception
        raise ModelDamaged(str(path), str(error), "Fetch the model again.") from error
    if not isinstance(tokenizer.model, models.BPE):
        kind = type(tokenizer.model).__name__
        raise ModelRefused(str(path), f"its tokenizer is {kind}, not BPE", "Choose another model.")
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
