"""Where something was written."""

import msgspec


class Place(msgspec.Struct, frozen=True, order=True):
    """A position in a text a person wrote; ``line`` and ``column`` count from 1, 0 means the whole file."""

    file: str
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}" if self.line else self.file
