"""What happened in a case, line by line, as a desk reads it. Pure.

Never with a number or a writer's words: those stand in the case, for who may read them. What a desk typed of the place
is told. For an agency that may not know of violence there is one form for all its cases: a few kinds, none of which
tells what a case is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from gateway.desk.alarm_words import in_language
from gateway.desk.place import SOURCE, WORDS_SOURCE
from gateway.desk.steps import asked, line
from gateway.desk.words import NATURES, OUTCOMES, STATUSES
from gateway.evidence.words import PHRASES
from gateway.incident.timeline import Entry, Kind
from gateway.language import LANGUAGES, said
from gateway.messages.absent import DESK_GONE
from gateway.queues.events import UNSEEN
from gateway.rules.rulebook import Agency

Data = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Happening:
    """
    Attributes:
        id: the same in every reading of the timeline, and in the feed.
        kind: a Kind's value; of a desk that may not know of violence one of NEUTRAL.
    """

    id: str
    at: float
    kind: str
    text: str


NEUTRAL: Mapping[Kind, tuple[str, str]] = {
    Kind.OPENED: ("kontak masuk", "a contact came"),
    Kind.MESSAGE: ("kontak masuk", "a contact came"),
    Kind.EVIDENCE: ("keterangan lokasi baru", "news of the place"),
    Kind.LOCATED: ("lokasi berubah", "the place has changed"),
    Kind.ENDED: ("panggilan berakhir", "the call has ended"),
    Kind.CLOSED: ("kasus ditutup", "the case is closed"),
}
"""What any agency may know of any case."""

_OWN: Mapping[Kind, tuple[str, str]] = {
    Kind.RANG: ("berdering di meja {desk}", "rings at desk {desk}"),
    Kind.ANSWERED: ("dijawab meja {desk}", "answered by desk {desk}"),
    Kind.JOINED: ("meja {desk} ikut bicara", "desk {desk} has joined"),
    Kind.DEPARTED: ("meja {desk} keluar dari panggilan", "desk {desk} left the call"),
    Kind.TAKEN: ("meja {desk} akan menghubungi penelepon", "desk {desk} is to reach the caller"),
    Kind.PUT_BACK: ("meja {desk} mengembalikan penelepon ke daftar tak terjawab",
                    "desk {desk} put the caller back among those nobody answered"),
    Kind.ACCEPTED: ("diterima meja {desk}", "accepted by desk {desk}"),
    Kind.RELEASED: ("dilepas meja {desk}", "given back by desk {desk}"),
    Kind.DONE: ("tugas selesai: {outcome}", "the task is done: {outcome}"),
}  # fmt: skip
"""What besides it may know of its own desks."""

_TEXTS: Mapping[Kind, tuple[str, str]] = {
    **NEUTRAL,
    **_OWN,
    Kind.OPENED: ("{medium} masuk{trunk}", "{medium} came{trunk}"),
    Kind.MESSAGE: ("pesan masuk", "a message came"),
    Kind.EVIDENCE: ("lokasi menurut {source}{typed}", "a place by {source}{typed}"),
    Kind.EVIDENCE_REFUSED: ("lokasi tidak terbaca", "a place that cannot be read"),
    Kind.REFERENCE: ("lokasi ada di pihak lain", "others tell the place"),
    Kind.ADDITIONAL: ("keterangan perangkat atau jaringan", "telephone or network told more"),
    Kind.LOCATED: ("lokasi: {place}", "the place: {place}"),
    Kind.PROPOSED: ("usul: {to}", "proposed: {to}"),
    Kind.ASKED: ("ditanya: {step}", "is asked: {step}"),
    Kind.FILED: ("jenis kejadian: {nature}{silent}", "nature: {nature}{silent}"),
    Kind.HANDED_OFF: ("diserahkan ke {queue}, prioritas {priority}", "handed to {queue}, priority {priority}"),
    Kind.INFORMED: ("{agency} diberi tahu", "{agency} is informed"),
    Kind.NOTIFIED: ("sistem {agency} diberi tahu", "the system of {agency} was told"),
    Kind.QUEUED: ("menunggu di {queue}", "waits at {queue}"),
    Kind.RANG: ("berdering di meja {desk}", "rings at desk {desk}"),
    Kind.INVITED: ("{queue} diminta ikut oleh meja {desk}", "desk {desk} asks {queue} to join"),
    Kind.DECLINED: ("{whom} tidak menerima: {declined}", "{whom} did not take it: {declined}"),
    Kind.RETURNED: ("kembali ke kepala antrean {queue}", "back to the head of {queue}"),
    Kind.KEYED: ("penelepon menekan {key}{meant}", "the caller pressed {key}{meant}"),
    Kind.RAISED: ("batas waktu dekat: ke kepala antrean", "its bound is near: to the head of the queue"),
    Kind.OVERFLOWED: ("diteruskan ke {to}", "goes on to {to}"),
    Kind.MOVED: ("{mover} ke {to}", "{mover} to {to}"),
    Kind.LEFT: ("keluar dari antrean", "left the queue"),
    Kind.ABANDONED: ("penelepon menutup telepon", "the caller hung up"),
    Kind.PUT_BACK: ("meja {desk} mengembalikan penelepon ke daftar tak terjawab: {why}",
                    "desk {desk} put the caller back among those nobody answered: {why}"),
    Kind.FOLLOW_UP: ("{followed}: {became}", "{followed}: {became}"),
    Kind.ALARM: ("ALARM: {what}", "ALARM: {what}"),
    Kind.PARTED: ("pesannya menunggu di {queue}, tugasnya di {from}", "its words wait at {queue}, its task at {from}"),
    Kind.RELEASED: ("dilepas meja {desk}: {why}", "given back by desk {desk}: {why}"),
    Kind.DONE: ("tugas {queue} selesai: {outcome}{note}", "the task of {queue} is done: {outcome}{note}"),
    Kind.REPLY: ("balasan oleh {by}", "a reply by {by}"),
    Kind.DELIVERY: ("balasan: {status}", "the reply: {status}"),
    Kind.MUTED: ("jawaban otomatis dihentikan", "automatic answers are stopped"),
    Kind.UNMUTED: ("jawaban otomatis boleh lagi ({by})", "automatic answers may go on ({by})"),
    Kind.NATURE: ("jenis kejadian dibetulkan {by}: {nature}", "nature corrected by {by}: {nature}"),
    Kind.CONSENT: ("persetujuan dicatat {by}: telepon {safe}, bagikan {share}",
                   "consent kept by {by}: call {safe}, share {share}"),
    Kind.TIMER: ("selesai: {timer} ({by})", "done: {timer} ({by})"),
    Kind.CLOSED: ("ditutup {by}: {outcome}{note}", "closed by {by}: {outcome}{note}"),
}  # fmt: skip

MEDIA: Mapping[str, tuple[str, str]] = {"call": ("panggilan", "a call"), "message": ("pesan", "a message")}
ANSWERS: Mapping[str, tuple[str, str]] = {
    "yes": ("ya", "yes"),
    "no": ("tidak", "no"),
    "unknown": ("belum tahu", "unknown"),
}
SILENT = (", tidak bisa bicara", ", cannot speak")
TIMER_NAMES: Mapping[str, tuple[str, str]] = {
    "protection": ("perlindungan sementara (1×24 jam)", "temporary protection (1×24 h)"),
    "police_report": ("lapor ke polisi (3×24 jam)", "report to the police (3×24 h)"),
}
DECLINES: Mapping[str, tuple[str, str]] = {
    "nobody": ("tidak ada yang bertugas", "nobody is on duty"),
    "no_answer": ("tidak diangkat", "no answer"),
    "cancelled": ("dibatalkan", "called off"),
    "failed": ("gangguan", "a fault"),
    "not_accepted": ("tidak diterima", "not accepted"),
    "refused": ("ditolak", "refused"),
    UNSEEN: ("tidak diketahui sebabnya", "it is not known why"),
}
MOVERS: Mapping[str, tuple[str, str]] = {
    "supervisor": ("dipindahkan penyelia", "a supervisor moved it"),
    "gateway": ("dialihkan otomatis", "moved by itself"),
    "desk": ("diambil kembali", "taken back"),
}
GIVEN_BACK: Mapping[str, tuple[str, str]] = {
    DESK_GONE: ("meja tidak lagi bertugas", "the desk is gone"),
    "the desk left": ("meja selesai bertugas", "the desk left"),
}
"""Why something was given back, where no person said so."""

FOLLOW_UPS: Mapping[str, tuple[str, str]] = {
    "call_back": ("telepon balik", "call back"),
    "sms": ("SMS otomatis", "automatic text"),
    "nothing": ("tanpa tindak lanjut", "no follow-up"),
}
BECAME: Mapping[str, tuple[str, str]] = {
    "trying": ("sedang dicoba", "being tried"),
    "asked": ("meja dideringkan dulu", "desks are rung first"),
    "reached": ("penelepon mengangkat", "the caller has answered"),
    "not_reached": ("penelepon tidak mengangkat", "the caller did not answer"),
    "failed": ("gagal, dicoba lagi", "failed, is tried again"),
    "done": ("selesai", "done"),
    "needless": ("tidak perlu", "not needed"),
    "not_possible": ("tidak bisa", "not possible"),
    "uncertain": ("tidak pasti", "uncertain"),
}
MEANT: Mapping[str, tuple[str, str]] = {"1": (" (ya)", " (yes)"), "2": (" (tidak)", " (no)")}
LONGEST = 1200
"""Letters: a note of a desk's at the end, and what it says of the case besides."""


