"""What becomes of planned work: actions and messages from the first plan to their end, as values and pure functions."""
