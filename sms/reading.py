"""What a thread of texts was read as, and the words each finding rests on."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.incident.report import Medium, Nature, Report
from gateway.incident.shape import Area

BY_MODEL = "model"
"""How the rule of a finding begins that the model made; its score follows."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found, so that a desk sees why.

    Attributes:
        what: the name of what was found: a nature's value, ``life_threat``, ``injured``, ``rescue``, ``child``,
            ``silent``, ``takeover``, ``opt_out``, ``kelurahan``, ``kecamatan``, ``city``, ``street``, ``rt_rw``,
            ``landmark``, ``coordinates``, ``language``.
        words: the words it rests on, as written.
        rule: the entry of the lexicon that found it, or ``model`` with its score.
    """

    what: str
    words: str
    rule: str = ""

    @property
    def is_likeness(self) -> bool:
        """The model found it: the words are those that counted most, and none of them says it."""
        return self.rule.startswith(BY_MODEL)


@dataclass(frozen=True, slots=True)
class GivenPosition:
    """A position that a text gives.

    Attributes:
        at: latitude and longitude, degrees WGS 84.
        words: the words that give it, as written.
        mended: what had to be put right in it, as sms.coordinates says.
    """

    at: tuple[float, float]
    words: str = ""
    mended: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceRead:
    """A place as the texts name it; what is not sure is left out, for a wrong place is worse than none.

    Attributes:
        kelurahan, kecamatan, city: as in the gazetteer; a finer one implies the coarser ones.
        rt, rw: numbers of the neighbourhood, as digits without leading zeros; empty if not named.
        street, landmark: as written; empty if not named.
        coordinates: latitude and longitude, degrees WGS 84; None if not given.
        positions: all that the last text with any gives; which of several is meant nobody knows.
        findings: what each of them rests on.
    """

    kelurahan: Area | None = None
    kecamatan: Area | None = None
    city: Area | None = None
    rt: str = ""
    rw: str = ""
    street: str = ""
    landmark: str = ""
    coordinates: tuple[float, float] | None = None
    positions: tuple[GivenPosition, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def finest(self) -> Area | None:
        return self.kelurahan or self.kecamatan or self.city

    @property
    def is_empty(self) -> bool:
        return not (self.finest or self.rt or self.rw or self.street or self.landmark or self.coordinates)

    def as_dict(self) -> dict[str, object]:
        """In JSON's terms, without the findings."""
        levels = {"kelurahan": self.kelurahan, "kecamatan": self.kecamatan, "city": self.city}
        return {
            **{level: {"code": area.code, "name": area.name} if area else None for level, area in levels.items()},
            "rt": self.rt,
            "rw": self.rw,
            "street": self.street,
            "landmark": self.landmark,
            "coordinates": list(self.coordinates) if self.coordinates else None,
        }


@dataclass(frozen=True, slots=True)
class Reading:
    """What a thread of texts says.

    Attributes:
        silent: the writer must not be called or heard ("jangan telepon", "dia ada di sini").
        takeover: a sudden "ga jadi", "salah nomor": another hand may be writing. The nature read before it stays.
        opt_out: STOP and its like: sending ends, the case does not.
        language: ISO 639-1 of what the writer writes: ``id``, ``en``, ``jv``, ``su``.
        findings: what all of it rests on, those of the place included.
    """

    nature: Nature = Nature.UNKNOWN
    life_threat: bool = False
    injured: bool = False
    rescue: bool = False
    child: bool = False
    silent: bool = False
    takeover: bool = False
    opt_out: bool = False
    language: str = "id"
    place: PlaceRead = PlaceRead()
    findings: tuple[Finding, ...] = ()

    def report(self, words: str = "") -> Report:
        """The report by which rules decide."""
        return Report(
            nature=self.nature,
            silent=self.silent,
            medium=Medium.MESSAGE,
            language=self.language,
            life_threat=self.life_threat,
            injured=self.injured,
            rescue=self.rescue,
            child=self.child,
            words=words,
        )

    def as_dict(self) -> dict[str, object]:
        """In JSON's terms, as a FILED entry keeps it."""
        return {
            "nature": self.nature.value,
            "life_threat": self.life_threat,
            "injured": self.injured,
            "rescue": self.rescue,
            "child": self.child,
            "silent": self.silent,
            "takeover": self.takeover,
            "opt_out": self.opt_out,
            "language": self.language,
            "place": self.place.as_dict(),
            "why": [{"what": found.what, "words": found.words, "rule": found.rule} for found in self.findings],
        }
