"""Generation of rows: core trees to the text of Python functions."""
