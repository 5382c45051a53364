"""The network between Twilio and an application: in this process, or over HTTP."""

from __future__ import annotations

import threading
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol
from urllib.parse import urlsplit

from werkzeug.test import Client


class Failed(Exception):
    """One request brought nothing that can be performed.

    Attributes:
        what: ``ct``, ``rt``, ``4xx`` or ``5xx`` as in connection overrides; ``document`` for one that makes no sense.
    """

    def __init__(self, what: str, why: str):
        super().__init__(f"{what}: {why}")
        self.what = what


@dataclass(frozen=True)
class Answer:
    status: int
    content_type: str
    body: bytes


class Network(Protocol):
    """How requests reach the application."""

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes, seconds: float) -> Answer:
        """Raises Failed: ``ct`` or ``rt``."""


class InProcess:
    """Applications (WSGI) by their public origin."""

    def __init__(self, applications: Mapping[str, Any]):
        self.applications = dict(applications)

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes, seconds: float) -> Answer:
        parts = urlsplit(url)
        application = self.applications.get(f"{parts.scheme}://{parts.netloc}")
        if application is None:
            raise Failed("ct", f"nobody listens at {parts.netloc}")
        answers: list[Answer] = []

        def ask() -> None:
            target = f"{parts.path}?{parts.query}" if parts.query else parts.path
            answer = Client(application).open(target, method=method, headers=list(headers.items()), data=body)
            answers.append(Answer(answer.status_code, answer.content_type or "", answer.get_data()))

        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        thread.join(seconds)
        if not answers:
            raise Failed("rt", f"no answer within {seconds} s")
        return answers[0]


class OverHttp:
    """Real servers; a public origin may be mapped to where it really is, as a proxy does."""

    def __init__(self, places: Mapping[str, str]):
        self.places = dict(places)

    def request(self, method: str, url: str, headers: Mapping[str, str], body: bytes, seconds: float) -> Answer:
        parts = urlsplit(url)
        place = self.places[f"{parts.scheme}://{parts.netloc}"]
        target = place + url.removeprefix(f"{parts.scheme}://{parts.netloc}")
        data = body if method == "POST" else None
        request = urllib.request.Request(target, data=data, headers=dict(headers), method=method)
        try:
            with urllib.request.urlopen(request, timeout=seconds) as answer:
                return Answer(answer.status, answer.headers.get("Content-Type", ""), answer.read())
        except urllib.error.HTTPError as refused:
            return Answer(refused.code, refused.headers.get("Content-Type", ""), refused.read())
        except TimeoutError as late:
            raise Failed("rt", str(late)) from None
        except OSError as away:
            raise Failed("ct", str(away)) from None
