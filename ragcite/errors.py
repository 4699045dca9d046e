"""Every error ragcite raises on purpose. Each names what failed, the cause, and what to do next."""

from __future__ import annotations


class RagciteError(Exception):
    """Base class. `what` failed, `why`, and `next_step`: what the person can do about it."""

    exit_code = 1

    def __init__(self, what: str, why: str, next_step: str) -> None:
        super().__init__(f"{what}: {why}. {next_step}")
        self.what = what
        self.why = why
        self.next_step = next_step


class UsageError(RagciteError):
    """The request itself cannot be carried out: a missing folder, an empty question, a value out of range."""

    exit_code = 2


class SettingsError(UsageError):
    """A configuration file, environment variable or argument is not valid."""


class ReadingError(RagciteError):
    """One file could not be read; the rest of the folder goes on. `state` is a short word for tables."""

    state = "error"


class EncryptedFile(ReadingError):
    state = "encrypted"


class NoText(ReadingError):
    """The file holds no text: it is empty, or a scan."""

    state = "no text"


class NotWhatItSays(ReadingError):
    """The bytes are not what the file's name says."""

    state = "wrong type"


class ReadingTimeout(ReadingError):
    state = "timeout"


class ReadingMemory(ReadingError):
    state = "memory"


class TooLarge(ReadingError):
    state = "too large"


class LibraryError(RagciteError):
    """The library on disk cannot be used as it is."""

    exit_code = 3


class LibraryLocked(LibraryError):
    """Another process is writing to the library."""


class NewerLibrary(LibraryError):
    """The library was written by a newer version of ragcite."""


class LibraryMismatch(LibraryError):
    """The library was built with another embedder than the one at hand."""


class ModelError(RagciteError):
    """A model is missing, damaged, or not one that ragcite loads."""

    exit_code = 4


class ModelMissing(ModelError):
    pass


class ModelDamaged(ModelError):
    """A model's bytes do not have the expected SHA-256, or its folder is incomplete."""


class ModelRefused(ModelError):
    """The model asks for something that is never done: running code, a format other than safetensors."""


class DownloadError(ModelError):
    """A pull did not complete; what arrived is kept and resumed."""


class ServerError(ModelError):
    """The server that generates cannot be reached, refuses, or broke off: what came of the answer is not whole."""


class PromptOverflow(RagciteError):
    """The question alone does not fit into the generator's context."""

    exit_code = 2
