"""Servers that are down, slow, picky or strict: the message they refuse waits or is given up, the others go."""

import json
import ssl
from email import message_from_bytes
from pathlib import Path

import pytest
import trustme
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from engine import Ledger
from engine.delivery.settings import Settings
from engine.delivery.webhook import signature
from engine.foundation.problems import InputUnreadable
from engine.lifecycle.events import OptedOut
from tests.delivery.servers import REFUSED, SILENT, SLOW, mail_server
from tests.delivery.world import by_mail, deliver, keep, mails, results, settings, to, unsent
from tests.ledger.world import moment


def test_without_settings_everything_goes_into_files_named_by_their_ids(ledger: Ledger, tmp_path: Path) -> None:
    messages = [unsent(f"m-{channel}", channel=channel) for channel in ("email", "chat", "letter")]
    keep(ledger, "A", *messages)
    done = deliver(ledger, Settings(base=tmp_path))
    assert set(results(done).values()) == {"sent"}
    assert {each.name for each in (tmp_path / "outbox").iterdir()} == {"m-email.eml", "m-chat.json", "m-letter.txt"}
    assert deliver(ledger, Settings(base=tmp_path)) == []


def test_one_refused_addressee_and_one_slow_answer_keep_nobody_else_from_their_mail(
    ledger: Ledger, tmp_path: Path
) -> None:
    people = {"a": "a@example.org", "b": REFUSED, "c": "c@example.org", "d": SLOW}
    for name, address in people.items():
        keep(ledger, f"A-{name}", unsent(name, to=to(address)))
    keep(ledger, "B", unsent("z", channel="chat"))
    with mail_server() as (postbox, port):
        done = deliver(ledger, settings(by_mail(port), tmp_path))
        assert results(done) == {"a": "sent", "b": "dead", "c": "sent", "d": "retried_later", "z": "sent"}
        assert sorted(postbox.ids) == ["a", "c"]
        assert postbox.connections == 1
    assert "550 5.1.1 no such user" in str(mails(ledger)["b"].error)
    assert mails(ledger)["d"].next_at is not None


def test_a_server_that_is_down_gets_everything_later(ledger: Ledger, tmp_path: Path) -> None:
    for number in range(3):
        keep(ledger, f"A-{number}", unsent(f"m{number}"))
    keep(ledger, "B", unsent("z", channel="letter"))
    with mail_server() as (_, port):
        pass
    done = deliver(ledger, settings(by_mail(port), tmp_path))
    assert sorted(results(done).values()) == ["retried_later", "sent", "unreachable", "unreachable"]
    with mail_server() as (postbox, port):
        deliver(ledger, settings(by_mail(port), tmp_path), moment(1))
        assert sorted(postbox.ids) == ["m0", "m1", "m2"]


def test_no_answer_once_the_text_is_out_is_in_doubt_and_never_sent_again(ledger: Ledger, tmp_path: Path) -> None:
    keep(ledger, "A", unsent("m", to=to(SILENT)))
    with mail_server() as (postbox, port):
        assert results(deliver(ledger, settings(by_mail(port), tmp_path))) == {"m": "in_doubt"}
        assert deliver(ledger, settings(by_mail(port), tmp_path), moment(100)) == []
        assert postbox.ids == ["m"]


def test_a_mail_shows_who_it_is_from_and_has_one_id_for_good(ledger: Ledger, tmp_path: Path) -> None:
    keep(ledger, "A", unsent("m"))
    with mail_server() as (postbox, port):
        deliver(ledger, settings(by_mail(port, "reply_to: wang@example.com"), tmp_path))
    mail = message_from_bytes(postbox.mails[0])
    assert (mail["Message-ID"], mail["Reply-To"]) == ("<m@example.com>", "wang@example.com")
    assert mail["Date"] == "Fri, 20 Nov 2026 01:00:00 +0000"
    assert [part.get_content_type() for part in mail.walk()][1:] == ["text/plain", "text/html"]


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # of a server that does not know it is behind TLS already
@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_tls_and_a_password_out_of_the_environment(ledger: Ledger, tmp_path: Path, security: str) -> None:
    authority, trust = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(trust)
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    keep(ledger, "A", unsent("m"))
    with mail_server(trust=trust, login=("li", "s3cret-word"), from_the_start=security == "tls") as (postbox, port):
        text = (
            "from: success@example.com\nchannels: {email: {by: smtp, host: 127.0.0.1, "
            f"port: {port}, security: {security}, user: li, password_env: MAIL_PASSWORD, timeout_seconds: 5%s}}}}"
        )
        made = settings(text % ", ca_file: ca.pem", tmp_path)
        untrusting = settings(text % "", tmp_path)
        assert results(deliver(ledger, untrusting, environment={"MAIL_PASSWORD": "s3cret-word"})) == {
            "m": "retried_later"
        }
        wrong = deliver(ledger, made, moment(1), {"MAIL_PASSWORD": "wrong-word"})
        assert results(wrong) == {"m": "retried_later"} and "wrong-word" not in str(wrong)
        assert results(deliver(ledger, made, moment(3), {"MAIL_PASSWORD": "s3cret-word"})) == {"m": "sent"}
        assert postbox.ids == ["m"]
    keep(ledger, "B", unsent("n"))
    with pytest.raises(InputUnreadable, match="`MAIL_PASSWORD` is not set"):
        deliver(ledger, made, moment(3))


