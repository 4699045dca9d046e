#!/bin/sh
# The main job on a corpus of this project: ingest a folder, ask three questions, print checked answers.
set -eu
cd "$(dirname "$0")/.."
export RAGCITE_LIBRARY=.demo-library
run() {
    printf '\n$ ragcite'
    for word in "$@"; do
        case $word in *\ *) printf ' "%s"' "$word" ;; *) printf ' %s' "$word" ;; esac
    done
    printf '\n'
    "$BIN/ragcite" "$@"
}
run ingest corpora/kestrel/documents
run ask "When may the Council terminate the agreement without a period of notice?"
run ask --extractive "What is the upper limit for a hotel in the travel policies of 2022 and 2024?"
run ask "Which builder repaired the roof of the boathouse?"
