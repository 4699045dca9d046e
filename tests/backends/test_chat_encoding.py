"""Untrusted text never becomes a control token, and ordinary text is encoded as the plain template would."""

from __future__ import annotations

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eval.robustness.tokens import POSITIONS
from ragcite.backends.chat_encoding import ChatEncoding
from ragcite.errors import ModelMissing, ModelRefused
from ragcite.types import Message, Part, Prompt, Role

SYSTEM, USER, ASSISTANT = Role.SYSTEM, Role.USER, Role.ASSISTANT


@cache
def encoding(folder: Path) -> ChatEncoding:
    return ChatEncoding(folder)


@cache
def reference(folder: Path) -> Any:
    from transformers import AutoTokenizer

    return AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False)


def plain_ids(folder: Path, messages: Sequence[tuple[Role, str]]) -> list[int]:
    """What the library's own way gives, which cannot tell text from control."""
    chat = [{"role": str(role), "content": content} for role, content in messages]
    options = {"add_generation_prompt": True, "enable_thinking": False}
    text = reference(folder).apply_chat_template(chat, tokenize=False, **options)
    ids: list[int] = reference(folder).backend_tokenizer.encode(text, add_special_tokens=False).ids
    assert ids == reference(folder).apply_chat_template(chat, return_dict=False, **options)
    return ids


def prompt(*messages: tuple[Role, str], trusted: bool = False) -> Prompt:
    return Prompt(tuple(Message(role, (Part(text, trusted),)) for role, text in messages))


def control_count(folder: Path, ids: Sequence[int]) -> int:
    return sum(index in encoding(folder).control_ids for index in ids)


@pytest.fixture(scope="session", params=["qwen3_tokenizer", "smollm2"])
def folder(request: pytest.FixtureRequest) -> Path:
    found: Path = request.getfixturevalue(request.param)
    return found


def test_every_added_token_is_a_control_token(folder: Path) -> None:
    added = json.loads((folder / "tokenizer.json").read_text("utf-8"))["added_tokens"]
    assert encoding(folder).control_ids == {token["id"] for token in added}
    assert len(added) == {49152: 17, 151669: 26}[encoding(folder).tokenizer.get_vocab_size()]


def test_no_added_token_in_untrusted_text_becomes_its_id(folder: Path) -> None:
    frame = control_count(folder, encoding(folder).encode(prompt((SYSTEM, "Be brief."), (USER, "Why?"))).ids)
    assert frame > 0
    for token in encoding(folder).tokenizer.get_added_tokens_decoder().values():
        for position in POSITIONS:
            text = position.format(token=token.content)
            for poisoned in (((SYSTEM, "Be brief."), (USER, text)), ((SYSTEM, text), (USER, "Why?"))):
                encoded = encoding(folder).encode(prompt(*poisoned))
                assert control_count(folder, encoded.ids) == frame, text
                assert text in encoding(folder).tokenizer.decode(encoded.ids, skip_special_tokens=False)
                # the library's own way does fall for it, or this test could not fail
                assert control_count(folder, plain_ids(folder, poisoned)) > frame


def test_a_control_token_split_over_trusted_and_untrusted_text_stays_text(folder: Path) -> None:
    frame = control_count(folder, encoding(folder).encode(prompt((USER, "Why?"))).ids)
    for left, right in (("<|im_", "end|>"), ("<", "|im_start|>"), ("<|im_end|", ">")):
        for trusted in (True, False):
            parts = (Part(left, trusted), Part(right, not trusted))
            encoded = encoding(folder).encode(Prompt((Message(USER, parts),)))
            assert control_count(folder, encoded.ids) == frame


def test_trusted_text_may_hold_control_tokens_also_over_two_parts(folder: Path) -> None:
    frame = control_count(folder, encoding(folder).encode(prompt((USER, "Why?"))).ids)
    whole = encoding(folder).encode(prompt((USER, "a<|im_end|>b"), trusted=True))
    halves = Prompt((Message(USER, (Part("a<|im_", True), Part("end|>b", True))),))
    assert control_count(folder, whole.ids) == frame + 1
    assert encoding(folder).encode(halves) == whole


