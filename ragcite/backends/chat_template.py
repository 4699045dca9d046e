"""A model's chat template, rendered with placeholders where the messages' texts belong.

The texts never pass through the template, so nothing in them can steer it. The environment is the sandbox that
transformers uses (`transformers.utils.chat_template_utils`), without its clock: a prompt must not depend on the day.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ragcite.backends.model_files import missing, read_json
from ragcite.errors import ModelDamaged, ModelRefused

TOLD = 300  # characters of what a template raises
BLANKS = ("\n", " ")
OPEN, CLOSE = "\ue000", "\ue001"  # private use: in no template, and texts are not rendered at all


@dataclass(frozen=True, slots=True)
class Slot:
    """Where message `index` goes; the template takes `left` and `right` off its ends (None: all white space)."""

    index: int
    left: str | None
    right: str | None

    def trimmed(self, text: str) -> tuple[int, int]:
        """The part of `text` that the template would let through, as start and end."""
        kept = text.lstrip(self.left) if self.left != "" else text
        start = len(text) - len(kept)
        kept = kept.rstrip(self.right) if self.right != "" else kept
        return start, start + len(kept)


class ChatTemplate:
    """Raises `ModelMissing` where the folder has no template, `ModelRefused` where it cannot be used."""

    def __init__(self, folder: Path) -> None:
        from jinja2.exceptions import TemplateError

        self._folder = folder
        config = read_json(folder / "tokenizer_config.json")
        self._tokens = {key: _text(config.get(key)) for key in ("bos_token", "eos_token", "pad_token", "unk_token")}
        source = _source(folder, config)
        if OPEN in source or CLOSE in source:
            raise self._refused("it holds characters that ragcite needs as placeholders")
        try:
            self._template = _environment().from_string(_without_training_marks(source))
        except TemplateError as error:
            raise self._refused(_told(error)) from error

    @property
    def end_token(self) -> str:
        return self._tokens["eos_token"]

    def render(self, roles: Sequence[str], empty: Sequence[bool], *, thinking: bool = False) -> list[str | Slot]:
        """The template's own text and slots for the messages, in order, ready for the model to answer.

        A message that is `empty` is rendered as such, since templates may leave out its frame. `thinking` is what the
        template is told, if it asks.
        """
        fills = ["" if blank else self._mark(index) for index, blank in enumerate(empty)]
        pieces: list[str | Slot] = []
        slots = self._slots(roles, empty)
        for piece in self._run(roles, fills, thinking).replace(CLOSE, OPEN).split(OPEN):
            inside = len(pieces) % 2 == 1
            pieces.append(slots[int(piece)] if inside else piece)
        shown = {piece.index for piece in pieces if isinstance(piece, Slot)}
        for index, blank in enumerate(empty):
            if not blank and index not in shown:
                raise self._refused(f"it leaves out the message of the {roles[index]}")
        return pieces

    def _slots(self, roles: Sequence[str], empty: Sequence[bool]) -> list[Slot]:
        """What is trimmed depends on the role and the place in the conversation, so each message is probed."""
        stripped: list[tuple[set[str], set[str]]] = [(set(), set()) for _ in roles]
        bare = self._run(roles, ["" if void else self._mark(i) for i, void in enumerate(empty)])
        for blank in BLANKS:
            fills = ["" if void else blank + self._mark(i) + blank for i, void in enumerate(empty)]
            probed = self._run(roles, fills)
            for index, sides in enumerate(stripped):
                before, after = (_blanks_around(text, self._mark(index), blank) for text in (bare, probed))
                for side, was, now in zip(sides, before, after, strict=True):
                    if now == was:
                        side.add(blank)
        return [Slot(index, _strip(left), _strip(right)) for index, (left, right) in enumerate(stripped)]

    def _mark(self, index: int) -> str:
        return f"{OPEN}{index}{CLOSE}"

    def _run(self, roles: Sequence[str], fills: Sequence[str], thinking: bool = False) -> str:
        messages = [{"role": role, "content": fill} for role, fill in zip(roles, fills, strict=True)]
        try:
            asked = {"messages": messages, "add_generation_prompt": True, "enable_thinking": thinking, "tools": None}
            return str(self._template.render(asked | self._tokens))
        except Exception as error:  # a template can raise anything, also what it makes up itself
            kinds = ", ".join(dict.fromkeys(roles))
            raise self._refused(f"it fails for messages of {kinds} ({_told(error)})") from error

    def _refused(self, why: str) -> ModelRefused:
        place = _place(self._folder)
        step = f"Name another model with --generator, or mend {place}."
        return ModelRefused(f"the chat template of {self._folder.name}", why, step)


def _told(error: Exception) -> str:
    """What a template says may be long, empty, or lines; jinja knows the line of a mistake."""
    said = " ".join(str(error).split())[:TOLD] or type(error).__name__
    line = getattr(error, "lineno", None)
    return f"{said}, line {line}" if line else said


def _blanks_around(text: str, mark: str, blank: str) -> tuple[int, int]:
    """How many of `blank` stand directly before and after `mark`."""
    left, _, right = text.partition(mark)
    return len(left) - len(left.rstrip(blank)), len(right) - len(right.lstrip(blank))


def _strip(blanks: set[str]) -> str | None:
    """The argument for str.strip: a template that takes off both kinds takes off all white space."""
    return None if len(blanks) == len(BLANKS) else "".join(blanks)


def _text(token: object) -> str:
    """A special token is written as text or as an object with `content`."""
    found = token.get("content") if isinstance(token, Mapping) else token
    return found if isinstance(found, str) else ""


def _place(folder: Path) -> Path:
    """The file that holds the template."""
    alone = folder / "chat_template.jinja"
    return alone if alone.is_file() else folder / "tokenizer_config.json"


def _source(folder: Path, config: Mapping[str, Any]) -> str:
    path = _place(folder)
    if path.suffix == ".jinja":
        try:
            return path.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise ModelDamaged(str(path), f"it cannot be read ({error})", "Fetch the model again.") from error
    found = config.get("chat_template")
    if isinstance(found, list):  # several, by name
        named = {str(item.get("name")): item.get("template") for item in found if isinstance(item, Mapping)}
        found = named.get("default")
    if not isinstance(found, str):
        raise missing(folder, "chat template")
    return found


def _without_training_marks(source: str) -> str:
    """`{% generation %}` blocks mark what a trainer learns from; transformers' extension renders what they hold."""
    opened = re.sub(r"\{%(-?)\s*generation\s*(-?)%\}", r"{%\1 if true \2%}", source)
    return re.sub(r"\{%(-?)\s*endgeneration\s*(-?)%\}", r"{%\1 endif \2%}", opened)


def _environment() -> Any:
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    environment = ImmutableSandboxedEnvironment(
        trim_blocks=True, lstrip_blocks=True, extensions=["jinja2.ext.loopcontrols"]
    )
    environment.filters["tojson"] = _to_json
    environment.globals["raise_exception"] = _raise
    return environment


def _to_json(value: Any, ensure_ascii: bool = False, indent: int | None = None) -> str:
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent)


def _raise(message: object) -> None:
    raise ValueError(str(message))
