"""Measurements: they inform people and never decide whether a test passes."""
