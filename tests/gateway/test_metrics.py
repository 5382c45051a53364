"""Figures as Prometheus reads them, and who may."""

import time

import pytest
from flask import Flask
from prometheus_client.parser import text_string_to_metric_families

from gateway.incident.timeline import Entry, Kind
from gateway.jobs import Workload
from gateway.queues.figures import Figures
from gateway.queues.snapshot import Snapshot
from gateway.queues.state import DeskState, QueueState, Readiness, WaitingCall
from gateway.running.health import Health, Part
from gateway.store import StoreAway
from gateway.store.waiting import Wait
from gateway.web import metrics
from tests.gateway.waiting_room import WaitingRoom
from tests.gateway_in_process import made_up_settings


class Shelf:
    """A store with a snapshot in it, or away."""

    def __init__(self, snapshot=None):
        self._snapshot = snapshot
        self.waits = WaitingRoom(
            [Wait("a", "110", "110", 1, time.time() - 31, 0.0), Wait("b", "110", "110", 1, 0.0, 0.0, desk="110-1")],
            ["110-1", "110-2"],
        )
        self.waits.away = snapshot is None

    def workload(self):
        return Workload({"urgent": 3}, dead=1, workers=2)

    def get_snapshot(self):
        if self._snapshot is None:
            raise StoreAway("Redis: ConnectionError")
        return self._snapshot.text()


class Physician:
    def examine(self):
        return Health({"asterisk": Part(), "desks": Part(), "redis": Part("away")})


def busy_evening():
    figures = Figures()
    figures.count("1-0", Entry("a", Kind.QUEUED, 0.0, {"queue": "110"}))
    figures.count("2-0", Entry("a", Kind.ANSWERED, 0.0, {"queue": "110", "waited": 12.0}))
    figures.count("3-0", Entry("a", Kind.ACCEPTED, 0.0, {"queue": "110", "waited": 4.0, "medium": "message"}))
    now = time.time()
    waiting = (
        WaitingCall("PJSIP/trial-1", "1.1", "a" * 24, "110", 1, 60, now - 31),
        WaitingCall("PJSIP/trial-2", "1.2", "b" * 24, "110", 2, 50, now - 4),
    )
    desks = (DeskState("110-1", Readiness.BUSY), DeskState("110-2", Readiness.UNREACHABLE))
    return Snapshot(now, (QueueState("110", waiting, desks), QueueState("112")), figures)


def scrape(tmp_path, store, headers=None, **settings):
    values = made_up_settings(tmp_path, **{"public_url": "", **settings})
    app = Flask("test")
    app.register_blueprint(metrics.blueprint(values, Physician(), store))
    return app.test_client().get("/metrics", headers=headers or {})


def figures_of(answer):
    assert answer.status_code == 200
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_the_queues_are_told_with_waits_priorities_and_desks(tmp_path):
    found = figures_of(scrape(tmp_path, Shelf(busy_evening())))
    assert found["gateway112_waiting", "110", "raised"] == 1
    assert found["gateway112_waiting", "110", "2"] == 1
    assert found["gateway112_longest_wait_seconds", "110"] == pytest.approx(31)
    assert found["gateway112_desks", "110", "unreachable"] == 1
    assert found["gateway112_queued_total", "110"] == 1
    assert found["gateway112_answer_wait_seconds_bucket", "10.0", "110"] == 0
    assert found["gateway112_answer_wait_seconds_bucket", "110", "15.0"] == 1
    assert found["gateway112_jobs_waiting", "urgent"] == 3
    assert found["gateway112_jobs_dead",] == 1


def test_messages_are_told_by_queue_with_the_desks_that_are_there(tmp_path):
    found = figures_of(scrape(tmp_path, Shelf(busy_evening())))
    assert found["gateway112_messages_waiting", "110"] == 1
    assert found["gateway112_messages_longest_wait_seconds", "110"] == pytest.approx(31, abs=5)
    assert (found["gateway112_messages_with_desks", "110"], found["gateway112_messages_desks", "110"]) == (1, 2)
    assert (found["gateway112_messages_waiting", "118"], found["gateway112_messages_desks", "118"]) == (0, 0)
    assert found["gateway112_accept_wait_seconds_count", "110"] == 1


def test_with_the_store_away_the_parts_and_the_spool_are_still_told(tmp_path):
    (tmp_path / "spool").mkdir()
    (tmp_path / "spool" / "1-1.spool").touch()
    found = figures_of(scrape(tmp_path, Shelf()))
    assert found["gateway112_part_up", "redis"] == 0
    assert found["gateway112_spool_files",] == 1


def test_no_incident_and_no_nature_is_in_the_figures(tmp_path):
    text = scrape(tmp_path, Shelf(busy_evening())).text
    assert "aaaa" not in text
    assert "violence" not in text


@pytest.mark.parametrize(
    ("settings", "headers", "status"),
    [
        ({}, {}, 200),
        ({}, {"X-Forwarded-For": "203.0.113.5"}, 403),
        ({"public_url": "https://gateway.test"}, {}, 403),
        ({"public_url": "https://gateway.test", "monitoring_token": "right"}, {"Authorization": "Bearer right"}, 200),
        ({"public_url": "https://gateway.test", "monitoring_token": "right"}, {"Authorization": "Bearer wrong"}, 403),
        ({"public_url": "https://gateway.test"}, {"Authorization": "Bearer "}, 403),
        ({"monitoring_token": "right"}, {"Authorization": "Bearer ✗".encode().decode("latin-1")}, 403),
    ],
)
def test_figures_are_for_insiders(tmp_path, settings, headers, status):
    assert scrape(tmp_path, Shelf(busy_evening()), headers, **settings).status_code == status


def test_a_stranger_on_the_network_gets_no_figures(tmp_path):
    app = Flask("test")
    app.register_blueprint(metrics.blueprint(made_up_settings(tmp_path, public_url=""), Physician(), Shelf()))
    answer = app.test_client().get("/metrics", environ_base={"REMOTE_ADDR": "203.0.113.5"})
    assert answer.status_code == 403
