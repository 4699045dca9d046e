"""The client of a chat completions server, against a small server that also does everything wrong."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator

import pytest

from ragcite.backends.openai_generator import OpenAiGenerator
from ragcite.errors import PromptOverflow, ServerError, SettingsError, UsageError
from ragcite.types import Message, Part, Prompt, Role, Sampling
from tests.chat_server import END, MODEL, Chat, event, piece, served

KEY = "sk-very-secret"
PROMPT = Prompt(
    (
        Message(Role.SYSTEM, (Part("Be brief.", True),)),
        Message(Role.USER, (Part("Sources: ", True), Part("a <|im_end|> \ud800 b", False))),
    )
)


@pytest.fixture
def chat() -> Iterator[Chat]:
    with served(Chat()) as found:
        yield found


def asked(chat: Chat, sampling: Sampling | None = None, **options: object) -> str:
    generator = OpenAiGenerator(chat.address, MODEL, **options)  # type: ignore[arg-type]
    return "".join(generator.generate(PROMPT, sampling or Sampling()))


def test_the_prompt_goes_as_a_list_of_messages_and_the_answer_comes_in_pieces(chat: Chat) -> None:
    generator = OpenAiGenerator(chat.address, MODEL)
    pieces = list(generator.generate(PROMPT, Sampling()))
    assert pieces == list(chat.words)
    (body,) = chat.asked
    assert body["messages"] == [
        {"role": "system", "content": "Be brief."},
        {"role": "user", "content": "Sources: a <|im_end|> \ufffd\ufffd\ufffd b"},
    ]
    assert (body["model"], body["stream"], body["max_tokens"]) == (MODEL, True, 256)
    assert generator.name == f"{MODEL} at {chat.address.removeprefix('http://').removesuffix('/v1')}"


def test_sampling_is_sent_and_what_the_api_lacks_only_where_it_is_used(chat: Chat) -> None:
    asked(chat, Sampling(max_tokens=9))
    asked(chat, Sampling(7, 0.6, top_k=20, top_p=0.95, seed=3, stop=("\n",), min_p=0.1, repetition_penalty=1.1))
    plain, used = chat.asked
    assert {key: plain[key] for key in ("max_tokens", "temperature", "top_p", "seed")} == {
        "max_tokens": 9,
        "temperature": 0.0,
        "top_p": 1.0,
        "seed": 0,
    }
    assert not {"top_k", "min_p", "repetition_penalty", "repeat_penalty", "presence_penalty", "stop"} & plain.keys()
    wanted = {"temperature": 0.6, "top_k": 20, "top_p": 0.95, "seed": 3, "stop": ["\n"], "min_p": 0.1}
    assert wanted.items() <= used.items()
    assert used["repetition_penalty"] == used["repeat_penalty"] == 1.1


def test_a_stop_string_that_the_server_overlooks_still_ends_the_answer(chat: Chat) -> None:
    assert asked(chat, Sampling(stop=(" col",))) == "Blue is a"


def test_thoughts_are_no_answer(chat: Chat) -> None:
    thought = event(json.dumps({"choices": [{"delta": {"reasoning_content": "Hm.", "content": None}}]}))
    chat.stream = thought + piece("<think>So ") + piece("so.</think>") + piece("Blue.") + END
    assert asked(chat) == "Blue."


def test_comments_keepalives_other_fields_and_figures_are_passed_over(chat: Chat) -> None:
    chat.stream = b": ping\r\n\r\nretry: 10\nid: 7\nevent: message\n" + event('{"choices": [], "usage": {}}')
    chat.stream += piece("Größe ").replace(b"\n", b"\r\n") + piece("反応炉") + END
    assert asked(chat) == "Größe 反応炉"


@pytest.mark.parametrize("chunked", [True, False])
@pytest.mark.parametrize("words", [0, 2])
def test_an_answer_that_is_cut_is_never_whole(chat: Chat, chunked: bool, words: int) -> None:
    whole = piece("", role="assistant") + b"".join(map(piece, chat.words))
    chat.chunked, chat.cut = chunked, len(whole) - 8 if words else 5
    came = OpenAiGenerator(chat.address, MODEL).generate(PROMPT, Sampling())
    assert [next(came) for _ in range(4 if words else 0)] == list(chat.words[: 4 if words else 0])
    with pytest.raises(ServerError, match="hung up"):
        next(came)


@pytest.mark.parametrize(
    ("stream", "word"),
    [
        (piece("Blue") + event("[DONE]"), "hung up"),
        (piece("Blue") + event("{oops") + END, "no JSON object.*oops"),
        (piece("Blue") + event('"text"') + END, "no JSON object"),
        (piece("Blue") + event("[" * 60_000) + END, "no JSON object"),
        (piece("Blue") + b'ata: {"choices": []}\n\n' + END, "no event.*ata"),
        (piece("Blue") + b"data: \xff\xfe\n\n" + END, "no UTF-8"),
        (piece("Blue") + event('{"choices": [{"delta": {"content": 7}}]}') + END, "no piece of an answer"),
        (piece("Blue") + event('{"choices": {}}') + END, "no piece of an answer"),
        (
            piece("Blue") + event('{"error": {"message": "out of \\u001b[2Jmemory", "code": 500}}') + END,
            r"of \\x1b\[2Jm",
        ),
        (piece("Blue") + piece("", "content_filter") + event("[DONE]"), "content_filter"),
        (piece("Blue") + b"data: " + b"x" * (2**16 + 9), "line of more than"),
        (piece("x" * 500) * 70 + END, "writes on beyond the 256 tokens"),
        (b"", "hung up"),
    ],
)
def test_a_stream_that_is_wrong_is_an_error_that_says_how(chat: Chat, stream: bytes, word: str) -> None:
    chat.stream = stream
    with pytest.raises(ServerError, match=word) as caught:
        asked(chat)
    assert chat.address.split("/")[2] in caught.value.what


@pytest.mark.parametrize(
    ("status", "body", "word", "step"),
    [
        (
            500,
            b'{"error": {"message": "CUDA \\u001b]0;x\\u0007 broke", "type": "x"}}',
            r"HTTP 500: CUDA \\x1b\]0;x",
            "v1",
        ),
        (400, b'{"object": "error", "message": "too long"}', "HTTP 400: too long", "v1"),
        (503, b"<html>" + b"busy " * 400, "HTTP 503: <html>busy busy", "v1"),
        (502, b"", "HTTP 502: Bad Gateway", "v1"),
        (401, b'{"error": "no key like ' + KEY.encode() + b'"}', "no key like …", "RAGCITE_SERVER_KEY"),
        (404, b'{"error": "model not found"}', "has no model 'tiny'.*model not found", "a, b"),
        (404, b"404 page not found", "has no model", "a, b"),
    ],
)
def test_a_refusal_is_told_in_the_servers_words(chat: Chat, status: int, body: bytes, word: str, step: str) -> None:
    chat.refusal, chat.models = (status, body), ("a", "b")
    with pytest.raises(ServerError, match=word) as caught:
        asked(chat, key=KEY)
    assert step in caught.value.next_step
    assert len(str(caught.value)) < 700
    assert KEY not in f"{caught.value!r}{caught.value}"


def test_a_refusal_for_a_model_that_is_there_blames_something_else(chat: Chat) -> None:
    chat.refusal = (404, b"page not found")
    with pytest.raises(ServerError, match="HTTP 404: page not found"):
        asked(chat)


def test_no_redirect_is_followed(chat: Chat) -> None:
    with served(Chat()) as other:
        chat.refusal, chat.headers = (307, b""), {"Location": f"{other.address}/chat/completions"}
        with pytest.raises(ServerError, match="redirects to"):
            asked(chat)
        assert other.seen == []


def test_what_does_not_stream_is_an_error(chat: Chat) -> None:
    chat.kind = "application/json"
    with pytest.raises(ServerError, match="'application/json' instead of a stream"):
        asked(chat)


def test_nobody_there_is_told_with_the_way_out() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
    with pytest.raises(ServerError, match="nothing answers there") as caught:
        asked(Chat(address=address))
    assert "Start the server" in caught.value.next_step


def test_a_server_that_falls_silent_is_waited_for_no_longer_than_was_set(chat: Chat) -> None:
    chat.pause = 60.0
    with pytest.raises(ServerError, match=r"nothing came for 0\.2 s"):
        asked(chat, seconds=0.2)


def test_closing_the_answer_hangs_up(chat: Chat) -> None:
    chat.words, chat.pause = ["word "] * 2000, 0.01
    stream = OpenAiGenerator(chat.address, MODEL).generate(PROMPT, Sampling(max_tokens=2000))
    assert next(stream)
    stream.close()  # type: ignore[attr-defined]
    assert chat.hung_up.wait(60)


def test_a_stop_string_hangs_up(chat: Chat) -> None:
    chat.words, chat.pause = ["word "] * 2000, 0.01
    assert asked(chat, Sampling(max_tokens=2000, stop=("word word",))) == ""
    assert chat.hung_up.wait(60)
    assert not chat.asked[1:]


def test_nothing_is_sent_before_the_first_piece_is_asked_for_or_for_none(chat: Chat) -> None:
    OpenAiGenerator(chat.address, MODEL).generate(PROMPT, Sampling())
    assert asked(chat, Sampling(max_tokens=0)) == ""
    with pytest.raises(PromptOverflow):
        asked(chat, context_tokens=100)
    with pytest.raises(UsageError):
        asked(chat, Sampling(top_p=2.0))
    assert chat.seen == []


def test_the_key_goes_into_one_header_and_no_proxy_is_asked(chat: Chat, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")  # nobody listens on the port of "discard"
    monkeypatch.delenv("no_proxy", raising=False)
    assert asked(chat, key=KEY)
    asked(chat)
    (path, headers), (_, without) = chat.seen
    assert path == "/v1/chat/completions"
    assert [name for name, value in headers.items() if KEY in value] == ["Authorization"]
    assert "Authorization" not in without


@pytest.mark.parametrize("key", ["two words", "line\nX-More: 1", "schlüssel"])
def test_a_key_that_no_header_can_carry_is_refused_without_repeating_it(key: str) -> None:
    with pytest.raises(SettingsError) as caught:
        OpenAiGenerator("http://127.0.0.1:1/v1", MODEL, key=key)
    assert key not in str(caught.value)


@pytest.mark.parametrize(
    "address",
    [
        "",
        "127.0.0.1:8080",
        "ftp://127.0.0.1/v1",
        "http://",
        "http://127.0.0.1:99999/v1",
        "http://127.0.0.1:0/v1",
        "http://127.0.0.1\\@evil.example/v1",
        "http://127.0.0.1:80#@evil.example/",
        "http://127.0.0.1/v1?x=1",
        "http://[::1/v1",
        "http://[1.2]/v1",
        "http://127.0.0.1 /v1",
        "http://127.0.0.1/v1\n",
        "http://bücher.example/v1",
    ],
)
def test_what_is_no_plain_address_is_refused_at_once(address: str) -> None:
    with pytest.raises(SettingsError, match="address") as caught:
        OpenAiGenerator(address, MODEL, allow_remote=True)
    assert "`server`" in caught.value.next_step


def test_a_password_in_an_address_is_refused_and_not_repeated() -> None:
    with pytest.raises(SettingsError) as caught:
        OpenAiGenerator("http://me:hunter2@127.0.0.1/v1", MODEL)
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("http://gpu.example:8000/v1", "gpu.example:8000"),
        ("https://gpu.example", "gpu.example:443"),
        ("http://192.168.1.5:11434/v1", "192.168.1.5:11434"),
        ("http://0.0.0.0:8080/v1", "0.0.0.0:8080"),
        ("http://[::ffff:127.0.0.1]:1/v1", "[::ffff:127.0.0.1]:1"),
        ("http://127.1:8080/v1", "127.1:8080"),
        ("http://2130706433/v1", "2130706433:80"),
        ("http://localhost.evil.example/v1", "localhost.evil.example:80"),
        ("http://127.0.0.1.evil.example/v1", "127.0.0.1.evil.example:80"),
    ],
)
def test_what_is_not_this_machine_needs_consent_and_is_named(address: str, place: str) -> None:
    with pytest.raises(SettingsError, match="not this machine") as caught:
        OpenAiGenerator(address, MODEL)
    assert place in caught.value.what
    assert OpenAiGenerator(address, MODEL, allow_remote=True).sends_to == place


@pytest.mark.parametrize("address", ["http://127.0.0.1:8080", "http://127.9.9.9/v1/", "HTTP://[::1]:1/v1"])
def test_this_machine_needs_none(address: str) -> None:
    assert OpenAiGenerator(address, MODEL).sends_to == ""


def test_localhost_is_this_machine_only_where_it_resolves_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def resolved(address: str) -> None:
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(2, 1, 6, "", (address, 80))])

    resolved("127.0.0.1")
    assert OpenAiGenerator("http://localhost:8080", MODEL).sends_to == ""
    resolved("203.0.113.9")
    with pytest.raises(SettingsError, match="not this machine"):
        OpenAiGenerator("http://localhost:8080", MODEL)


def test_thinking_is_asked_for_and_has_room_beside_the_answer(chat: Chat) -> None:
    asked(chat, Sampling(9))
    asked(chat, Sampling(9, thinking_tokens=20))
    switched = [(body["chat_template_kwargs"]["enable_thinking"], body["max_tokens"]) for body in chat.asked]
    assert switched == [(False, 9), (True, 29)]
