"""The settings themselves: one frozen object, validated once."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import platformdirs
from pydantic import BaseModel, ConfigDict, Field, SecretStr


def _default_library() -> Path:
    return Path(platformdirs.user_data_dir("ragcite", appauthor=False)) / "library"


def _default_models() -> Path:
    return Path(platformdirs.user_cache_dir("ragcite", appauthor=False)) / "models"


class Settings(BaseModel):
    """Every setting with its default. Unknown keys are errors."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    library: Path = Field(default_factory=_default_library, description="folder of the library")
    models: Path = Field(default_factory=_default_models, description="folder where pulled and converted models lie")
    generator: str = Field(
        "auto",
        description="'auto', 'extractive', a model name, a model folder (safetensors or OpenVINO) or a GGUF file",
    )
    engine: Literal["openvino", "torch", "openai"] = Field(
        "openvino", description="'openvino'; 'torch', the slow reference; or 'openai': the `server` generates"
    )
    precision: Literal["int8", "int4", "float32", "bfloat16", "float16"] | None = Field(
        None,
        description="of the generator: int8, int4 or float32 (openvino); float32, bfloat16 or float16 (torch)",
    )
    server: str = Field("", description="address of an OpenAI-compatible server, as in http://127.0.0.1:11434/v1")
    server_key: SecretStr | None = Field(
        None, description="what the server asks for; only from RAGCITE_SERVER_KEY, never from a file"
    )
    server_tokens: Annotated[int, Field(ge=512)] = Field(4096, description="context that the server allows, in tokens")
    server_seconds: Annotated[float, Field(gt=0)] = Field(120.0, description="longest wait for the server's next word")
    allow_remote: bool = Field(
        False, description="let the question and text from documents leave this machine, to the `server`"
    )
    embedder: str = Field("auto", description="'auto', a model name, or a model folder")
    support: str = Field("auto", description="who judges claims: 'auto', or a model name of this role")
    passage_tokens: Annotated[int, Field(ge=40, le=2000)] = Field(200, description="longest passage, in tokens")
    sources: Annotated[int, Field(ge=1, le=20)] = Field(4, description="most sources in one prompt")
    source_tokens: Annotated[int, Field(ge=100, le=20_000)] = Field(400, description="tokens of sources in a prompt")
    answer_tokens: Annotated[int, Field(ge=16, le=4096)] = Field(128, description="longest generated answer, in tokens")
    show_unverified: bool = Field(False, description="show sentences that no source supports, marked")
    reading_seconds: Annotated[float, Field(gt=0)] = Field(60.0, description="time limit for reading one file")
    reading_megabytes: Annotated[int, Field(ge=256)] = Field(2048, description="memory limit for reading one file")
    threads: Annotated[int, Field(ge=0)] = Field(0, description="threads of the engines; 0: they choose")
