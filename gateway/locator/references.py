"""Locations by reference (RFC 5808, RFC 6442): fetched beside the calls, and again while a call lives, for they change.

Asked by GET; where that is not understood, by HELD's POST (RFC 6753). Nobody waits for any of it.
"""

from __future__ import annotations

import heapq
import itertools
import queue
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from gateway.evidence import held, pidf_lo
from gateway.http_request import Answer, NoAnswer, perform
from gateway.incident.errors import EvidenceRefused
from gateway.incident.evidence import Evidence
from gateway.journal import Journal
from gateway.locator.hosts import SCHEMES, Hosts
from gateway.locator.reading import Reference
from gateway.locator.telling import Named
from gateway.log import get_logger

log = get_logger("locator")

THREADS = 8
MOST = 1_000
"""References that may wait at once; what comes then is told as not fetched."""

MOST_OF_ONE = 4
"""References of one request that are fetched: nobody keeps the others waiting."""

WITHIN_S = 5.0
LARGEST = 1_000_000
RETRIES_AFTER_S = (1.0, 5.0)
AGAIN_AFTER_S = (20.0, 60.0)
"""After the first answer it is asked again while the call lives: its caller moves, or the network learns more."""

DEEPEST = 1
"""An answer that is itself a reference is followed so often."""

_NOT_BY_GET = frozenset({400, 404, 405, 406, 411, 415, 501})
_PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(slots=True)
class _Errand:
    """One reference of one call.

    Attributes:
        identifier: of the captured request that it stands in.
    """

    call: Named
    url: str
    is_over: Callable[[], bool]
    identifier: str
    depth: int = 0
    failures: int = 0
    answers: int = 0


class _Failed(Exception):
    """No location came; ``passing``: it may be there in a while."""

    def __init__(self, why: str, *, passing: bool):
        super().__init__(why)
        self.passing = passing


