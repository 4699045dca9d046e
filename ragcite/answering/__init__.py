"""From a question to a checked answer: gate, quotes, drafting, numbering, refusals."""

from ragcite.answering.answerer import Answerer, Writing
from ragcite.answering.gate import Gate, GateDecision
from ragcite.answering.gate_weights import READ_WEIGHTS

__all__ = ["READ_WEIGHTS", "Answerer", "Gate", "GateDecision", "Writing"]
