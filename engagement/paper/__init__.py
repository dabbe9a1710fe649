"""The decision paper as plain values: what the request page, its print and the queue show, in the reader's language."""

from engagement.paper.document import Paper
from engagement.paper.queue import is_due_today, is_late, queue_row

__all__ = ["Paper", "is_due_today", "is_late", "queue_row"]
