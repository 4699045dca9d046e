"""One number for all of it."""

VERSION = 1
