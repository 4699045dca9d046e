"""Measures, and the runs that produce them: questions with gold spans, claims with labels."""

from ragcite.evaluation.claims import Claim, ClaimReport, evaluate_claims, read_claims
from ragcite.evaluation.measures import Rate, auroc, balanced_accuracy, bootstrap, reciprocal_rank
from ragcite.evaluation.output import eval_out, rate_out
from ragcite.evaluation.questions import GoldSpan, Question, Reference, locate, read_questions
from ragcite.evaluation.runner import Outcome, Report, evaluate

__all__ = [
    "Claim",
    "ClaimReport",
    "GoldSpan",
    "Outcome",
    "Question",
    "Rate",
    "Reference",
    "Report",
    "auroc",
    "balanced_accuracy",
    "bootstrap",
    "eval_out",
    "evaluate",
    "evaluate_claims",
    "locate",
    "rate_out",
    "read_claims",
    "read_questions",
    "reciprocal_rank",
]
