"""Promise 8: every added token of the tokenizers at hand, at six places of a text."""

from __future__ import annotations

from eval.robustness.data import data_folder
from eval.robustness.measure import Outcome, Sizes, State
from ragcite.backends.chat_encoding import ChatEncoding
from ragcite.backends.smollm2 import converted
from ragcite.settings import Settings
from ragcite.types import Message, Part, Prompt, Role

POSITIONS = (
    "{token} a passage that begins with it",
    "a passage that ends with {token}",
    "a passage with {token} in the middle",
    "doubled {token}{token} like this",
    "between letters a{token}b without blanks",
    "\n\n\n{token}\n\n\n",
)


def measure(sizes: Sizes) -> Outcome:
    """Always all of them."""
    del sizes
    out, said, outside = Outcome(), [], 0
    folders = {"SmolLM2 (packaged)": converted(Settings().models), "Qwen3": data_folder() / "qwen3_tokenizer"}
    for name, folder in folders.items():
        tokens, tried, found = _tokenizer(ChatEncoding(folder))
        outside += found
        said.append(f"{name}: {tokens} added tokens × {len(POSITIONS)} places as passage and as rules = {tried}")
    state = State.MISSED if outside else State.REACHED
    out.add(8, "`eval/robustness/tokens.py`", f"{'; '.join(said)}; control ids outside the template: {outside}", state)
    return out


def _tokenizer(encoding: ChatEncoding) -> tuple[int, int, int]:
    """Added tokens, prompts tried, control ids beyond those of the same prompt without them."""
    frame = _controls(encoding, "Be brief.", "Why?")
    tokens = [token.content for token in encoding.tokenizer.get_added_tokens_decoder().values()]
    tried = outside = 0
    for token in tokens:
        for position in POSITIONS:
            text = position.format(token=token)
            for system, user in (("Be brief.", text), (text, "Why?")):
                tried += 1
                outside += _controls(encoding, system, user) - frame
    return len(tokens), tried, outside


def _controls(encoding: ChatEncoding, system: str, user: str) -> int:
    messages = [Message(role, (Part(text, False),)) for role, text in ((Role.SYSTEM, system), (Role.USER, user))]
    return sum(index in encoding.control_ids for index in encoding.encode(Prompt(tuple(messages))).ids)
