"""Messages as files in a folder, named by their ids: the default, and for channels that people serve by hand."""

from datetime import datetime
from pathlib import Path

from engine.delivery.payload import payload_of
from engine.delivery.transport import Letter, NotTaken, Transport, Unreachable, address_of
from engine.foundation.files import whole_file
from engine.messages.layout import Envelope, mail_of, text_of


class FolderTransport(Transport):
    """Mails as ``.eml``, letters and calls as ``.txt``, chat and SMS as ``.json``. Written again, a file is the
    same."""

    is_repeatable = True

    def __init__(self, folder: Path, sender: str | None = None, reply_to: str | None = None) -> None:
        self._folder = folder
        self._sender = sender
        self._reply_to = reply_to

    def hand_over(self, letter: Letter, at: datetime) -> str:  # noqa: ARG002 — whoever sends the file dates it
        """Writes the file, whole or not at all; its name is the receipt."""
        suffix, content = self._written(letter)
        name = f"{letter.message.id}.{suffix}"
        try:
            with whole_file(self._folder / name) as file:
                file.write(content)
            if letter.invitation is not None and suffix != "eml":
                with whole_file(self._folder / f"{letter.message.id}.ics") as file:
                    file.write(letter.invitation)
        except NotADirectoryError as error:
            raise Unreachable(f"{self._folder} is no folder") from error
        except OSError as error:
            raise NotTaken(f"{self._folder / name}: {error.strerror}") from error
        return name

    def _written(self, letter: Letter) -> tuple[str, bytes]:
        match letter.message.channel:
            case "email":
                address_of(letter)  # raises: a mail to nobody would lie there as if it had been sent
                envelope = Envelope(sender=self._sender, reply_to=self._reply_to, invitation=letter.invitation)
                return "eml", mail_of(letter.message, envelope)
            case "chat" | "sms":
                return "json", payload_of(letter)
        return "txt", text_of(letter.message).encode()