def happening(identifier: str, entry: Entry, agency: Agency, language: str) -> Happening | None:
    """The entry as this agency's desk reads it; None: it is not for it, or for no reader.

    Args:
        identifier: the line's own.
    """
    if not agency.sees_violence:
        return _neutral(identifier, entry, agency, language)
    return Happening(identifier, entry.at, entry.kind.value, _text(_TEXTS, entry, language))


def happenings(lines: Iterable[tuple[str, Entry]], agency: Agency, language: str) -> list[Happening]:
    found = (happening(identifier, entry, agency, language) for identifier, entry in lines)
    return [each for each in found if each]


def _neutral(identifier: str, entry: Entry, agency: Agency, language: str) -> Happening | None:
    if entry.kind in NEUTRAL:
        # Who writes rather than calls may have to.
        kind = Kind.OPENED if entry.kind is Kind.MESSAGE else entry.kind
        return Happening(identifier, entry.at, kind.value, _text(NEUTRAL, entry, language))
    own = str(entry.data.get("desk", "")) in {desk.id for desk in agency.desks}
    if entry.kind in _OWN and own:
        return Happening(identifier, entry.at, entry.kind.value, _text(_OWN, entry, language))
    return None


def _text(texts: Mapping[Kind, tuple[str, str]], entry: Entry, language: str) -> str:
    template = texts.get(entry.kind, (str(entry.kind), str(entry.kind)))[LANGUAGES.index(language)]
    return template.format_map(_Values(entry.data, language))[:LONGEST]


