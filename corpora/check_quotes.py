"""Check the questions and claims of evaluation corpora.

Usage: python corpora/check_quotes.py corpora/de corpora/es corpora/zh

Every quote must occur word for word in its document (runs of white space count as one space; of HTML, the text
outside nav, footer, head, script and style). Also checked: fields, identifiers, labels, pairs and their splits.
Prints the kinds per split; exits with 1 when anything is wrong.
"""

import json
import re
import sys
from collections import Counter
from pathlib import Path

from lxml import html

SPLITS = {"tune", "report"}
QUESTION_FIELDS = {"id", "question", "references", "answer", "kind", "split"}
CLAIM_FIELDS = {"id", "claim", "evidence", "label", "origin", "kind", "pair", "split"}
ANSWERABLE = {"number", "date", "name", "negation", "condition", "definition"}
UNANSWERABLE = {"absent-detail", "wrong-entity", "false-premise"}
LABELS = {"supported", "unsupported", "contradicted"}
ORIGINS = {"human", "corruption"}
TRUE_KINDS = {"paraphrase", "compression", "verbatim", "quotation"}
FALSE_KINDS = {"number", "date", "name", "negation", "role", "modality", "quotation", "near-miss"}
SKIPPED = {"head", "nav", "footer", "script", "style"}
INLINE = {"a", "abbr", "b", "cite", "code", "em", "i", "mark", "q", "small", "span", "strong", "sub", "sup", "time"}


def collapse(text):
    return re.sub(r"\s+", " ", text).strip()


def decode(data, language):
    """The text of the bytes, by the first encoding that takes them all."""
    legacy = {"zh": "gb18030", "de": "cp1252"}.get(language)
    for encoding in filter(None, ("utf-8-sig", legacy)):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ValueError("no encoding fits")


def html_text(node):
    """The text below a node; anything that is not an inline tag parts its neighbours."""
    if not isinstance(node.tag, str) or node.tag in SKIPPED:
        return " "
    edge = "" if node.tag in INLINE else " "
    parts = [edge, node.text or ""]
    for child in node:
        parts += [html_text(child), child.tail or ""]
    return "".join([*parts, edge])


def read_documents(folder, language):
    texts = {}
    for path in sorted((folder / "documents").iterdir()):
        text = decode(path.read_bytes(), language)
        if path.suffix == ".html":
            text = html_text(html.document_fromstring(text))
        texts[path.name] = collapse(text)
    return texts


def read_lines(path):
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def check_quotes(row, field, texts, problems):
    for item in row[field]:
        if set(item) != {"doc", "quote"}:
            problems.append(f"{row['id']}: fields of {field}: {sorted(item)}")
        elif item["doc"] not in texts:
            problems.append(f"{row['id']}: no document {item['doc']}")
        elif not item["quote"].strip() or collapse(item["quote"]) not in texts[item["doc"]]:
            problems.append(f"{row['id']}: not in {item['doc']}: {item['quote']!r}")


def check_common(rows, fields, text_field, problems):
    """Rows that have all their fields; the others are only reported."""
    whole = []
    for row in rows:
        if set(row) == fields:
            whole.append(row)
        else:
            problems.append(f"{row.get('id')}: fields {sorted(row)}")
    for field in ("id", text_field):
        for value, times in Counter(row[field] for row in whole).items():
            if times > 1:
                problems.append(f"{times} times {field} {value!r}")
    for row in whole:
        if row["split"] not in SPLITS:
            problems.append(f"{row['id']}: split {row['split']!r}")
    return whole


def check_questions(rows, texts, problems):
    rows = check_common(rows, QUESTION_FIELDS, "question", problems)
    for row in rows:
        check_quotes(row, "references", texts, problems)
        answerable = row["kind"] in ANSWERABLE
        if not answerable and row["kind"] not in UNANSWERABLE:
            problems.append(f"{row['id']}: kind {row['kind']!r}")
        if bool(row["references"]) != answerable or bool(row["answer"]) != answerable:
            problems.append(f"{row['id']}: references and answer do not suit the kind {row['kind']}")
    return rows


def check_claims(rows, texts, problems):
    rows = check_common(rows, CLAIM_FIELDS, "claim", problems)
    by_id = {row["id"]: row for row in rows}
    for row in rows:
        check_quotes(row, "evidence", texts, problems)
        name, supported = row["id"], row["label"] == "supported"
        if row["label"] not in LABELS or row["origin"] not in ORIGINS or not row["evidence"]:
            problems.append(f"{name}: label, origin or evidence")
        if row["kind"] not in (TRUE_KINDS if supported else FALSE_KINDS):
            problems.append(f"{name}: kind {row['kind']!r} with label {row['label']}")
        if (row["origin"] == "corruption") != (row["pair"] is not None) or (supported and row["pair"]):
            problems.append(f"{name}: a corruption, and nothing else, names the true claim it was made from")
        if row["pair"] is None:
            continue
        other = by_id.get(row["pair"])
        if other is None or other["label"] != "supported":
            problems.append(f"{name}: pair {row['pair']!r} is no true claim")
        elif other["split"] != row["split"] or other["evidence"] != row["evidence"]:
            problems.append(f"{name}: split or evidence differs from {row['pair']}")
    return rows


def table(title, rows, field):
    counts = Counter((row[field], row["split"]) for row in rows)
    print(f"  {title}")
    for value in sorted({row[field] for row in rows}):
        print(f"    {value:15} tune {counts[value, 'tune']:3}  report {counts[value, 'report']:3}")


def check(folder):
    problems = []
    language = re.search(r'^language\s*=\s*"([^"]+)"', (folder / "corpus.toml").read_text("utf-8"), re.M).group(1)
    texts = read_documents(folder, language)
    questions = check_questions(read_lines(folder / "questions.jsonl"), texts, problems)
    claims = check_claims(read_lines(folder / "claims.jsonl"), texts, problems)
    print(f"{folder.name}: {len(texts)} documents, {len(questions)} questions, {len(claims)} claims")
    table("questions by kind", questions, "kind")
    table("claims by kind", claims, "kind")
    table("claims by label", claims, "label")
    table("claims by origin", claims, "origin")
    for problem in problems:
        print(f"  WRONG {problem}", file=sys.stderr)
    return not problems


def main(folders):
    if not folders:
        print(__doc__, file=sys.stderr)
        return 2
    return 0 if all([check(Path(folder)) for folder in folders]) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
