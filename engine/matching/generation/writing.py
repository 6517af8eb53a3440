"""Text of generated functions: blocks of lines, indented when they are written out."""

from collections.abc import Iterator, Sequence

Lines = Sequence[str]
Arm = tuple[str, Lines]
"""A condition, and the statements where it holds."""


class Block:
    """Lines and further blocks in order; what is added to a block within comes out where that block stands."""

    def __init__(self) -> None:
        self._parts: list[tuple[int, str | Block]] = []

    @property
    def size(self) -> int:
        """How many lines and blocks were added."""
        return len(self._parts)

    def line(self, text: str) -> None:
        """Adds one statement."""
        self._parts.append((0, text))

    def place(self) -> "Block":
        """A place at this point that can be filled later."""
        return self._within(0)

    def indented(self) -> "Block":
        """The body of the statement before."""
        return self._within(1)

    def chain(self, arms: Sequence[Arm], otherwise: Lines = ()) -> None:
        """``if``, ``elif`` … ``else``; arms at the end that do nothing are left out."""
        kept = list(arms)
        while kept and not otherwise and not kept[-1][1]:
            kept.pop()
        word = "if"
        for condition, lines in kept:
            self.line(f"{word} {condition}:")
            self.indented().lines(lines or ("pass",))
            word = "elif"
        if otherwise and kept:
            self.line("else:")
            self.indented().lines(otherwise)
        elif otherwise:
            self.lines(otherwise)

    def lines(self, lines: Lines) -> None:
        """Adds statements."""
        for each in lines:
            self.line(each)

    def written(self, depth: int = 0) -> Iterator[str]:
        """The lines with their indentation."""
        for more, part in self._parts:
            if isinstance(part, str):
                yield " " * (depth + more) + part
            else:
                lines = list(part.written(depth + more))
                yield from lines or [" " * (depth + more) + "pass"] * more

    def _within(self, more: int) -> "Block":
        block = Block()
        self._parts.append((more, block))
        return block
