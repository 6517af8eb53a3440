"""What a reader sees is what the author marked up and the data says; nothing of the data ever acts."""

import re
from email import message_from_bytes
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.messages.layout import html_of, mail_of
from engine.messages.markdown import as_html, as_text
from engine.templates.templates import Template, compile_template, render
from tests.inline import account, plan, playbook

BOOK = """
    locale: en-US
    rules: {letter: {when: {profile.size: large}, do: [{kind: message, send: note}]}}
    content: {note: {to: user, subject: "To {{ contact.name }}", blocks: [needs, milestones]}}
"""
BODY = "# Hello\n\n{{ contact.name }}\n\n- {{ contact.name }}: **bold {{ contact.name }}**\n\n[a](https://x.example)\n"
HOSTILE = st.text(alphabet="*_[]()<>&|~`\\!#-+.:1 \nab\"'", min_size=1, max_size=40).filter(lambda text: text.strip())


class _Reader(HTMLParser):
    """The words and addresses of a page, as a browser takes them."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.tags, self.links = "", [], []

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name in ("href", "src")]

    def handle_data(self, data):
        self.text += data


def read(page: str) -> _Reader:
    reader = _Reader()
    reader.feed(page)
    return reader


@given(HOSTILE)
def test_no_value_becomes_markup(name: str) -> None:
    source = compile_template(Template("f", BODY.replace("contact.name", "name")), markdown=True)
    markdown = render(source, {"name": name}, locale="en-US")
    page = read(as_html(markdown, {}, title=name, language="en"))
    assert page.links == ["https://x.example"]
    assert {"script", "img", "code", "pre", "em", "blockquote"}.isdisjoint(page.tags)
    words = re.sub(r"\s", "", page.text)
    assert words.count(re.sub(r"\s", "", name)) >= 3
    assert re.sub(r"\s", "", as_text(markdown, {})).count(re.sub(r"\s", "", name)) >= 3


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:text/html,x", "/here", "file:///etc/passwd", "ftp://x"]
)
def test_links_lead_to_the_web_or_to_mail(address: str) -> None:
    assert read(as_html(f"[a]({address})", {}, title="", language="en")).links == []


def test_chinese_next_to_stars_is_emphasised() -> None:
    assert as_text("请注意**（重要）**的**事项：**请看", {}) == "请注意（重要）的事项：请看\n"


def test_a_mail_holds_text_and_html_and_equal_messages_are_equal_bytes() -> None:
    book = playbook(BOOK, note=BODY)
    contacts = [{"id": "C-1", "name": "Ann <b>", "role": "user", "email": "ann@acme.example"}]
    needs = [{"id": "N-1", "title": "<script>alert(1)</script>", "urgency": 3}]
    steps = [{"id": "M-1", "title": "Go-live", "due_on": "2026-05-01", "done_on": None}]
    known = account(profile={"size": "large"}, contacts=contacts, needs=needs, milestones=steps)
    (message,) = plan(book, known, "2026-05-20").messages
    page = read(html_of(message))
    assert "Ann <b>" in page.text and "<script>alert(1)</script>" in page.text and "script" not in page.tags
    mail = message_from_bytes(mail_of(message))
    assert [each.get_content_type() for each in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert mail_of(message) == mail_of(message)
    assert "overdue" in message.body and "█" in message.body
