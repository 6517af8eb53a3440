"""What is said of a cell that can't be read."""

import unicodedata


class BadCell(ValueError):
    """A cell that can't be read: what was expected instead, and what might help."""

    def __init__(self, expected: str, hint: str | None = None) -> None:
        super().__init__(expected)
        self.expected = expected
        self.hint = hint


def narrow(text: str) -> str:
    """``text`` with its full-width characters in the form that programs read."""
    return unicodedata.normalize("NFKC", text)


def narrow_hint(text: str) -> str | None:
    """For a text in full-width characters that is plain ASCII without them."""
    plain = narrow(text)
    return write_narrow(plain) if plain != text and plain.isascii() else None


def write_narrow(plain: str) -> str:
    """How to write what stands in full-width characters."""
    return f"full-width characters: write `{plain}`"
