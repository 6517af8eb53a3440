"""Metrics → definitions: every verb of the vocabulary lowered to core nodes with its type (language 4)."""