@dataclass
class References:
    """
    Attributes:
        done: ids of captured requests whose references have all come to their end.
    """

    hosts: Hosts
    journal: Journal
    now: Callable[[], float] = time.time
    done: queue.SimpleQueue[str] = field(default_factory=queue.SimpleQueue)
    _ready: queue.SimpleQueue[_Errand | None] = field(default_factory=queue.SimpleQueue)
    _due: list[tuple[float, int, _Errand]] = field(default_factory=list)
    _open: dict[str, int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _order: itertools.count[int] = field(default_factory=itertools.count)
    _threads: list[threading.Thread] = field(default_factory=list)

    def refusals(self, urls: Sequence[str]) -> Mapping[str, str]:
        """Of those that one request names, why each is not fetched; empty: it is."""
        told = {url: self.refusal(url) for url in urls}
        for url in [url for url, why in told.items() if not why][MOST_OF_ONE:]:
            told[url] = f"the request names more than {MOST_OF_ONE} that may be fetched"
        return told

    def refusal(self, url: str) -> str:
        """Why a reference is not fetched; empty: it is."""
        if why := self.hosts.refusal(url):
            return why
        return "" if len(self._open) < MOST else "too many references wait to be fetched"

    def ask(self, call: Named, urls: Sequence[str], is_over: Callable[[], bool], identifier: str) -> None:
        """Fetch these; ``identifier`` is among ``done`` when that has come to its end."""
        with self._lock:
            self._open[identifier] = self._open.get(identifier, 0) + len(urls)
        for url in urls:
            self._ready.put(_Errand(call, url, is_over, identifier))

    def work(self) -> None:
        """Begin to fetch, in threads that end with the process."""
        self._threads = [threading.Thread(target=self._fetch_for_ever, daemon=True) for _ in range(THREADS)]
        for thread in self._threads:
            thread.start()

    def look(self) -> None:
        """Take up what is to be asked again by now."""
        with self._lock:
            while self._due and self._due[0][0] <= self.now():
                self._ready.put(heapq.heappop(self._due)[2])

    def _fetch_for_ever(self) -> None:
        while (errand := self._ready.get()) is not None:
            try:
                self._perform(errand)
            except Exception:
                log.exception("a reference could not be fetched", incident=errand.call.incident)
                self._end(errand)

    def _perform(self, errand: _Errand) -> None:
        if errand.answers and errand.is_over():
            self._end(errand)
            return
        try:
            answer = self._fetched(errand.url)
        except _Failed as failed:
            self._failed(errand, failed)
            return
        self._tell(errand, answer.found)
        for url in answer.references:
            self._follow(errand, url)
        self._again(errand, AGAIN_AFTER_S, errand.answers)
        errand.answers += 1

    def _fetched(self, url: str) -> held.Answer:
        scheme, _, rest = url.partition(":")
        over = f"{SCHEMES[scheme.lower()]}:{rest}"
        answers = []
        if scheme.lower() in ("http", "https"):
            got = self._exchange("GET", over)
            if got.status not in _NOT_BY_GET:
                answers.append(self._understood(got, url))
        if not answers or (answers[0].error and answers[0].error not in held.PASSING):
            got = self._exchange("POST", over, held.question())
            answers.append(self._understood(got, url))
        answer = answers[-1]
        if answer.error in held.PASSING:
            raise _Failed(str(answer.found[0]), passing=True)
        return answer

    def _exchange(self, method: str, url: str, body: bytes = b"") -> Answer:
        said = {"Accept": held.ACCEPT, **({"Content-Type": f"{held.MEDIA_TYPE};charset=utf-8"} if body else {})}
        try:
            return perform(
                method, url, body=body, headers=said, within=WITHIN_S, largest=LARGEST, may_reach=self.hosts.may_reach
            )
        except NoAnswer as fault:
            raise _Failed(str(fault), passing=True) from None

    def _understood(self, got: Answer, url: str) -> held.Answer:
        if got.status != 200:
            raise _Failed(f"HTTP status {got.status}", passing=got.status in _PASSING)
        return held.read(got.body, self.now(), url)

    def _tell(self, errand: _Errand, found: Sequence[Evidence | EvidenceRefused]) -> None:
        now = self.now()
        self.journal.add([errand.call.entry(one, now) for one in found])

    def _follow(self, errand: _Errand, url: str) -> None:
        """A reference within an answer: told, and fetched in its turn."""
        why = self.refusal(url) if errand.depth < DEEPEST else "it is a reference in a reference's reference"
        self.journal.add([errand.call.entry(Reference(url[:2048], "held"), self.now(), why)])
        if not why and url != errand.url:
            further = _Errand(errand.call, url, errand.is_over, errand.identifier, errand.depth + 1)
            with self._lock:
                self._open[errand.identifier] += 1
            self._ready.put(further)

    def _failed(self, errand: _Errand, failed: _Failed) -> None:
        if failed.passing and errand.failures < len(RETRIES_AFTER_S):
            errand.failures += 1
            self._later(errand, RETRIES_AFTER_S[errand.failures - 1])
            return
        if not errand.answers:
            refused = EvidenceRefused("the reference", f"no location was fetched: {failed}", pidf_lo.SOURCE)
            self._tell(errand, [refused])
        self._end(errand)

    def _again(self, errand: _Errand, pauses: Sequence[float], answered: int) -> None:
        errand.failures = 0
        if answered < len(pauses):
            self._later(errand, pauses[answered] - (pauses[answered - 1] if answered else 0.0))
        else:
            self._end(errand)

    def _later(self, errand: _Errand, seconds: float) -> None:
        with self._lock:
            heapq.heappush(self._due, (self.now() + seconds, next(self._order), errand))

    def _end(self, errand: _Errand) -> None:
        with self._lock:
            self._open[errand.identifier] -= 1
            over = not self._open[errand.identifier]
            if over:
                del self._open[errand.identifier]
        if over:
            self.done.put(errand.identifier)
