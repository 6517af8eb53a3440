"""A simulated organisation: days, ticks, people, mishaps, drawn from a seed and held against a small model."""
