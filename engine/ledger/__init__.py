"""Where what was planned, done and sent is kept: events in a chain, and the tables drawn from them."""
