"""Measurements of what ragcite promises; `python -m eval run robustness` makes docs/promises.md of them."""
