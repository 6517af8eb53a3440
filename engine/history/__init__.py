"""What is known of an account from before: a bounded value, and the pure functions that settle conclusions with it."""
