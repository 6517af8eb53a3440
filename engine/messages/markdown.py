"""A message's Markdown as plain text and as HTML for mail programs: inlined styles, no markup of others, safe links."""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Final

from engine.templates.marks import PLACE

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.rules_inline import StateInline
    from markdown_it.token import Token

_MARKED: Final = re.compile(r"[\\`*_\[\]<>&|~]|^ {0,3}(?:#|[=-]{2,}\s*$)", re.MULTILINE)
_CJK: Final = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]")
_SAFE_LINK: Final = re.compile(r"(?:https?://|mailto:)", re.IGNORECASE)

FONTS: Final = (
    "-apple-system,BlinkMacSystemFont,'Segoe UI',Roboto,'Helvetica Neue',Arial,'PingFang SC','Hiragino Sans GB',"
    "'Microsoft YaHei','Noto Sans CJK SC','WenQuanYi Micro Hei',sans-serif"
)
_STYLES: Final[Mapping[str, str]] = {
    "p": "margin:0 0 16px",
    "h1": "font-size:22px;line-height:1.3;margin:0 0 16px",
    "h2": "font-size:18px;line-height:1.3;margin:24px 0 12px",
    "h3": "font-size:16px;line-height:1.3;margin:20px 0 8px",
    "ul": "margin:0 0 16px;padding-left:24px",
    "ol": "margin:0 0 16px;padding-left:24px",
    "li": "margin:0 0 6px",
    "a": "color:#0b57d0",
    "blockquote": "margin:0 0 16px;padding:0 0 0 12px;border-left:3px solid #d0d7de;color:#57606a",
    "hr": "border:0;border-top:1px solid #d0d7de;margin:24px 0",
    "code": "font-family:Consolas,Menlo,monospace;font-size:14px",
    "table": "border-collapse:collapse;margin:0 0 16px",
    "th": "text-align:left;padding:6px 12px 6px 0;border-bottom:2px solid #d0d7de",
    "td": "padding:6px 12px 6px 0;border-bottom:1px solid #eaeef2;vertical-align:top",
}
_BREAKS: Final = frozenset({"softbreak", "hardbreak"})


@cache
def _parser() -> "MarkdownIt":
    """CommonMark with tables, without raw HTML, pictures (they tell who read) and code by indentation (a slip)."""
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).enable("table")
    parser.disable(["image", "code", "html_block", "html_inline", "reference"])
    parser.inline.ruler.at("emphasis", _emphasis)
    parser.validateLink = lambda url: _SAFE_LINK.match(url) is not None  # type: ignore[method-assign]
    return parser


def _emphasis(state: "StateInline", silent: bool) -> bool:
    """``*`` and ``_`` as CommonMark reads them, and ``*`` also where Chinese stands next to it without a space.

    CommonMark takes ``**重要：**请`` for no emphasis, for punctuation stands within and no space without.
    """
    from markdown_it.rules_inline.state_inline import Delimiter

    marker, start = state.src[state.pos], state.pos
    if silent or marker not in "*_":
        return False
    scanned = state.scanDelims(start, marker == "*")
    before, after = state.src[:start][-1:], state.src[start + scanned.length :][:1]
    opens = scanned.can_open or (marker == "*" and bool(_CJK.match(before)) and bool(after.strip()))
    closes = scanned.can_close or (marker == "*" and bool(_CJK.match(after)) and bool(before.strip()))
    for _ in range(scanned.length):
        state.push("text", "", 0).content = marker
        found = Delimiter(ord(marker), scanned.length, len(state.tokens) - 1, -1, opens, closes)
        state.delimiters.append(found)
    state.pos += scanned.length
    return True


# -- plain text ----------------------------------------------------------------------------------------


def as_text(markdown: str, blocks: Mapping[str, str]) -> str:
    """The text of a message for who reads no HTML; ``blocks`` stand where the Markdown has their places."""
    parts = PLACE.split(markdown)
    texts = [blocks.get(each, "") if at % 2 else _plain(each) for at, each in enumerate(parts)]
    return "\n\n".join(each.strip("\n") for each in texts if each.strip()) + "\n"


