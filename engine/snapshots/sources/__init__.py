"""The places tables are kept in, each with its own way to rows of cells."""
