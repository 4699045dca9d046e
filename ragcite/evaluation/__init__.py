"""Measures, and the runs that produce them: questions with gold spans, claims with labels."""

from ragcite.evaluation.certificate import (
    Scorer,
    calibration_error,
    certify,
    most_passes,
    needed,
    score_pairs,
    threshold_for,
    upper_bound,
)
from ragcite.evaluation.claims import Claim, ClaimReport, evaluate_claims, read_claims
from ragcite.evaluation.library_pairs import library_pairs
from ragcite.evaluation.measures import Rate, auroc, balanced_accuracy, bootstrap, reciprocal_rank
from ragcite.evaluation.output import eval_out, rate_out
from ragcite.evaluation.questions import GoldSpan, Question, Reference, locate, read_questions
from ragcite.evaluation.runner import Outcome, Report, evaluate
from ragcite.evaluation.written_pairs import packaged_pairs, written_pairs

__all__ = [
    "Claim",
    "ClaimReport",
    "GoldSpan",
    "Outcome",
    "Question",
    "Rate",
    "Reference",
    "Report",
    "Scorer",
    "auroc",
    "balanced_accuracy",
    "bootstrap",
    "calibration_error",
    "certify",
    "eval_out",
    "evaluate",
    "evaluate_claims",
    "library_pairs",
    "locate",
    "most_passes",
    "needed",
    "packaged_pairs",
    "rate_out",
    "read_claims",
    "read_questions",
    "reciprocal_rank",
    "score_pairs",
    "threshold_for",
    "upper_bound",
    "written_pairs",
]