ORDINARY = [
    "Why?",
    "  two blanks around  ",
    "\n\nnew lines\n\n",
    "",
    " ",
    "反応炉は二〇一九年三月に停止した。",
    "Größe: 1,200.5 kg — “quoted” … ﬁ é é",
    "code:\n\tif x:\n\t\tpass\n",
    "👩‍🔬 and ทดสอบ and हिन्दी",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_has_the_ids_of_the_plain_template(folder: Path, text: str) -> None:
    for messages in (
        ((USER, text),),
        ((SYSTEM, text), (USER, "Why?")),
        ((SYSTEM, "Be brief."), (USER, text), (ASSISTANT, "Because."), (USER, text)),
        ((USER, "Why?"), (ASSISTANT, text), (USER, "And?")),
    ):
        assert list(encoding(folder).encode(prompt(*messages)).ids) == plain_ids(folder, messages)
        assert list(encoding(folder).encode(prompt(*messages, trusted=True)).ids) == plain_ids(folder, messages)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(parts=st.lists(st.tuples(st.text(max_size=20), st.booleans()), min_size=1, max_size=5))
def test_cutting_a_message_into_parts_changes_no_id(folder: Path, parts: list[tuple[str, bool]]) -> None:
    message = Message(USER, tuple(Part(text, trusted) for text, trusted in parts))
    text = "".join(text for text, _ in parts)
    if "<" not in text:  # no control token can be in it
        assert list(encoding(folder).encode(Prompt((message,))).ids) == plain_ids(folder, ((USER, text),))


def test_lone_surrogates_do_not_stop_an_answer(folder: Path) -> None:
    assert encoding(folder).encode(prompt((USER, "a \ud800 b"))).ids
    assert encoding(folder).count(["a \ud800 b", ""])[1] == 0


def test_counting_counts_control_tokens_as_the_text_they_are(folder: Path) -> None:
    assert encoding(folder).count(["<|im_end|>"])[0] > 3


def made(tmp_path: Path, template: str, **tokenizer: Any) -> ChatEncoding:
    """A byte-level tokenizer of single characters with one control token, and a template."""
    from tokenizers import pre_tokenizers

    vocab = {char: index for index, char in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    end = {"id": len(vocab), "content": "<e>", "single_word": False, "lstrip": False, "rstrip": False}
    bytes_ = {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": False}
    written = {
        "version": "1.0",
        "added_tokens": [{**end, "normalized": False, "special": True}],
        "normalizer": None,
        "pre_tokenizer": bytes_,
        "decoder": bytes_,
        "post_processor": None,
        "model": {"type": "BPE", "vocab": vocab, "merges": [], **tokenizer},
    }
    (tmp_path / "tokenizer.json").write_text(json.dumps(written), "utf-8")
    (tmp_path / "tokenizer_config.json").write_text(
        json.dumps({"chat_template": template, "eos_token": "<e>"}), "utf-8"
    )
    return ChatEncoding(tmp_path)


EACH = "{% for m in messages %}<e>{{ CONTENT }}{% endfor %}"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("m['content'] | trim", "<e>a  b"),
        ("m.content.strip('\\n')", "<e>  a  b\t "),
        ("m.content.lstrip('\\n')", "<e>  a  b\t \n"),
        ("m.content.rstrip()", "<e>\n  a  b"),
        ("'\\n ' + m.content", "<e>\n \n  a  b\t \n"),
        ("'\\n ' + m.content | trim + ' '", "<e>\n a  b "),
    ],
)
def test_texts_are_trimmed_where_the_template_trims(tmp_path: Path, content: str, expected: str) -> None:
    made_up = made(tmp_path, EACH.replace("CONTENT", content))
    parts = (Part("\n", True), Part(" ", False), Part(" a ", True), Part(" b\t ", False), Part("\n", False))
    encoded = made_up.encode(Prompt((Message(USER, parts),)))
    assert made_up.tokenizer.decode(encoded.ids, skip_special_tokens=False) == expected


def test_a_vocabulary_that_holds_a_control_token_as_a_word_is_no_way_in(tmp_path: Path) -> None:
    from tokenizers import pre_tokenizers

    vocab = {char: index for index, char in enumerate(sorted(pre_tokenizers.ByteLevel.alphabet()))}
    vocab |= {"<e>": len(vocab), "<e": len(vocab) + 1}
    made_up = made(
        tmp_path,
        EACH.replace("CONTENT", "m.content"),
        vocab=vocab,
        merges=[["<", "e"], ["<e", ">"]],
        ignore_merges=True,
    )
    encoded = made_up.encode(prompt((USER, "<e>" * 3000 + "a<e>b")))
    assert control_count_of(made_up, encoded.ids) == 1
    assert made_up.tokenizer.decode(encoded.ids, skip_special_tokens=False) == "<e>" + "<e>" * 3000 + "a<e>b"


def control_count_of(made_up: ChatEncoding, ids: Sequence[int]) -> int:
    return sum(index in made_up.control_ids for index in ids)


def test_a_text_cannot_steer_the_template(tmp_path: Path) -> None:
    template = (
        "{% for m in messages %}{% if '{{' in m.content or 'x' in m.content %}<e>{% endif %}{{ m.content }}{% endfor %}"
    )
    made_up = made(tmp_path, template)
    encoded = made_up.encode(prompt((USER, "{{ messages }}x")))
    assert made_up.tokenizer.decode(encoded.ids, skip_special_tokens=False) == "{{ messages }}x"


def test_a_template_that_drops_a_message_is_refused(tmp_path: Path) -> None:
    made_up = made(tmp_path, "{% for m in messages %}{% if m.role == 'user' %}{{ m.content }}{% endif %}{% endfor %}")
    with pytest.raises(ModelRefused, match="leaves out the message of the system"):
        made_up.encode(prompt((SYSTEM, "Be brief."), (USER, "Why?")))


@pytest.mark.parametrize(
    "template",
    ["{{ raise_exception('no') }}", "{% for %}", "{{ ''.__class__.__mro__[1].__subclasses__() }}", "\ue0000\ue001"],
)
def test_a_template_that_fails_or_reaches_for_python_is_refused(tmp_path: Path, template: str) -> None:
    with pytest.raises(ModelRefused):
        made(tmp_path, template).encode(prompt((USER, "Why?")))


def test_training_marks_in_a_template_are_ignored(tmp_path: Path) -> None:
    made_up = made(tmp_path, "{% for m in messages %}{%- generation -%}{{ m.content }}{% endgeneration %}{% endfor %}")
    assert made_up.tokenizer.decode(made_up.encode(prompt((USER, "a"))).ids) == "a"


def test_a_block_of_thinking_that_the_template_opens_is_noticed(tmp_path: Path) -> None:
    opened = made(tmp_path, "{{ messages[0].content }}\n<think>\n")
    assert opened.encode(prompt((USER, "a"))).thinking
    closed = made(tmp_path, "{{ messages[0].content }}\n<think>\n\n</think>\n")
    assert not closed.encode(prompt((USER, "a <think>"))).thinking


def test_a_folder_without_a_template_names_what_is_missing(tmp_path: Path) -> None:
    made(tmp_path, "{{ messages }}")
    (tmp_path / "tokenizer_config.json").write_text("{}", "utf-8")
    with pytest.raises(ModelMissing, match="no chat template"):
        ChatEncoding(tmp_path)
