"""Account snapshots: the typed model, reading them one by one, and building them from tables."""
