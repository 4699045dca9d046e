"""An answer as it comes: quotes at once, checked sentences one by one, then the sources that were cited."""

from __future__ import annotations

from types import TracebackType

from rich.status import Status
from rich.text import Text

from ragcite.cli.console import messages, output, place, print_indented
from ragcite.cli.printable import one_line
from ragcite.types import (
    Answer,
    AnswerEvent,
    AnswerKind,
    AnswerSentence,
    Finished,
    Quote,
    QuotesFound,
    SentenceChecked,
    SentenceWithheld,
    Withheld,
    marker_text,
)

QUOTE_CHARACTERS = 160
NEAREST_CHARACTERS = 220


class AnswerView:
    """Prints events in the order they come. As a context manager it shows a spinner while nothing else is shown."""

    def __init__(self, show_unverified: bool) -> None:
        self._show_unverified = show_unverified
        self._console = output()
        notes = messages()
        self._spinner = Status("searching", console=notes) if notes.is_terminal else None
        self._extractive_named = False

    def __enter__(self) -> AnswerView:
        if self._spinner:
            self._spinner.start()
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._spinner:
            self._spinner.stop()

    def show(self, event: AnswerEvent) -> None:
        if self._spinner:
            self._spinner.stop()
        if isinstance(event, QuotesFound):
            self._quotes(event.quotes)
        elif isinstance(event, SentenceChecked):
            self._sentence(event.sentence, event.kind)
        elif isinstance(event, SentenceWithheld):
            self._withheld(event.withheld)
        else:
            self._finish(event)
        if self._spinner and not isinstance(event, Finished):
            self._spinner.update("writing and checking")
            self._spinner.start()

    def _quotes(self, quotes: tuple[Quote, ...]) -> None:
        for quote in quotes:
            words = _shortened(quote.text, QUOTE_CHARACTERS)
            self._console.print(Text(f"“{words}”", "italic"), place(quote.location, quote.page), sep="  ")
        self._console.print()

    def _sentence(self, sentence: AnswerSentence, kind: AnswerKind) -> None:
        if kind is AnswerKind.EXTRACTIVE and not self._extractive_named:
            self._console.print(Text("In the documents' own words:", "dim"))
            self._extractive_named = True
        line = Text("\n".join(map(one_line, sentence.text.splitlines())))
        line.append(marker_text(sentence), "cyan")
        if sentence.derivations:
            line.append(f"  ({one_line('; '.join(sentence.derivations))})", "dim")
        self._console.print(line)

    def _withheld(self, withheld: Withheld) -> None:
        if self._show_unverified:
            line = Text("✗ unverified: ", "red")
            line.append(one_line(withheld.sentence.text), "dim")
            line.append(f"  ({one_line(withheld.reason)})", "dim italic")
            self._console.print(line)

    def _finish(self, event: Finished) -> None:
        if event.answer.kind is AnswerKind.REFUSAL:
            self._refusal(event.answer)
        else:
            self._sources(event.answer)
        self._footer(event.answer)

    def _refusal(self, answer: Answer) -> None:
        assert answer.refusal is not None
        unsure = answer.refusal.unsure
        verdict = "Not sure enough to answer." if unsure else "Your documents do not say."
        self._console.print(Text(verdict, "bold"))
        self._console.print(one_line(answer.refusal.reason))
        if answer.refusal.quotes:
            label = "What comes nearest; judge for yourself:" if unsure else "Nearest, though it does not answer:"
            self._console.print(Text(f"\n{label}", "dim"))
        for quote in answer.refusal.quotes:
            self._console.print(place(quote.location, quote.page, quote.heading_path))
            print_indented(self._console, Text(f"“{_shortened(quote.text, NEAREST_CHARACTERS)}”", "dim"))

    def _sources(self, answer: Answer) -> None:
        self._console.print()
        shown: set[int] = set()
        for citation in answer.citations:
            quote = citation.quote
            if citation.number not in shown:
                shown.add(citation.number)
                mark = Text(f"[{citation.number}] ", "cyan")
                self._console.print(mark + place(quote.location, quote.page, quote.heading_path))
            print_indented(self._console, Text(f"“{one_line(quote.text)}”"))

    def _footer(self, answer: Answer) -> None:
        seconds = next(timing.seconds for timing in answer.timings if timing.step == "total")
        names = {model.role: model.name for model in answer.models}
        parts = []
        if answer.kind is not AnswerKind.REFUSAL:
            shown, withheld = len(answer.sentences), len(answer.withheld)
            parts = [f"✓ {shown} of {shown + withheld} sentences supported", f"{withheld} withheld"]
            parts.append(f"checked by {names.get('support', '?')}")
        if answer.kind is AnswerKind.GENERATED:
            parts.append(f"written by {names.get('generator', '?')}")
        self._console.print(Text(" · ".join([*parts, f"{seconds:.1f} s"]), "dim green" if parts else "dim"))
        if answer.sent_to:
            note = f"Text left this machine: the question and passages were sent to {one_line(answer.sent_to)}."
            self._console.print(Text(note, "yellow"))
        for withheld_one in answer.withheld if not self._show_unverified else ():
            self._console.print(Text(f"  withheld: {one_line(withheld_one.reason)}", "dim"))


def _shortened(text: str, limit: int) -> str:
    line = one_line(text)
    return line if len(line) <= limit else line[: limit - 1].rsplit(" ", 1)[0] + "…"