class _Values(dict[str, str]):
    """An entry's data in words; what it does not have is empty."""

    def __init__(self, data: Data, language: str):
        super().__init__()
        self._data, self._language = data, language

    def __missing__(self, name: str) -> str:
        if name in _WORDED:
            return _WORDED[name](self._data, self._language)
        value = self._data.get(name)
        return str(value) if isinstance(value, str | int | float) else ""


def _trunk(data: Data) -> str:
    return str(data.get("trunk") or data.get("channel") or "")


def _table(table: Mapping[str, tuple[str, str]], name: str) -> Callable[[Data, str], str]:
    return lambda data, language: said(table, str(data.get(name, "")), language)


def _desk_or_agency(data: Data, language: str) -> str:
    """Who it was, as narrowly as is known."""
    desk = str(data.get("desk") or "")
    return f"{'desk' if language == 'en' else 'meja'} {desk}" if desk else str(data.get("queue", ""))


def _is_of_desk(data: Data) -> bool:
    return data.get("source") in (SOURCE, WORDS_SOURCE)


_WORDED: Mapping[str, Callable[[Data, str], str]] = {
    "nature": _table(NATURES, "nature"),
    "outcome": _table(OUTCOMES, "outcome"),
    "status": _table(STATUSES, "status"),
    "safe": _table(ANSWERS, "safe_to_call"),
    "share": _table(ANSWERS, "share"),
    "timer": _table(TIMER_NAMES, "what"),
    "medium": lambda data, language: said(MEDIA, str(data.get("medium") or "call"), language),
    "source": lambda data, language: PHRASES[language].get(str(data.get("source")), str(data.get("source"))),
    "typed": lambda data, _: f": {label}" if _is_of_desk(data) and (label := data.get("label")) else "",
    "silent": lambda data, language: SILENT[LANGUAGES.index(language)] if data.get("silent") else "",
    "declined": _table(DECLINES, "why"),
    "what": lambda data, language: in_language(str(data.get("what", "")), language)[0],
    "mover": _table(MOVERS, "by"),
    "whom": _desk_or_agency,
    "meant": lambda data, language: said(MEANT, key, language) if (key := str(data.get("key"))) in MEANT else "",
    "why": _table(GIVEN_BACK, "why"),
    "note": lambda data, _: f" – {note}" if (note := str(data.get("note") or "")) else "",
    "followed": _table(FOLLOW_UPS, "what"),
    "became": _table(BECAME, "outcome"),
    "by": lambda data, _: str(data.get("by", "")).removeprefix("desk:"),
    "place": lambda data, language: str(data.get("place_en" if language == "en" else "place") or data.get("place", "")),
    "step": lambda data, language: asked(str(data.get("step", "")), language),
    "trunk": lambda data, language: f": {words}" if (words := line(_trunk(data), language)) else "",
}
