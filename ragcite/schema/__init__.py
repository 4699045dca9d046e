"""The JSON that other programs rely on. See docs/json.md; `VERSION` grows when a field changes its meaning."""

from ragcite.schema.answer import AnswerOut, answer_out, event_out
from ragcite.schema.batch import BatchLine, batch_out, read_batch
from ragcite.schema.certificate import CertificateOut, PairIn, certificate_in, certificate_out, read_pairs
from ragcite.schema.chat import ChatOut, chat_out
from ragcite.schema.doctor import CheckupOut, checkup_out
from ragcite.schema.evaluation import EvalOut
from ragcite.schema.ingest import FileOut, IngestOut, ingest_out
from ragcite.schema.removal import RemovalOut, removal_out
from ragcite.schema.transfer import ExportedOut, ImportedOut, exported_out, imported_out
from ragcite.schema.verify import ClaimIn, VerdictOut, read_claim, verdict_out
from ragcite.schema.version import VERSION

__all__ = [
    "VERSION",
    "AnswerOut",
    "BatchLine",
    "CertificateOut",
    "ChatOut",
    "CheckupOut",
    "ClaimIn",
    "EvalOut",
    "ExportedOut",
    "FileOut",
    "ImportedOut",
    "IngestOut",
    "PairIn",
    "RemovalOut",
    "VerdictOut",
    "answer_out",
    "batch_out",
    "certificate_in",
    "certificate_out",
    "chat_out",
    "checkup_out",
    "event_out",
    "exported_out",
    "imported_out",
    "ingest_out",
    "read_batch",
    "read_claim",
    "read_pairs",
    "removal_out",
    "verdict_out",
]
