"""Append-only events, and the helpers by which the database keeps its promises."""
