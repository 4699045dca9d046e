"""Promise 12: what hidden text reaches a passage, and whether a clean file is left whole. Files made by hand."""

from __future__ import annotations

from eval.robustness.hidden_cases import Case, cases
from eval.robustness.measure import Outcome, Sizes, State
from ragcite.errors import ReadingError
from ragcite.reading import Readers
from ragcite.types import Document


def measure(sizes: Sizes) -> Outcome:
    del sizes
    made = cases()
    with Readers() as readers:
        results = [(case, *judged(case, readers)) for case in made]
    hiding = [result for result in results if result[0].hides]
    clean = [result for result in results if not result[0].hides]
    through = sum(not good for _, good, _, _ in hiding)
    flagged = sum(flag for _, _, flag, _ in hiding)
    lost, false = sum(not good for _, good, _, _ in clean), sum(flag for _, _, flag, _ in clean)
    out = Outcome()
    found = (
        f"{len(made)} files made by hand. Of {len(hiding)} that hide text {flagged} are flagged and {through} let it "
        f"through; of {len(clean)} clean ones (OCR layers, Arabic, Hebrew, Hindi, emoji among them) {false} are "
        f"flagged and {lost} lose anything."
    )
    wrong = through + lost + false + len(hiding) - flagged
    out.add(12, "`eval/robustness/hidden.py`", found, State.MISSED if wrong else State.REACHED)
    rows = [(case.format, case.how, what) for case, _, _, what in results]
    out.table("Hidden text, file by file", ("format", "what is in it", "what became of it"), rows)
    return out


def judged(case: Case, readers: Readers) -> tuple[bool, bool, str]:
    """Whether the text is what a person sees, whether the file is flagged, and both in words."""
    try:
        document = readers.read(case.name, case.data)
    except ReadingError as error:
        return False, False, f"not read: {error.why}"
    good = is_as_seen(case, document)
    flag = f"flagged: {', '.join(document.hidden.ways)}" if document.hidden else "not flagged"
    if case.hides:
        return good, bool(document.hidden), f"{'left out' if good else 'reaches the passages'}; {flag}"
    return good, bool(document.hidden), f"{'whole' if good else 'something is lost'}; {flag}"


def is_as_seen(case: Case, document: Document) -> bool:
    """What is seen is there; what is hidden is not, as it was written or in plain letters."""
    text = document.text
    return all(part in text for part in case.seen) and not any(part in text for part in case.hides)
