"""Conversations. So far with the generator alone; nothing it says there is checked."""

from ragcite.dialogue.loop import loop_start
from ragcite.dialogue.raw import RawChat, recommended

__all__ = ["RawChat", "loop_start", "recommended"]
