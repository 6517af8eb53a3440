"""Planned actions → communications; the pure function ends here with the ``ActionPlan``."""
