"""How well, and how fast, texts are read: on the part of the corpus that nothing was made from."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from gateway.incident.report import Nature, Report
from gateway.incident.routing import Rules
from gateway.reading import knowledge
from gateway.reading.training import read_corpus
from gateway.rules import load
from gateway.settings import ROOT
from sms.reader import read
from sms.reading import Reading
from sms.sample import Sample

CORPUS = ROOT / "sms" / "corpus"
EXAMINATION, CONTRASTS = CORPUS / "examination.txt", CORPUS / "set_aside.txt"
"""Texts of writers who saw neither the others' nor the reader; and blocks of the corpus, much of it made to mislead."""

FASTEST_OF = 3
"""Each text is timed so often, and the fastest counts: what else the machine does is not the reader's."""


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many, and the aim in percent; ``most`` where fewer are better."""

    what: str
    right: int
    of: int
    aim: float
    most: bool = False

    @property
    def percent(self) -> float:
        return 100 * self.right / self.of if self.of else 0.0

    @property
    def reached(self) -> bool:
        return self.percent <= self.aim if self.most else self.percent >= self.aim

    def __str__(self) -> str:
        aim = f"aim: {'at most' if self.most else 'at least'} {self.aim:g} %"
        verdict = "reached" if self.reached else "NOT reached"
        return f"{self.what:<52} {self.right:4} of {self.of:4}  {self.percent:5.1f} %   ({aim}: {verdict})"


@dataclass
class Measured:
    """Samples and what was made of them.

    Attributes:
        queues: per sample, the agency that should be first and the one that is.
    """

    samples: Sequence[Sample]
    readings: list[Reading] = field(default_factory=list)
    queues: list[tuple[str, str]] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)

    def shares(self) -> Iterator[Share]:
        """The aims of the project, in their order."""
        pairs = list(zip(self.samples, self.readings, strict=True))
        violence = [(s, r.nature is Nature.VIOLENCE) for s, r in pairs if s.nature is Nature.VIOLENCE]
        hidden = [found for sample, found in violence if "no_keyword" in sample.flags]
        taken = [r.nature is Nature.VIOLENCE for s, r in pairs if s.nature is not Nature.VIOLENCE]
        threats = [r.life_threat for s, r in pairs if "life_threat" in s.flags]
        yield Share("violence found", sum(found for _, found in violence), len(violence), 97)
        yield Share("  of that without any keyword", sum(hidden), len(hidden), 85)
        yield Share("others taken for violence", sum(taken), len(taken), 5, most=True)
        yield Share("life threat found", sum(threats), len(threats), 95)
        yield Share("first agency right", sum(should == does for should, does in self.queues), len(self.queues), 92)
        yield from self._kelurahan()

    def _kelurahan(self) -> Iterator[Share]:
        named = [
            (_kelurahan_of(sample), reading.place.kelurahan.name if reading.place.kelurahan else "")
            for sample, reading in zip(self.samples, self.readings, strict=True)
        ]
        given = [(should, does) for should, does in named if does]
        asked = [(should, does) for should, does in named if should]
        yield Share("kelurahan right where one is given", sum(s == d for s, d in given), len(given), 98)
        yield Share("kelurahan given where one is named", sum(bool(d) for _, d in asked), len(asked), 90)

    def confusion(self) -> Iterator[str]:
        """A table: rows are what it is, columns what it was read as."""
        counts = Counter(
            (sample.nature, reading.nature) for sample, reading in zip(self.samples, self.readings, strict=True)
        )
        yield f"{'is, read as':<14}" + "".join(f"{nature.value[:9]:>10}" for nature in Nature)
        for nature in Nature:
            yield f"{nature.value:<14}" + "".join(f"{counts[nature, read_as] or '.':>10}" for read_as in Nature)

    def percentile(self, percent: int) -> float:
        ordered = sorted(self.milliseconds)
        return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def measure(samples: Sequence[Sample]) -> Measured:
    """Read each sample alone, as a thread of one text."""
    rules, known = load(ROOT / "routing_rules.yaml").rules, knowledge()
    read(("pemanasan",), known)
    measured = Measured(samples)
    for sample in samples:
        best = float("inf")
        for _ in range(FASTEST_OF):
            begun = time.perf_counter()
            reading = read((sample.text,), known)
            best = min(best, time.perf_counter() - begun)
        measured.readings.append(reading)
        measured.milliseconds.append(1000 * best)
        measured.queues.append((_queue(rules, _meant(sample)), _queue(rules, reading.report())))
    return measured


def _meant(sample: Sample) -> Report:
    flags = {name: name in sample.flags for name in ("life_threat", "injured", "rescue", "child", "silent")}
    return Reading(nature=sample.nature, **flags).report()


def _queue(rules: Rules, report: Report) -> str:
    return rules.choose(report).route.queue


def _kelurahan_of(sample: Sample) -> str:
    return "" if ":" in sample.place else sample.place


def print_reading() -> None:
    """The aims over all that was set aside, then each part by itself."""
    parts = {"examination": read_corpus(EXAMINATION), "contrasts": read_corpus(CONTRASTS)}
    _print("all set aside", [sample for part in parts.values() for sample in part])
    for name, samples in parts.items():
        _print(name, samples)


def _print(name: str, samples: Sequence[Sample]) -> None:
    measured = measure(samples)
    print(f"reading, {name}: {len(samples)} texts that nothing was made from")
    for share in measured.shares():
        print(f"  {share}")
    for line in measured.confusion():
        print(f"    {line}")
    print(f"  a text is read in p50 {measured.percentile(50):.2f} ms, p99 {measured.percentile(99):.2f} ms (aim: 2 ms)")
