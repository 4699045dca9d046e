"""Generates on a server that speaks OpenAI's chat completions API, as vLLM, Ollama and llama.cpp do."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

from ragcite.backends.model_files import valid_unicode
from ragcite.backends.openai_stream import BadStream, answer_pieces, event_data, message_of, shown
from ragcite.backends.request_limits import check_request
from ragcite.backends.server_address import ServerAddress
from ragcite.backends.token_text import VisibleText
from ragcite.errors import ServerError, SettingsError
from ragcite.types import Prompt, Sampling

if TYPE_CHECKING:
    import httpx2

CONNECT_SECONDS = 10.0
MAX_BODY = 2**16  # bytes of an error's body, or of a list of models
BYTES_PER_TOKEN = 3  # fewer than any tokenizer packs on average, so that an estimate is rather too high
FRAME_TOKENS = 8  # what a chat template puts around a message
LONGEST_TOKEN = 128  # characters
LISTED = 8
LOG = "The server's own log may say why; ask again when it is mended."


class OpenAiGenerator:
    """A `Generator` on a server. `model` is the server's name for it; `context_tokens` what the server allows it.

    `key` goes into one header and nowhere else. An `address` that is not this machine needs `allow_remote`; `sends_to`
    then names it. `seconds` bounds the wait for each piece. No redirect is followed and no proxy is used: text goes to
    the host that is named or nowhere. Texts are sent as a list of messages, so nothing in them is a control token
    here; how the server encodes them is its own. Tokens are estimated, rather too high.
    Making one connects to nothing. Raises `SettingsError`.
    """

    def __init__(
        self,
        address: str,
        model: str,
        *,
        key: str = "",
        allow_remote: bool = False,
        context_tokens: int = 4096,
        seconds: float = 120.0,
    ) -> None:
        self._address = ServerAddress.read(address)
        if not self._address.local and not allow_remote:
            raise SettingsError(
                f"the server {self._address.place}",
                "it is not this machine, and your question and text from your documents would go there",
                "If you want that, say so with --allow-remote, or set `allow_remote`.",
            )
        if not model:
            raise SettingsError("the server's model", "none is named", "Name one with --generator NAME.")
        if not key.isascii() or not key.isprintable() or " " in key:
            raise SettingsError("the server's key", "a header cannot carry it", "Check RAGCITE_SERVER_KEY.")
        self._model = model
        self._key = key
        self._seconds = seconds
        self.context_tokens = context_tokens

    @property
    def name(self) -> str:
        return f"{self._model} at {self._address.place}"

    @property
    def sends_to(self) -> str:
        """host:port that text is sent to, "" where that is this machine."""
        return "" if self._address.local else self._address.place

    def count(self, texts: Sequence[str]) -> list[int]:
        """Estimated tokens of each text."""
        return [-(-len(valid_unicode(text).encode()) // BYTES_PER_TOKEN) for text in texts]

    def generate(self, prompt: Prompt, sampling: Sampling) -> Iterator[str]:
        """Raises `PromptOverflow` and `UsageError` at once; `ServerError` while the answer comes, which then is not
        whole. Nothing is sent before the first piece is asked for."""
        texts = ["".join(part.text for part in message.parts) for message in prompt.messages]
        check_request(sum(self.count(texts)) + FRAME_TOKENS * len(texts), sampling, self.context_tokens, self.name)
        messages = [
            {"role": str(message.role), "content": valid_unicode(text)}
            for message, text in zip(prompt.messages, texts, strict=True)
        ]
        return self._shown({"model": self._model, "messages": messages, **_options(sampling)}, sampling)

    def _shown(self, body: dict[str, Any], sampling: Sampling) -> Iterator[str]:
        if sampling.max_tokens < 1:
            return
        visible = VisibleText(sampling.stop)
        room = (sampling.max_tokens + sampling.thinking_tokens) * LONGEST_TOKEN
        with closing(self._written(body)) as pieces:
            for piece in pieces:
                room -= len(piece)
                if room < 0:
                    raise self._failed(f"it writes on beyond the {sampling.max_tokens} tokens that were asked for")
                if text := visible.push(piece):
                    yield text
                if visible.stopped:
                    return
        if text := visible.finish():
            yield text

    def _written(self, body: dict[str, Any]) -> Generator[str, None, None]:
        """The pieces as they come; closing this closes the connection, by which the server knows to stop."""
        import httpx2

        came = False
        try:
            with self._client() as client, client.stream("POST", self._url("chat/completions"), json=body) as response:
                self._refuse(response, client)
                for piece in answer_pieces(event_data(response.iter_bytes())):
                    came = True
                    yield piece
        except BadStream as error:
            raise self._failed(str(error)) from error
        except httpx2.ConnectTimeout as error:
            raise self._failed(f"it did not answer within {CONNECT_SECONDS:g} s") from error
        except httpx2.TimeoutException as error:
            raise self._failed(
                f"nothing came for {self._seconds:g} s", "Wait until the model is loaded, or raise `server_seconds`."
            ) from error
        except httpx2.ConnectError as error:
            why = f"nothing answers there ({shown(str(error))})"
            raise self._failed(why, "Start the server, or correct `server`.") from error
        except httpx2.HTTPError as error:
            when = "in mid-answer" if came else "before it answered"
            raise self._failed(f"it hung up {when} ({shown(str(error))})") from error

    def _client(self) -> httpx2.Client:
        import httpx2

        headers = {"Accept-Encoding": "identity"} | ({"Authorization": f"Bearer {self._key}"} if self._key else {})
        timeout = httpx2.Timeout(self._seconds, connect=CONNECT_SECONDS)
        return httpx2.Client(headers=headers, timeout=timeout, trust_env=False, follow_redirects=False)

    def _url(self, path: str) -> str:
        return f"{self._address.url}/{path}"

    def _refuse(self, response: httpx2.Response, client: httpx2.Client) -> None:
        """Raise `ServerError` for anything but a stream of events."""
        status = response.status_code
        kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        if status == 200 and kind == "text/event-stream":
            return
        if status == 200:
            raise self._failed(f"it answers with '{shown(kind)}' instead of a stream")
        if response.is_redirect:
            elsewhere = shown(response.headers.get("location", ""))
            raise self._failed(f"it redirects to {elsewhere}, which is not followed", "Set `server` to where it is.")
        why = f"HTTP {status}: {self._message(response) or response.reason_phrase}"
        if status in (401, 403):
            raise self._failed(why, "Set RAGCITE_SERVER_KEY to a key that it accepts.")
        known = self._models(client) if status == 404 else []
        if known and self._model not in known:
            listed = ", ".join(map(shown, known[:LISTED])) + (", …" if len(known) > LISTED else "")
            raise self._failed(f"it has no model '{self._model}' ({why})", f"Name one that it has: {listed}.")
        raise self._failed(why, "Check `server` (it mostly ends in /v1) and the model's name.")

    def _message(self, response: httpx2.Response) -> str:
        data = _start(response)
        try:
            message = message_of(json.loads(data))
        except (ValueError, RecursionError):
            message = shown(data.decode("utf-8", "replace"))
        return message.replace(self._key, "…") if self._key else message  # servers have been seen to repeat it

    def _models(self, client: httpx2.Client) -> list[str]:
        """What the server says it has; nothing where it does not say."""
        import httpx2

        unclear = suppress(httpx2.HTTPError, ValueError, LookupError, TypeError, RecursionError)
        with unclear, client.stream("GET", self._url("models")) as response:
            return [str(entry["id"]) for entry in json.loads(_start(response))["data"]]
        return []

    def _failed(self, why: str, next_step: str = LOG) -> ServerError:
        return ServerError(f"the server {self._address.place}", why, next_step)


def _options(sampling: Sampling) -> dict[str, Any]:
    """The API has no top-k, min-p or repetition penalty; vLLM and llama.cpp do, so they are sent where they are used.

    Thinking is switched on or off where the model's template can; the server does not bound it apart from the answer.
    """
    extra = {
        "top_k": sampling.top_k or None,
        "min_p": sampling.min_p or None,
        "repetition_penalty": sampling.repetition_penalty if sampling.repetition_penalty != 1 else None,
        "repeat_penalty": sampling.repetition_penalty if sampling.repetition_penalty != 1 else None,
        "presence_penalty": sampling.presence_penalty or None,
        "stop": list(sampling.stop) or None,
    }
    return {
        "stream": True,
        "max_tokens": sampling.max_tokens + sampling.thinking_tokens,
        "temperature": sampling.temperature,
        "top_p": sampling.top_p,
        "seed": sampling.seed,
        "chat_template_kwargs": {"enable_thinking": sampling.thinking_tokens > 0},
        **{key: value for key, value in extra.items() if value is not None},
    }


def _start(response: httpx2.Response) -> bytes:
    """The beginning of a body, as much as is looked at."""
    data = b""
    for chunk in response.iter_bytes():
        data += chunk
        if len(data) >= MAX_BODY:
            break
    return data[:MAX_BODY]
