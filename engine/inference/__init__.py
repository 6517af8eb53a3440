"""From atoms to conclusions: programs of rules over bits, and the two engines that run them (semantics 7)."""
