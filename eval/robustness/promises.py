"""The promises in the project's own words, with the goal that each names. Fixed text: no figure stands here."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Promise:
    number: int
    text: str
    goal: str
    waits: str = ""  # what it cannot be measured without


PROMISES = (
    Promise(
        1,
        "A document reported as ingested survives `kill -9`; running again finishes without duplicates.",
        "200 random kills, every crash point × 5, 25 during recovery; 500 runs × 50 steps of a state machine",
    ),
    Promise(
        2,
        "The vector index never disagrees with SQLite; a mismatch is rebuilt, never loaded.",
        "1,000 damaged files: no crash, same top-k as brute force",
    ),
    Promise(
        3,
        "Every citation resolves to bytes that were shown to the model; a document cannot forge one.",
        "200 poisoned documents: no citation to a passage that was not retrieved; every quote verbatim",
    ),
    Promise(4, "No web page can read or drive the local server.", "30 hosts × every route", "waits for the server"),
    Promise(5, "Nothing leaves the machine unless asked.", "0 non-loopback connects, 0 DNS"),
    Promise(
        6,
        "Answers cannot run script or send data.",
        "150 payloads in a real browser: 0 requests, 0 scripts",
        "the browser half waits for the server; for the terminal see promise 20",
    ),
    Promise(7, "Loading a model or an index runs no code.", "one canary per known CVE, no file created"),
    Promise(8, "Document text never becomes a control token.", "0 control ids outside the template"),
    Promise(
        9,
        "One bad file costs one file, with a named reason.",
        "150 hostile files, 10,000 mutations a format: parent never dies, its memory grows < 100 MB, every good file "
        "is in",
    ),
    Promise(10, "Archives and XML are bounded by bytes *produced*.", "memory below 64 MB above idle"),
    Promise(11, "Ingest reads regular files inside the folder only.", "1,000 race attempts, 0 leaks, no hang"),
    Promise(12, "Hidden text is not silently trusted.", "60 files with clean controls"),
    Promise(
        13,
        'Prompt injection: harm is bounded, and the rate is measured, never "immune".',
        "garak's latent injections: rate per family, with and without the defence",
    ),
    Promise(14, "Power loss keeps what was acknowledged.", "every write path"),
    Promise(
        15,
        "Disk full or an I/O error gives a clear error, leaves the old state whole, and resumes.",
        "every N-th write, fsync and rename; a tiny tmpfs",
    ),
    Promise(
        16,
        "Two ingests, or asking while ingesting: no corruption, and one snapshot per answer.",
        "4 writers, 8 readers, 10 min; a search beside an ingest within 2 × of idle (p95)",
    ),
    Promise(17, "A removed document is gone from our files.", "0 hits"),
    Promise(18, "Private at rest.", "folder 0700, every file 0600 under umask 000: 0 violations"),
    Promise(
        19,
        "`ragcite doctor` finds any damage; its repair never deletes source data.",
        "500 flips, all found",
    ),
    Promise(20, "What a document says cannot drive the terminal.", "0 raw control bytes printed over 60 files"),
    Promise(21, "A folder cannot configure ragcite.", "a planted file changes nothing"),
)
