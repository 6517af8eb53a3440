"""The delivery settings (``--delivery FILE``): how each channel is served, and what holds for every message."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from email.utils import parseaddr
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Final, Literal, cast, get_args

from msgspec import Struct

from engine.calendars.hours import MIDNIGHT, WEEKDAYS, parse_hours
from engine.calendars.moments import zone
from engine.calendars.public_holidays import check_region
from engine.documents.document import Mapping, Node, Scalar
from engine.documents.reader import read_file
from engine.documents.shapes import ONE_OR_MANY, Json, Sink, place_in, read_struct, schema_document, struct_schema
from engine.documents.validation import Checked
from engine.foundation import codes
from engine.foundation.places import Place
from engine.foundation.problems import InputUnreadable, Problem, problem
from engine.foundation.quantities import Duration, parse_limit
from engine.language.values import Length
from engine.lifecycle.sending import Retrying, Rules, SendingDays

SCHEMA_URL: Final = "https://playbook-engine.invalid/schemas/delivery.schema.json"
OUTBOX: Final = "outbox"

_MINUTES: Final = {"minutes": 1, "hours": 60, "days": 24 * 60}
_QUIET: Final = re.compile(r"(\d{2}:\d{2})-(\d{2}:\d{2})", re.ASCII)
_LOCAL: Final = frozenset({"localhost", "127.0.0.1", "::1"})


class Way(Struct, frozen=True, kw_only=True):
    """How a channel is served; ``by`` says which keys there are."""

    place: Place = Place("")
    node: Mapping | None = None

    @classmethod
    def shape_schema(cls, definitions: Json) -> Json:
        """The keys of each way, by the word under ``by``."""
        for model in WAYS.values():
            definitions[model.__name__] = struct_schema(model, definitions)
        named: Json = {
            "type": "object",
            "required": ["by"],
            "properties": {"by": {"enum": list(WAYS)}},
        }
        cases = [
            {"if": {"type": "object", "properties": {"by": {"const": name}}, "required": ["by"]},
             "then": {"$ref": f"#/$defs/{model.__name__}"}}
            for name, model in WAYS.items()
        ]  # fmt: skip
        return {**named, "allOf": cases}

    @classmethod
    def read_shape(cls, node: Node, sink: Sink) -> "Way":
        """The way that ``node`` writes."""
        written = cast("Mapping", node)
        return read_struct(WAYS[str(cast("Scalar", written.get("by")).value)], written, sink)


class FolderWay(Way, frozen=True, kw_only=True):
    """Files in a folder, for whoever takes them further; a relative folder lies beside the settings."""

    by: Literal["folder"]
    folder: str = OUTBOX


class SmtpWay(Way, frozen=True, kw_only=True):
    """A mail server; `password_env` names the environment variable that holds the password, `ca_file` the
    certificates to trust instead of the system's."""

    by: Literal["smtp"]
    host: str
    port: int = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str | None = None
    password_env: str | None = None
    ca_file: str | None = None
    timeout_seconds: int = 30


class AppriseWay(Way, frozen=True, kw_only=True):
    """A chat service such as Feishu, DingTalk, WeCom or Slack, by the library apprise; `url_env` names the
    environment variable that holds its address there, which is a secret."""

    by: Literal["apprise"]
    url_env: str
    timeout_seconds: int = 30


class WebhookWay(Way, frozen=True, kw_only=True):
    """An address that takes messages as JSON by POST, signed; `secret_env` names the environment variable that holds
    the key of the signature."""

    by: Literal["webhook"]
    url: str
    secret_env: str
    timeout_seconds: int = 30


WAYS: Final[dict[str, type[Way]]] = {
    "folder": FolderWay, "smtp": SmtpWay, "apprise": AppriseWay, "webhook": WebhookWay,
}  # fmt: skip

ChannelName = Literal["email", "chat", "sms", "letter", "phone"]


class Channels(Struct, frozen=True, kw_only=True):
    """The way of each channel; one that is not named goes into the folder `outbox`."""

    email: Way | None = None
    chat: Way | None = None
    sms: Way | None = None
    letter: Way | None = None
    phone: Way | None = None


class WorkingDays(Struct, frozen=True, kw_only=True):
    """The days on which contacts are written to: `weekdays` (mon-fri without it), but for the public holidays of
    `region`, an ISO 3166 country."""

    place: Place = Place("")
    node: Mapping | None = None
    weekdays: str = "mon-fri"
    region: str | None = None
    subdivision: str | None = None


class Attempts(Struct, frozen=True, kw_only=True):
    """How often a message is tried, how long after the `first` failure, and the `longest` wait: it doubles each
    time."""

    place: Place = Place("")
    node: Mapping | None = None
    at_most: int = 8
    first: Length | None = None
    longest: Length | None = None


