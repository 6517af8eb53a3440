"""Findings + history + context → occurrences, due dates, owners, tasks, escalation times."""
