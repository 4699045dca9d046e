"""Asking with a server that generates, through the real command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.chat_server import MODEL, Chat, served
from tests.journeys.conftest import Ragcite

pytestmark = pytest.mark.journey

FACT = "The feed pump was serviced on 4 June 2024 by Ines Okafor."
QUESTION = "Who serviced the feed pump?"
KEY = "sk-very-secret"


@pytest.fixture
def asking(ragcite: Ragcite, tmp_path: Path) -> Ragcite:
    folder = tmp_path / "notes"
    folder.mkdir()
    (folder / "pump.md").write_text(f"# Pump\n\n{FACT}\n")
    assert ragcite("ingest", folder).code == 0
    return ragcite


def engine(address: str) -> dict[str, str]:
    settings = {"ENGINE": "openai", "SERVER": address, "GENERATOR": MODEL, "SERVER_KEY": KEY}
    return {f"RAGCITE_{name}": value for name, value in settings.items()}


def test_what_a_local_server_writes_is_checked_and_nothing_is_said_to_have_left(asking: Ragcite) -> None:
    with served(Chat(words=[f"{FACT[:30]}", f"{FACT[30:]} [1] ", "It was painted green."])) as chat:
        done = asking("ask", "--json", QUESTION, **engine(chat.address))
        answer = json.loads(done.out)
        status = asking("status", **engine(chat.address)).out
    assert (answer["kind"], answer["answer"]) == ("generated", f"{FACT} [1]")
    assert [withheld["sentence"]["text"] for withheld in answer["withheld"]] == ["It was painted green."]
    assert answer["sent_to"] is None
    (body,) = chat.asked
    assert FACT in body["messages"][-1]["content"]
    assert KEY not in done.out + done.err + status
    assert f"{MODEL} at 127.0.0.1" in status


def test_text_leaves_only_with_consent_and_then_the_answer_says_so(asking: Ragcite) -> None:
    with served(Chat(words=[f"{FACT} [1]"])) as chat:
        # This machine, but not by an address that is known to be.
        elsewhere = engine(chat.address.replace("127.0.0.1", "0.0.0.0"))
        place = elsewhere["RAGCITE_SERVER"].split("/")[2]
        refused = asking("ask", QUESTION, **elsewhere)
        assert refused.code == 2
        assert place in refused.err
        assert "--allow-remote" in refused.err
        assert chat.seen == []
        page = asking("ask", "--allow-remote", QUESTION, **elsewhere)
        answer = json.loads(asking("ask", "--allow-remote", "--json", QUESTION, **elsewhere).out)
        silent = json.loads(asking("ask", "--allow-remote", "--json", "Who won the cup in Qatar?", **elsewhere).out)
        quoted = json.loads(asking("ask", "--extractive", "--json", QUESTION, **elsewhere).out)
    assert f"Text left this machine: the question and passages were sent to {place}." in page.out
    assert answer["sent_to"] == place
    assert len(chat.asked) == 2
    assert (silent["kind"], silent["sent_to"], quoted["sent_to"]) == ("refusal", None, None)


def test_a_server_that_breaks_off_gives_no_answer_but_an_error(asking: Ragcite) -> None:
    with served(Chat(words=[FACT, " It was"], cut=400)) as chat:
        done = asking("ask", "--json", QUESTION, **engine(chat.address))
        page = asking("ask", QUESTION, **engine(chat.address))
    assert (done.code, done.out, page.code) == (4, "", 4)
    assert "hung up in mid-answer" in page.err
    assert "sentences supported" not in page.out


def test_a_server_without_a_model_or_an_address_is_a_wrong_setting(asking: Ragcite) -> None:
    assert "`server`" in asking("ask", QUESTION, RAGCITE_ENGINE="openai", RAGCITE_GENERATOR=MODEL).err
    done = asking("ask", QUESTION, RAGCITE_ENGINE="openai", RAGCITE_SERVER="http://127.0.0.1:1/v1")
    assert (done.code, "--generator" in done.err) == (2, True)
