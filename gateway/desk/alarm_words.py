"""An alarm's sentence in Indonesian. Pure.

Alarms are kept as one English sentence, which logs and dead letters have, too; desks and boards read them in their own
language. A sentence that is not here stays English: better read late than not told.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

PARTS: Mapping[str, str] = {
    "call_back": "telepon balik",
    "sms": "SMS otomatis",
    "notify": "pemberitahuan instansi",
    "follow_up": "tindak lanjut penelepon yang menutup",
    "no desk took the call back": "tidak ada meja yang mengambil telepon balik",
    "the caller has no number": "penelepon tidak punya nomor",
    "the worker died while at it": "prosesnya mati di tengah jalan",
    "no way to send an SMS is set: set sms_channel, and what its channel needs": "belum ada jalan mengirim SMS: atur "
    "sms_channel dan yang diperlukannya",
    "policies.callbacks names no trunk: set it to a trunk that has `outgoing`; until then call back by hand":
    "policies.callbacks tidak menyebut trunk: atur ke trunk yang punya `outgoing`; sampai itu telepon balik sendiri",
    "policies.abandoned has no neutral_sms: write one": "policies.abandoned tidak punya neutral_sms: tulislah",
    "failed": "GAGAL",
    "expired": "KEDALUWARSA, tidak dikirim",
    "uncertain": "TIDAK PASTI: mungkin tidak sampai, tidak diulang",
    "undelivered": "TIDAK SAMPAI",
}  # fmt: skip
"""What stands in a sentence's gaps."""

SENTENCES: Mapping[str, str] = {
    "{} to a caller who hung up: {}": "{} ke penelepon yang menutup telepon: {}",
    "{} to callers who hung up is not possible: {}": "{} ke penelepon yang menutup telepon tidak bisa: {}",
    "{} could not be done: see `gateway112 dead`": "tidak bisa dikerjakan: {}; lihat `gateway112 dead`",
    "no reply leaves by {}: {}": "tidak ada balasan yang keluar lewat {}: {}",
    "a reply is {}: {}": "balasan {}: {}",
    "a reply by {} is held up by a fault of ours": "balasan lewat {} tertahan oleh kesalahan sistem",
    "several replies without a person having acted: no more is answered of itself; is it a machine?":
    "beberapa balasan tanpa tindakan orang: tidak dijawab otomatis lagi; apakah itu mesin?",
    "messages wait, and no agency has a desk that is there: somebody has to start `gateway112 desk`":
    "pesan menunggu, dan tidak ada instansi yang mejanya terisi: seseorang harus bertugas",
    "messages are filed late, or wait beyond their bounds, by a fault of ours: see the log of the messages process":
    "pesan terlambat dicatat, atau menunggu melewati batas, oleh kesalahan sistem: lihat log proses messages",
    "a message could not be read by a fault of ours: it is with the operators as it came":
    "satu pesan tidak terbaca oleh kesalahan sistem: ada pada operator apa adanya",
    "a message could not be filed by a fault of ours, and is tried again: somebody has to look at the stream incoming":
    "satu pesan belum tercatat oleh kesalahan sistem, dan dicoba lagi: periksa stream incoming",
    "a message was not answered by a fault of ours; it is filed, and waits for a desk":
    "satu pesan tidak dijawab oleh kesalahan sistem; tercatat, dan menunggu meja",
    "a part of a message is none that we can read, and stays in the stream incoming: somebody has to look at it":
    "satu bagian pesan tidak terbaca dan tetap di stream incoming: seseorang harus memeriksanya",
    "a delivery receipt came as a message: the provider's settings for receipts have to be mended":
    "tanda terima datang sebagai pesan: setelan tanda terima di penyedia harus dibetulkan",
    "calls came while the gateway was away and ended unseen: see the latest incidents, some callers may need help":
    "ada panggilan masuk dan berakhir saat gateway mati: periksa kasus terbaru, mungkin ada yang perlu bantuan",
    "the queues cannot be watched: Asterisk is away, and calls may have been cut off":
    "antrean tidak bisa dipantau: Asterisk tidak menjawab, panggilan mungkin terputus",
    "a raised call waits behind others: Asterisk 20.5 or later is needed to keep the bounds":
    "panggilan yang didahulukan menunggu di belakang yang lain: perlu Asterisk 20.5 atau lebih baru",
    "a caller hung up in a queue, and what follows could not be decided":
    "penelepon menutup telepon di antrean, dan tindak lanjutnya tidak bisa diputuskan",
    "a call could not be led and went to the operators": "satu panggilan tidak bisa dipandu dan masuk ke operator",
    "a call came with a hand-off that is not ours or too old: the operators have it":
    "satu panggilan datang dengan serah terima yang bukan dari kami atau terlalu lama: ada pada operator",
    "the line to Asterisk failed ({}): the operators have the call":
    "sambungan ke Asterisk putus ({}): panggilannya ada pada operator",
    "Twilio could not connect a caller to {}": "Twilio tidak bisa menyambungkan penelepon ke {}",
    "a caller through Twilio reaches nobody and is kept on the line":
    "penelepon lewat Twilio tidak mencapai siapa pun dan ditahan di telepon",
    "a fault of ours in a call through Twilio: the caller was given to the operators":
    "kesalahan sistem dalam panggilan lewat Twilio: penelepon diberikan ke operator",
    "a fault of ours at the door of messages: what was refused is in the folder quarantine":
    "kesalahan sistem saat menerima pesan: yang ditolak ada di folder quarantine",
    "a webhook was refused with {}: {}": "satu permintaan dari luar ditolak dengan {}: {}",
    "{} spooled records could not be replayed: look at spool/set_aside/{}":
    "{} catatan tertunda tidak bisa diputar ulang: lihat spool/set_aside/{}",
}  # fmt: skip
"""The gateway's alarms, as they are kept, with gaps; the first that fits is taken."""


def _pattern(sentence: str) -> re.Pattern[str]:
    return re.compile("(.+?)".join(re.escape(part) for part in sentence.split("{}")), re.DOTALL)


_PATTERNS = [(_pattern(sentence), words) for sentence, words in SENTENCES.items()]


def in_language(what: str, language: str) -> tuple[str, str]:
    """The sentence, and the language it is in: the one asked for if the sentence is known."""
    if language != "en":
        for pattern, words in _PATTERNS:
            if found := pattern.fullmatch(what):
                return words.format(*(PARTS.get(each, each) for each in found.groups())), "id"
    return what, "en"
