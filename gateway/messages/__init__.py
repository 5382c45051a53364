"""Messages: parts come in by a channel, become texts, are read, wait at an agency, and are answered.

    channel ──► incoming ──► reassembled ──► intake: opened, read, filed, handed off ──► waiting ──► a desk
    channel ◄── sender ◄── outgoing ◄── what we answer (sms.conversation), what a desk writes

A channel (gateway/channels/, one file each) knows its provider and nothing else; everything after it is the same for
all of them.
"""
