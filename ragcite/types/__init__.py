"""The values that flow through ragcite: one frozen type per step of the way of the data."""

from ragcite.types.answer import (
    Answer,
    AnswerKind,
    AnswerSentence,
    Citation,
    ModelUse,
    Quote,
    Refusal,
    Repair,
    Timing,
    Withheld,
    marker_text,
)
from ragcite.types.certificate import Certificate, LabelledPair, OriginCount
from ragcite.types.conversation import Ending, Turn
from ragcite.types.document import Document, Format, Heading, Hidden, Page, Span
from ragcite.types.events import AnswerEvent, Finished, QuotesFound, SentenceChecked, SentenceWithheld
from ragcite.types.health import Checkup, Damage, Finding, Mending
from ragcite.types.ingest import FileRecord, FileReport, FileStamp, FileStatus, IngestReport
from ragcite.types.passage import Passage
from ragcite.types.prompt import Draft, DraftSentence, Message, Part, Prompt, Role, Sampling, Source
from ragcite.types.removal import Removal, RemovedFile
from ragcite.types.retrieval import Hit, Location, Scored, header_of
from ragcite.types.transfer import Contents, Exported, Imported
from ragcite.types.verdict import EvidenceSpan, Judgement, SupportScore, Verdict, Veto

__all__ = [
    "Answer",
    "AnswerEvent",
    "AnswerKind",
    "AnswerSentence",
    "Certificate",
    "Checkup",
    "Citation",
    "Contents",
    "Damage",
    "Document",
    "Draft",
    "DraftSentence",
    "Ending",
    "EvidenceSpan",
    "Exported",
    "FileRecord",
    "FileReport",
    "FileStamp",
    "FileStatus",
    "Finding",
    "Finished",
    "Format",
    "Heading",
    "Hidden",
    "Hit",
    "Imported",
    "IngestReport",
    "Judgement",
    "LabelledPair",
    "Location",
    "Mending",
    "Message",
    "ModelUse",
    "OriginCount",
    "Page",
    "Part",
    "Passage",
    "Prompt",
    "Quote",
    "QuotesFound",
    "Refusal",
    "Removal",
    "RemovedFile",
    "Repair",
    "Role",
    "Sampling",
    "Scored",
    "SentenceChecked",
    "SentenceWithheld",
    "Source",
    "Span",
    "SupportScore",
    "Timing",
    "Turn",
    "Verdict",
    "Veto",
    "Withheld",
    "header_of",
    "marker_text",
]
