"""Documents people write: positioned YAML, checked by JSON Schema, read into frozen structs."""
