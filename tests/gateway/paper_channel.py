"""A channel of messages as small as can be: a request is a slip of paper with a password, a name and a text."""

from gateway.messages.channel import Forbidden, Malformed, Receipt
from gateway.messages.part import Part


def connectors(settings):
    return ["paper"]


def acknowledgement():
    return b"taken", "text/plain"


def incoming(settings, request, now):
    if request.headers.get("x-password") != "open":
        raise Forbidden("the password does not fit: see the setting paper")
    if b"id" not in {name.encode() for name in request.fields}:
        raise Malformed("id is missing")
    if request.fields["id"] == b"odd":
        raise ZeroDivisionError(request.fields["text"])
    text = request.fields.get("text", b"")
    return [Part("paper", "paper", request.fields["id"].decode(), "+6281200000001", "112", text, "utf-8", now)]


def receipt(settings, request, now):
    return Receipt(request.fields["status"].decode(), "code 1", "their-id")
