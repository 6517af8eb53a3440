"""The core: small typed trees over a snapshot, interpreted for explanation and compiled for speed."""
