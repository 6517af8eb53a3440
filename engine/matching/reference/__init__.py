"""The reference interpreter: a rule per node, plain and complete."""