class DeliveryFile(Struct, frozen=True, kw_only=True, rename={"from_": "from"}):
    """A delivery settings file. `from` and `reply_to` are what mails show; `quiet_hours`, `working_days` and
    `at_most` hold for contacts, on their own clocks, or those of `time_zone`; `calendars` is a folder for the
    appointments of each of our people."""

    place: Place = Place("")
    node: Mapping | None = None
    from_: str | None = None
    reply_to: str | None = None
    time_zone: str | None = None
    quiet_hours: str | None = None
    working_days: WorkingDays | None = None
    at_most: Annotated[tuple[str, ...], ONE_OR_MANY] = ()
    attempts: Attempts | None = None
    channels: Channels = Channels()
    calendars: str | None = None


class Settings(Struct, frozen=True, kw_only=True):
    """Delivery settings ready for use: the rules of sending, what mails show, a way for each channel.

    ``base`` is the folder that relative ones lie in.
    """

    rules: Rules = Rules()
    sender: str | None = None
    reply_to: str | None = None
    ways: dict[str, Way] = {}
    base: Path
    calendars: Path | None = None

    def way(self, channel: str) -> Way:
        """How a channel is served; files in ``outbox`` where nothing is said."""
        return self.ways.get(channel) or FolderWay(by="folder")


@cache
def delivery_schema() -> Json:
    """The JSON Schema of delivery settings."""
    return schema_document(DeliveryFile, "Delivery", SCHEMA_URL)


def read_settings(path: Path | None, beside: Path) -> Settings:
    """The settings in the file at ``path``; without one everything goes to a folder ``beside`` the ledger.

    Raises ``InputUnreadable`` with every problem in it.
    """
    if path is None:
        return Settings(base=beside)
    node, problems = read_file(path)
    if node is None or any(each.severity == "error" for each in problems):
        raise InputUnreadable(problems)
    return settings_from(node, path.parent)


def settings_from(node: Node, base: Path) -> Settings:
    """The settings that ``node`` writes; raises ``InputUnreadable`` with every problem in it."""
    if not isinstance(node, Mapping):
        message = "delivery settings are a mapping with `channels`"
        raise InputUnreadable([problem(codes.BAD_DELIVERY, node.place, message)])
    problems = [found for _, found in Checked(delivery_schema()).problems(node)]
    if problems:
        raise InputUnreadable(problems)
    written = read_struct(DeliveryFile, node, problems.append)
    problems += _contradictions(written)
    made = _Making(written, problems.append).settings(base) if not problems else None
    if made is None or problems:
        raise InputUnreadable(problems)
    return made


def _ways(written: DeliveryFile) -> dict[str, Way]:
    found = {name: getattr(written.channels, name) for name in get_args(ChannelName)}
    return {name: way for name, way in found.items() if way is not None}


def _contradictions(written: DeliveryFile) -> Iterator[Problem]:
    """What is well written and can't be meant."""
    timed = next((each for each in ("quiet_hours", "working_days", "at_most") if getattr(written, each)), None)
    if timed is not None and written.time_zone is None:
        message = f"`{timed}` needs `time_zone`: not every contact's is known"
        hint = "write for example `time_zone: Asia/Shanghai`"
        yield problem(codes.BAD_DELIVERY, place_in(written, timed, key=True), message, hint)
    for way in _ways(written).values():
        if isinstance(way, SmtpWay):
            yield from _mail_slips(way, written)
        if isinstance(way, WebhookWay) and not way.url.startswith(("https://", "http://")):
            message = f"`{way.url}` is no address of the web"
            yield problem(
                codes.BAD_DELIVERY, place_in(way, "url"), message, "write for example `https://example.com/in`"
            )
        if getattr(way, "timeout_seconds", 1) < 1:
            yield problem(codes.BAD_DELIVERY, place_in(way, "timeout_seconds"), "a timeout is at least 1 second")


def _mail_slips(way: SmtpWay, written: DeliveryFile) -> Iterator[Problem]:
    if written.from_ is None:
        message, hint = "mails need `from`", "write for example `from: success@example.com`"
        yield problem(codes.BAD_DELIVERY, way.place, message, hint)
    if (way.user is None) != (way.password_env is None):
        message = "`user` and `password_env` belong together"
        yield problem(codes.BAD_DELIVERY, way.place, message)
    if way.user is not None and way.security == "none" and way.host not in _LOCAL:
        message, hint = "the password would travel in the clear", "write `security: starttls` or `security: tls`"
        yield problem(codes.BAD_DELIVERY, place_in(way, "security"), message, hint)
    if not 0 < way.port < 1 << 16:
        yield problem(codes.BAD_DELIVERY, place_in(way, "port"), f"`{way.port}` is no port")


