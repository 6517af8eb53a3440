"""Level by level: match → infer → settle → the next level; the outcome is ``Findings``."""