def _plain(markdown: str) -> str:
    """Text in which nothing is marked is itself: most letters are, and are not parsed."""
    if not _MARKED.search(markdown):
        return markdown
    return "\n\n".join(_text_blocks(_parser().parse(markdown)))


def _text_blocks(tokens: Sequence["Token"]) -> Iterator[str]:
    """Paragraphs, headings, lists and tables as text, each in one piece."""
    at = 0
    while at < len(tokens):
        end = _end(tokens, at)
        yield _text_block(tokens[at : end + 1])
        at = end + 1


def _end(tokens: Sequence["Token"], at: int) -> int:
    """Where the element that opens at ``at`` closes."""
    depth = 0
    for position in range(at, len(tokens)):
        depth += tokens[position].nesting
        if depth == 0:
            return position
    return len(tokens) - 1


def _text_block(tokens: Sequence["Token"]) -> str:
    first, inner = tokens[0], tokens[1:-1]
    match first.type:
        case "bullet_list_open" | "ordered_list_open":
            return _text_list(first, inner)
        case "blockquote_open":
            return "\n".join(f"> {line}" for line in "\n\n".join(_text_blocks(inner)).split("\n"))
        case "table_open":
            return "\n".join(_text_rows(inner))
        case "hr":
            return "—" * 12
        case "fence":
            return first.content.rstrip("\n")
    return "".join(_inline(each.children or ()) for each in tokens if each.type == "inline")


def _text_list(opening: "Token", tokens: Sequence["Token"]) -> str:
    number, at, items = int(opening.attrGet("start") or 1), 0, []
    while at < len(tokens):
        end = _end(tokens, at)
        mark = "- " if opening.type == "bullet_list_open" else f"{number}. "
        text = "\n".join(_text_blocks(tokens[at + 1 : end])).replace("\n", "\n" + " " * len(mark))
        items.append(mark + text)
        number, at = number + 1, end + 1
    return "\n".join(items)


def _text_rows(tokens: Sequence["Token"]) -> Iterator[str]:
    cells: list[str] = []
    for token in tokens:
        if token.type == "inline":
            cells.append(_inline(token.children or ()))
        elif token.type == "tr_close":
            yield " | ".join(cells)
            cells = []


def _inline(tokens: Sequence["Token"]) -> str:
    """The text of a line; a link's address follows it in brackets."""
    text, links = "", []
    for token in tokens:
        if token.type in _BREAKS:
            text += "\n"
        elif token.type == "link_open":
            links.append((len(text), str(token.attrGet("href"))))
        elif token.type == "link_close":
            start, address = links.pop()
            shown = address.removeprefix("mailto:")
            text += "" if text[start:] in (address, shown) else f" ({shown})"
        else:
            text += token.content
    return text


# -- HTML ----------------------------------------------------------------------------------------------


def as_html(markdown: str, blocks: Mapping[str, str], *, title: str, language: str) -> str:
    """The message as a whole HTML document; ``blocks`` are HTML already."""
    parts = PLACE.split(markdown)
    inner = "\n".join(blocks.get(each, "") if at % 2 else _marked_up(each) for at, each in enumerate(parts))
    return _PAGE.format(language=escape(language), title=escape(title), fonts=FONTS, inner=inner.strip())


def _marked_up(markdown: str) -> str:
    parser = _parser()
    tokens = parser.parse(markdown)
    for token in tokens:
        _style(token)
        for each in token.children or ():
            _style(each)
    return str(parser.renderer.render(tokens, parser.options, {}))


def _style(token: "Token") -> None:
    if token.nesting >= 0 and token.tag in _STYLES:
        alignment = str(token.attrGet("style") or "")
        token.attrSet("style", f"{_STYLES[token.tag]};{alignment}" if alignment else _STYLES[token.tag])


_PAGE: Final = """\
<!doctype html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
</head>
<body style="margin:0;padding:0;background:#f4f6f8">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="background:#f4f6f8">
<tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="640" cellpadding="0" cellspacing="0" style="width:100%;max-width:640px;\
background:#ffffff;border-radius:8px">
<tr><td style="padding:32px;font-family:{fonts};font-size:16px;line-height:1.7;color:#1f2328;\
overflow-wrap:anywhere">
{inner}
</td></tr>
</table>
</td></tr>
</table>
</body>
</html>
"""
