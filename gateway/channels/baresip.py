"""A SIP telephone: baresip, run in a folder of its own and led over its control socket. For trials and tests.

It needs no root and no sound card: it speaks silence from a file, and what it hears goes into one.
"""

from __future__ import annotations

import json
import socket
import subprocess
import threading
import time
import wave
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from gateway.channels.telephone import Telephone, TelephoneRefused
from gateway.settings import Settings

READY_SECONDS = 10.0
RATE = 8000
ACCEPT_SECONDS = 0.5

_CONFIG = """\
poll_method epoll
sip_listen 127.0.0.1:0
net_interface 127.0.0.1
module_path {modules}
module g711.so
module aufile.so
module ctrl_tcp.so
module_app account.so
module_app menu.so
ctrl_tcp_listen 127.0.0.1:{port}
audio_source aufile,{silence}
audio_player aufile,{heard}
audio_path {folder}
ausrc_srate {rate}
auplay_srate {rate}
ausrc_channels 1
auplay_channels 1
statmode_default off
"""


class Baresip(Telephone):
    """One account of one client.

    Args:
        folder: existing and empty; all it writes lies there.
        user: its user name; without a password it registers nowhere, and calls under that name.
        server: address and UDP port of Asterisk.
        answers: it answers every call at once.
        accepts: the key it presses then; empty: none.
        seconds: how long it can speak, which is silence; then it can press no more keys.
    """

    def __init__(
        self, settings: Settings, folder: Path, user: str, server: tuple[str, int], password: str = "",
        *, answers: bool = False, accepts: str = "", seconds: int = 180,
    ):  # fmt: skip
        super().__init__()
        self._accepts = accepts
        self._server = f"{server[0]}:{server[1]}"
        self._out = folder / "out"
        port = _free_port()
        self._write(folder, port, settings.natives / "share" / "baresip-modules", seconds)
        registers = f";auth_user={user};auth_pass={password};regint=60" if password else ";regint=0"
        account = f"<sip:{user}@{self._server};transport=udp>;answermode={'auto' if answers else 'manual'}{registers}\n"
        (folder / "accounts").touch(0o600)
        (folder / "accounts").write_text(account, encoding="ascii")
        with self._out.open("wb") as out:
            words = [str(settings.natives / "bin" / "baresip"), "-f", str(folder)]
            self._process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        try:
            self._control = self._connect(port)
        except TelephoneRefused:
            self._process.kill()
            raise
        threading.Thread(target=self._listen, name=f"telephone {user}", daemon=True).start()

    def dial(self, user: str) -> None:
        self._command("dial", f"sip:{user}@{self._server}")

    def press(self, key: str) -> None:
        self._command("sndcode", key)

    def hang_up(self) -> None:
        self._command("hangup")

    def close(self) -> None:
        """Hang up, unregister and end."""
        with suppress(TelephoneRefused):
            self._command("quit")
        try:
            self._process.wait(3)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._control.close()

    def _write(self, folder: Path, port: int, modules: Path, seconds: int) -> None:
        silence = folder / "silence.wav"
        with wave.open(str(silence), "wb") as sound:
            sound.setparams((1, 2, RATE, 0, "NONE", ""))
            sound.writeframes(bytes(2 * RATE * seconds))
        config = _CONFIG.format(
            modules=modules, port=port, silence=silence, heard=folder / "heard.wav", folder=folder, rate=RATE
        )
        (folder / "config").write_text(config, encoding="utf-8")

    def _connect(self, port: int) -> socket.socket:
        deadline = time.monotonic() + READY_SECONDS
        while time.monotonic() < deadline and self._process.poll() is None:
            with suppress(OSError):
                return socket.create_connection(("127.0.0.1", port))
            time.sleep(0.05)
        last = self._out.read_text(errors="replace").strip().rpartition("\n")[2]
        raise TelephoneRefused(f"the telephone (baresip) did not start: {last[:200]}")

    def _command(self, name: str, argument: str = "") -> None:
        text = json.dumps({"command": name, "params": argument}).encode()
        try:
            self._control.sendall(b"%d:%s," % (len(text), text))
        except OSError as fault:
            raise TelephoneRefused(f"the telephone (baresip) ended ({fault.strerror})") from fault

    def _listen(self) -> None:
        """Netstrings of JSON, until the telephone ends."""
        with suppress(OSError, ValueError), self._control.makefile("rb") as stream:
            while digits := _until_colon(stream):
                message = json.loads(stream.read(int(digits)).decode("utf-8", "replace"))
                stream.read(1)
                if message.get("event"):
                    self._notice(str(message.get("type")))
                if message.get("type") == "CALL_ESTABLISHED" and self._accepts:
                    self._accept()
        self._notice("EXIT")

    def _accept(self) -> None:
        """Not in the first instant, when its audio is still being set up."""
        timer = threading.Timer(ACCEPT_SECONDS, self._press_to_accept)
        timer.daemon = True
        timer.start()

    def _press_to_accept(self) -> None:
        with suppress(TelephoneRefused):
            self.press(self._accepts)


def _until_colon(stream: BinaryIO) -> bytes:
    digits = b""
    while (byte := stream.read(1)) not in (b":", b""):
        digits += byte
    return digits


def _free_port() -> int:
    with socket.socket() as own:
        own.bind(("127.0.0.1", 0))
        return int(own.getsockname()[1])
