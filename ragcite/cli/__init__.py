"""The command line: it parses and prints, nothing else. Importing it loads click alone."""

from ragcite.cli.app import main

__all__ = ["main"]
