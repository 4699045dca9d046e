"""From a question to a checked answer: gate, quotes, drafting, numbering, refusals."""

from ragcite.answering.answerer import Answerer, Writing
from ragcite.answering.gate import Gate, GateDecision

__all__ = ["Answerer", "Gate", "GateDecision", "Writing"]