class _Making:
    """Makes settings of what is written; what can't be read goes to ``sink``."""

    def __init__(self, written: DeliveryFile, sink: Sink) -> None:
        self._written = written
        self._sink = sink

    def settings(self, base: Path) -> Settings:
        """All of it."""
        written = self._written
        return Settings(
            rules=Rules(
                time_zone=self._time_zone(),
                quiet=self._quiet(),
                days=self._days(),
                caps=tuple(limit for at in range(len(written.at_most)) if (limit := self._cap(at)) is not None),
                retrying=self._retrying(),
            ),
            sender=self._address("from", written.from_),
            reply_to=self._address("reply_to", written.reply_to),
            ways=_ways(written),
            base=base,
            calendars=base / written.calendars if written.calendars else None,
        )

    def _wrong(self, entry: Any, path: tuple[str | int, ...], message: str, hint: str | None = None) -> None:
        self._sink(problem(codes.BAD_DELIVERY, place_in(entry, *path), message, hint))

    def _tried(self, work: Callable[[], Any], entry: Any, *path: str) -> Any:
        """What ``work`` makes; none, and a problem, where it raises ``ValueError``."""
        try:
            return work()
        except ValueError as wrong:
            self._wrong(entry, path, str(wrong))
            return None

    def _time_zone(self) -> str:
        name = self._written.time_zone or "UTC"
        self._tried(lambda: zone(name), self._written, "time_zone")
        return name

    def _quiet(self) -> tuple[int, int] | None:
        text = self._written.quiet_hours
        if text is None:
            return None
        found = _QUIET.fullmatch(text)
        start, end = (_minute(found[1]), _minute(found[2])) if found else (None, None)
        if start is None or end is None or start % MIDNIGHT == end % MIDNIGHT:
            message = f"`{text}` is no stretch of the day"
            self._wrong(self._written, ("quiet_hours",), message, "write for example `quiet_hours: 20:00-08:00`")
            return None
        return start, end

    def _days(self) -> SendingDays | None:
        days = self._written.working_days
        if days is None:
            return None
        week = self._tried(lambda: parse_hours({days.weekdays: "00:00-24:00"}), days, "weekdays")
        if days.region is not None:
            region = days.region
            self._tried(lambda: check_region(region, days.subdivision), days, "region")
        open_days = frozenset(at for at in range(len(WEEKDAYS)) if week and week[at])
        return SendingDays(open_days, days.region, days.subdivision)

    def _cap(self, at: int) -> Any:
        text = self._written.at_most[at]
        limit = parse_limit(text)
        if limit is None:
            message = f"`at_most: {text}` is no limit"
            self._wrong(self._written, ("at_most", at), message, "write for example `at_most: 2 per week`")
        return limit

    def _retrying(self) -> Retrying:
        written, usual = self._written.attempts or Attempts(), Retrying()
        first = self._wait(written, "first", written.first) or usual.first
        longest = self._wait(written, "longest", written.longest) or max(usual.longest, first)
        if written.at_most < 1 or longest < first:
            message = "a message is tried at least once, and no wait is longer than `longest`"
            self._wrong(written, ("at_most",) if written.at_most < 1 else ("longest",), message)
        return Retrying(written.at_most, first, longest)

    def _wait(self, written: Attempts, key: str, length: Length | None) -> timedelta | None:
        if length is None:
            return None
        duration = length.duration or Duration(Decimal(0), "minutes")
        minutes = duration.amount * _MINUTES.get(duration.unit, 0)
        if not 1 <= minutes <= 30 * _MINUTES["days"]:
            hint = "write for example `5 minutes` or `6 hours`"
            self._wrong(written, (key,), "a wait is 1 minute to 30 days long", hint)
            return None
        return timedelta(minutes=float(minutes))

    def _address(self, key: str, text: str | None) -> str | None:
        if text is None:
            return None
        address = parseaddr(text)[1]
        if not re.fullmatch(r"[^@\s]+@[^@\s]+", address) or "\n" in text:
            hint = 'write for example `"Customer success <success@example.com>"`'
            self._wrong(self._written, (key,), f"`{text}` is no mail address", hint)
        return text


def _minute(text: str) -> int | None:
    """Minutes after midnight of ``20:00``; none for no time of day."""
    hour, minute = (int(part) for part in text.split(":"))
    total = hour * 60 + minute
    return total if minute < 60 and total <= MIDNIGHT else None
