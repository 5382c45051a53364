"""The Asterisk side of FastAGI and of AMI, small, on real sockets. What it answers was recorded on Asterisk 22.10."""

import contextlib
import socket
import struct
import threading
from urllib.parse import unquote

DEAD = "511 Command Not Permitted on a dead channel or intercept routine"
ALL_KEYS = "0123456789*#ABCD"

HANG_UPS = {
    "closed": None,
    "hangup": "HANGUP",
    "dead": DEAD,
    "failed": "200 result=-1",
    "during": "200 result=1 (hangup)",
    "broken": None,
}
"""How Asterisk tells of a hang-up, by the name of its cause."""

SILENCE = None


def words_of(command):
    """The words of an AGI command, as Asterisk's parse_args finds them."""
    words, word, quoted, escaped = [], None, False, False
    for letter in command:
        if escaped:
            word, escaped = (word or "") + letter, False
        elif letter == "\\":
            escaped = True
        elif letter == '"':
            word, quoted = word or "", not quoted
        elif letter.isspace() and not quoted:
            if word is not None:
                words.append(word)
            word = None
        else:
            word = (word or "") + letter
    return words if word is None else [*words, word]


class FakeChannel:
    """A call in Asterisk whose caller presses ``keys``, one at each question (at a code all its digits), then nothing.

    Attributes:
        commands: every line the gateway sent.
        sounds: what was played.
        variables: what was set, decoded as the dialplan decodes it.
        patience: seconds after which the dialplan takes the call away from the gateway.
    """

    def __init__(self, keys=(), missing_sounds=(), hang_up=None, hang_up_at=0):
        self._keys = list(keys)
        self._missing = missing_sounds
        self._hang_up, self._hang_up_at = hang_up, hang_up_at
        self.alive, self.answered = True, False
        self.commands, self.sounds, self.variables = [], [], {}
        self.patience = 5

    def reply(self, command):
        self.commands.append(command)
        if self._hang_up and len(self.commands) > self._hang_up_at:
            return self._hung_up()
        name, *words = words_of(command)
        if name == "ANSWER":
            self.answered = True
            return "200 result=0"
        if name == "EXEC":
            assert words[0] == "MSet", words
            self.variables.update(self._set(words[1]))
            return "200 result=0"
        if (name, words[0]) == ("SET", "AUTOHANGUP"):
            self.patience = int(words[1])
            return "200 result=0"
        if (name, words[0]) == ("GET", "DATA"):
            assert self.patience >= 14, "the dialplan would take the call away in the question"
            return self._ask(*words[1:])
        if (name, words[0]) == ("WAIT", "FOR"):
            key = self._next_key()
            return f"200 result={ord(key) if key else 0}"
        if (name, words[0]) == ("CHANNEL", "STATUS"):
            return "200 result=6"
        return "510 Invalid or unknown command"

    def _hung_up(self):
        if not self.alive:
            return DEAD
        self.alive = False
        return HANG_UPS[self._hang_up]

    def _ask(self, sound, wait, count):
        assert int(wait) >= 4000
        if not sound:
            return self._collect(int(count))
        assert count == "1"
        if sound in self._missing:
            return "200 result=-1"
        self.sounds.append(sound)
        key = self._next_key()
        if key is SILENCE:
            return "200 result= (timeout)"
        return "200 result=" if key == "#" else f"200 result={key}"

    def _collect(self, most):
        digits = self._next_key()
        return "200 result= (timeout)" if digits is SILENCE else f"200 result={digits[:most]}"

    def _next_key(self):
        return self._keys.pop(0) if self._keys else SILENCE

    def _set(self, text):
        for setting in text.split(","):
            name, _, value = setting.partition("=")
            if name == "TIMEOUT(absolute)":
                self.patience = int(value)
                continue
            assert not set(value) - set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._~/&-%"), value
            yield name.removeprefix("__"), unquote(value)


class FakeAsterisk:
    """Hands calls to the FastAGI server at ``port``."""

    def __init__(self, port):
        self._port = port
        self._calls = 0

    def header(self, script="call", arguments=(), **more):
        self._calls += 1
        values = {
            "network": "yes",
            "network_script": script,
            "channel": f"PJSIP/trial-{self._calls:08x}",
            "uniqueid": f"1795283154.{self._calls}",
            "callerid": "unknown",
            "calleridname": "unknown",
            **more,
            **{f"arg_{number}": argument for number, argument in enumerate(arguments, 1)},
        }
        return "".join(f"agi_{name}: {value}\n" for name, value in values.items()) + "\n"

    def connect(self):
        return socket.create_connection(("127.0.0.1", self._port), 10)

    def call(self, channel, **header):
        """Perform the whole call; returns the channel when the gateway has ended AGI."""
        with self.connect() as connection, contextlib.suppress(ConnectionError):
            connection.sendall(self.header(**header).encode())
            play(connection, channel)
        return channel


def play(connection, channel):
    """Answer the gateway's commands until it ends AGI, or the caller's end is told by ending the connection."""
    with connection.makefile("rb") as commands:
        for command in commands:
            reply = channel.reply(command.decode().removesuffix("\n"))
            if reply is None:
                if channel._hang_up == "broken":
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return
            connection.sendall(f"{reply}\n".encode())


class FakeManager:
    """Asterisk's manager interface: logs one account in, and answers actions from a table of recorded dialogues.

    Attributes:
        actions: every action received, as text.
        mute: names of the actions that get no answer.
    """

    def __init__(self, dialogues=None, secret="secret"):
        self._dialogues = dialogues or {}
        self.secret = secret
        self.mute = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.actions = []
        self._clients = []
        threading.Thread(target=self._accept, daemon=True).start()

    def tell(self, text):
        """Send an event, or anything, to everybody who is logged in."""
        for client in list(self._clients):
            with contextlib.suppress(OSError):
                client.sendall(text.encode() if isinstance(text, str) else text)

    def drop(self):
        """End all connections, as a restart of Asterisk does."""
        while self._clients:
            client = self._clients.pop()
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)

    def close(self):
        self.drop()
        self._listener.close()

    def _accept(self):
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._listener.accept()
                threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client):
        with contextlib.suppress(OSError), client, client.makefile("r", newline="") as lines:
            client.sendall(b"Asterisk Call Manager/11.0.0\r\n")
            action = ""
            for line in lines:
                if line != "\r\n":
                    action += line
                    continue
                self.actions.append(action)
                reply = self._reply(client, dict(part.split(": ", 1) for part in action.splitlines()))
                if reply:
                    client.sendall(reply.encode())
                action = ""

    def _reply(self, client, fields):
        if fields["Action"] in self.mute:
            return ""
        mark = f"ActionID: {fields['ActionID']}\r\n" if "ActionID" in fields else ""
        if fields["Action"] == "Login":
            if fields["Secret"] != self.secret:
                return f"Response: Error\r\n{mark}Message: Authentication failed\r\n\r\n"
            self._clients.append(client)
            return f"Response: Success\r\n{mark}Message: Authentication accepted\r\n\r\n"
        if fields["Action"] in ("Ping", "Events"):
            return f"Response: Success\r\n{mark}\r\n"
        dialogue = self._dialogues.get(fields["Action"], "Response: Error\nMessage: Invalid/unknown command")
        return "".join(block.strip().replace("\n", "\r\n") + f"\r\n{mark}\r\n" for block in dialogue.split("\n\n"))