def test_a_webhook_gets_signed_json_and_a_key_against_doubling(
    ledger: Ledger, tmp_path: Path, httpserver: HTTPServer
) -> None:
    answers = iter([503, 200, 422])

    def answer(request: Request) -> Response:
        return Response(status=next(answers))

    httpserver.expect_request("/in").respond_with_handler(answer)
    text = f"channels: {{sms: {{by: webhook, url: '{httpserver.url_for('/in')}', secret_env: HOOK}}}}"
    made, known = settings(text, tmp_path), {"HOOK": "key"}
    keep(ledger, "A", unsent("m", channel="sms"))
    assert results(deliver(ledger, made, environment=known)) == {"m": "retried_later"}
    assert results(deliver(ledger, made, moment(1), known)) == {"m": "sent"}
    keep(ledger, "B", unsent("n", channel="sms"))
    assert results(deliver(ledger, made, moment(1), known)) == {"n": "dead"}
    request = httpserver.log[1][0]
    stamp = request.headers["X-Playbook-Timestamp"]
    assert request.headers["X-Playbook-Signature"] == f"sha256={signature(b'key', stamp, request.data)}"
    assert request.headers["Idempotency-Key"] == json.loads(request.data)["id"] == "m"


def test_chat_by_apprise_tells_a_refusal_from_a_server_that_is_not_there(
    ledger: Ledger, tmp_path: Path, httpserver: HTTPServer
) -> None:
    httpserver.expect_ordered_request("/room").respond_with_data("no", status=500)
    httpserver.expect_ordered_request("/room").respond_with_data("ok")
    made = settings("channels: {chat: {by: apprise, url_env: CHAT, timeout_seconds: 5}}", tmp_path)
    known = {"CHAT": f"json://127.0.0.1:{httpserver.port}/room"}
    keep(ledger, "A", unsent("m", channel="chat"))
    refused = deliver(ledger, made, environment=known)
    assert results(refused) == {"m": "retried_later"} and refused[0].why == "the chat service answered 500"
    assert results(deliver(ledger, made, moment(1), known)) == {"m": "sent"}
    keep(ledger, "B", unsent("n", channel="chat"))
    absent = deliver(ledger, made, moment(2), {"CHAT": "json://127.0.0.1:9/secret-path"})
    assert results(absent) == {"n": "retried_later"} and "secret-path" not in str(absent)


def test_an_opt_out_told_to_us_holds_at_the_moment_of_sending(ledger: Ledger, tmp_path: Path) -> None:
    keep(ledger, "A", unsent("m"), unsent("n", to=to("x@example.org", "C-2")))
    ledger.declare([OptedOut(at=moment(), by="li", account="A", contact="C-1", what="all")])
    assert results(deliver(ledger, Settings(base=tmp_path))) == {"m": "withdrawn", "n": "sent"}
    known = mails(ledger)
    assert (known["m"].state, known["m"].why) == ("withdrawn", "opted_out")


def test_what_is_put_off_says_why_and_until_when(ledger: Ledger, tmp_path: Path) -> None:
    keep(ledger, "A", unsent("m"))
    made = settings("time_zone: Asia/Shanghai\nquiet_hours: 20:00-10:00", tmp_path)
    assert results(deliver(ledger, made)) == {"m": "postponed"}
    known = mails(ledger)["m"]
    assert (known.state, known.why, known.next_at) == ("drafted", "quiet_hours", moment(1))
    assert results(deliver(ledger, made, moment(1))) == {"m": "sent"}


def test_a_message_is_given_up_after_so_many_attempts(ledger: Ledger, tmp_path: Path) -> None:
    keep(ledger, "A", unsent("m"))
    with mail_server() as (_, port):
        pass
    made = settings(by_mail(port, "attempts: {at_most: 2}"), tmp_path)
    assert results(deliver(ledger, made)) == {"m": "retried_later"}
    assert results(deliver(ledger, made, moment(1))) == {"m": "dead"}
    assert deliver(ledger, made, moment(999)) == []


def test_a_mail_to_nobody_is_given_up_and_told_not_laid_aside_as_sent(ledger: Ledger, tmp_path: Path) -> None:
    keep(ledger, "A", unsent("m", to={**to(""), "address": None}))
    (given_up,) = deliver(ledger, Settings(base=tmp_path))
    assert (given_up.result, given_up.why) == ("dead", "王 has no address")
    assert mails(ledger)["m"].state == "dead" and not list(tmp_path.rglob("*.eml"))
