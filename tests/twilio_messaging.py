"""Twilio's messaging, as far as an application can tell: a message is announced, a webhook that fails is tried again
only as the URL's connection overrides say, then the fallback URL is asked, and then the message is lost.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urldefrag
from xml.etree import ElementTree

from tests.twilio_network import Answer, Failed
from tests.twilio_stand_in import ACCOUNT, Lost, Twilio, tried


@dataclass
class Messaging:
    """A number's messaging side.

    Attributes:
        twilio: who signs, and how requests travel.
        url, fallback_url: as set up on the number.
    """

    twilio: Twilio
    url: str
    fallback_url: str = ""
    announced: int = 0

    def form(self, text: str, writer: str, sid: str = "") -> dict[str, str]:
        """The parameters of a message's announcement."""
        self.announced += 1
        sid = sid or "SM" + hashlib.md5(f"{id(self)}{self.announced}".encode()).hexdigest()
        return {
            "AccountSid": ACCOUNT, "ApiVersion": "2010-04-01", "Body": text, "From": writer, "FromCountry": "ID",
            "MessageSid": sid, "NumMedia": "0", "NumSegments": str(1 + len(text) // 153), "SmsMessageSid": sid,
            "SmsSid": sid, "SmsStatus": "received", "To": self.twilio.number.number, "ToCountry": "ID",
        }  # fmt: skip

    def announce(self, form: Mapping[str, str]) -> str:
        """Tell the application of a message; returns the URL that took it.

        Raises:
            Lost: nobody took it. Twilio tells nobody.
        """
        try:
            self._take(self._tried(self.url, form))
        except Failed as failed:
            if not self.fallback_url:
                raise Lost(str(failed)) from None
            again = dict(form) | {"ErrorCode": "11200", "ErrorUrl": urldefrag(self.url).url}
            try:
                self._take(self._tried(self.fallback_url, again))
            except Failed as twice:
                raise Lost(f"{failed}, then {twice}") from None
            return self.fallback_url
        return self.url

    def write(self, text: str, writer: str = "+6281200000001", sid: str = "") -> str:
        """A text from its sending to its being taken; returns its MessageSid."""
        form = self.form(text, writer, sid)
        self.announce(form)
        return form["MessageSid"]

    def _tried(self, url: str, form: Mapping[str, str]) -> Answer:
        return tried(url, lambda: self.twilio.answered(url, form))

    @staticmethod
    def _take(answer: Answer) -> None:
        """What Twilio does with it: an empty document is nothing, a <Message> would be a reply that nobody counted."""
        if not answer.body:
            return
        if not answer.content_type.startswith(("text/xml", "application/xml", "text/html")):
            raise AssertionError(f"Twilio would send this to the writer as a text: {answer.body[:80]!r}")
        document = ElementTree.fromstring(answer.body)
        assert document.tag == "Response", document.tag
        assert len(document) == 0, "a reply in the document has no status, no validity and no guard"
