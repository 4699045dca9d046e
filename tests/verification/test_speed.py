"""One sentence against five sources is quick enough to check while a draft is being written."""

from __future__ import annotations

from collections.abc import Callable

from ragcite.prompting import parse_draft
from ragcite.types import Prompt
from ragcite.verification import LexicalSupportModel, Verifier, WindowJudge
from tests.growth import seconds

SENTENCES = (
    "The reactor at Mira was shut down on {} March 2019 after a coolant leak in the second circuit.",
    "The operator reported {} hours of downtime and a loss of 1.2 million euros to the board.",
    "Nobody was hurt, and the inspectors did not find any damage to unit PX-{} of the plant.",
    "In April the director, Anna Berg, presented {} measures against further leaks.",
    "The repairs may take until summer {}, according to the yearly report of the plant.",
    "Visitors cannot enter hall {} while the work is going on.",
    "The town council discussed the matter on {} occasions in the spring.",
    "A new pump with {} kW was ordered from a firm in Uppsala.",
)


def test_a_sentence_against_five_sources_takes_well_below_a_quarter_of_a_second(
    make_prompt: Callable[..., Prompt],
) -> None:
    texts = [" ".join(s.format(10 * n + i) for i, s in enumerate(SENTENCES)) for n in range(1, 6)]
    prompt = make_prompt(*texts)
    draft = (
        "Anna Berg presented 43 measures [2]. The reactor was shut down on 30 March 2019 [3]. A pump with 57 kW came."
    )
    verifier = Verifier(WindowJudge(LexicalSupportModel()))
    sentences = parse_draft(draft, 5, "en").sentences
    verifier.check(sentences[0], prompt)

    def check() -> None:
        for sentence in sentences:
            verifier.check(sentence, prompt)

    assert min(seconds(check) for _ in range(3)) / len(sentences) < 0.25
