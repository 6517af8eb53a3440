"""A plain compiler of core trees, to hold compiled rows against: every node becomes a closure over its children's.

It is written as one would write it with care but without generating code: what a run fixes is worked out once per
run, metrics and visible records once per account, and conjunctions stop where they are decided. It covers the nodes of
``matching.py`` and gives the same three-valued results.
"""
