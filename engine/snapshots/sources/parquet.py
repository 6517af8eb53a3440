"""Tables in Parquet files, as data teams hand them over. Needs pyarrow (the extra ``parquet``)."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from engine.foundation.problems import InputUnreadable
from engine.snapshots.tables import ValueTable, missing, not_installed, unusable

MOST_UNPACKED: Final = 4_000_000_000
"""Bytes the columns of a file may have together when unpacked, as far as the file says so itself."""

_AT_ONCE: Final = 10_000
_LARGEST_HEADER: Final = 100_000_000


class ParquetFile:
    """A Parquet file; closed by its owner. Moments finer than a microsecond are cut to it."""

    def __init__(self, path: Path) -> None:
        self.file = str(path)
        self._opened = self._open(path)
        metadata = self._opened.metadata
        if sum(metadata.row_group(index).total_byte_size for index in range(metadata.num_row_groups)) > MOST_UNPACKED:
            raise unusable(self.file, 0, f"the file unpacks to more than {MOST_UNPACKED:,} bytes")

    def close(self) -> None:
        """Lets the file go."""
        self._opened.close()

    def table(self) -> ValueTable:
        """Its rows."""
        return ValueTable(self.file, self._opened.schema_arrow.names, self._rows)

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        for batch in self._batches():
            yield from zip(*(_values(column) for column in batch.columns), strict=True)

    def _open(self, path: Path) -> Any:
        try:
            import pyarrow
            from pyarrow import parquet
        except ImportError as error:
            raise not_installed(self.file, "pyarrow", "parquet") from error
        limits = {"thrift_string_size_limit": _LARGEST_HEADER, "thrift_container_size_limit": _LARGEST_HEADER}
        try:
            return parquet.ParquetFile(path, **limits)
        except (pyarrow.ArrowException, ValueError) as error:
            raise self._damaged(error) from error
        except OSError as error:
            raise (missing(self.file, error) if error.errno else self._damaged(error)) from error

    def _batches(self) -> Iterator[Any]:
        from pyarrow import ArrowException

        try:
            yield from self._opened.iter_batches(_AT_ONCE)
        except (ArrowException, OSError, ValueError) as error:
            raise self._damaged(error) from error

    def _damaged(self, error: Exception) -> InputUnreadable:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        return unusable(self.file, 0, f"the file can't be read as Parquet: {reason}")


def _values(column: Any) -> list[Any]:
    import pyarrow

    if pyarrow.types.is_timestamp(column.type) and column.type.unit == "ns":
        column = column.cast(pyarrow.timestamp("us", column.type.tz), safe=False)
    values: list[Any] = column.to_pylist()
    return values
