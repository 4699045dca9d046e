"""Checked answers about your own documents."""
