"""The answering process, in a thread, with a fake Asterisk at its door and a notebook for a journal."""

import threading

from fake_asterisk import FakeAsterisk, FakeChannel
from test_intake import NOW, City

from gateway import settings as table
from gateway.channels.agi_server import AgiServer
from gateway.channels.phone_call import PhoneCalls

SETTINGS = table.Settings(
    {**table.read({"GATEWAY112_STATE": "nowhere", "GATEWAY112_SIGNING_KEY": "invented"}), "agi_port": 0}
)


class Gateway:
    """The FastAGI server in a city."""

    def __init__(self, *evidence, **surroundings):
        self.city = City(*evidence, **surroundings)
        self.alarms = []
        calls = PhoneCalls(SETTINGS, self.city.intake, self._alarm, now=lambda: NOW)
        self.server = AgiServer(SETTINGS, calls.perform)
        self.asterisk = FakeAsterisk(self.server.port)
        self._thread = threading.Thread(target=self.server.serve)

    def _alarm(self, what, incident):
        self.alarms.append((what, incident))

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self.server.stop()
        self._thread.join()

    def call(self, *keys, script="call", arguments=("trial",), header=None, **channel):
        return self.asterisk.call(FakeChannel(keys, **channel), script=script, arguments=arguments, **(header or {}))

    @property
    def kinds(self):
        return [entry.kind for entry in self.city.journal.entries]

    def entry(self, kind):
        """The data of the one entry of this kind; waits for the session's thread where the caller is gone already."""
        self.__exit__()
        (found,) = [entry for entry in self.city.journal.entries if entry.kind is kind]
        return found.data
