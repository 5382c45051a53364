"""How desks read what has a name of its own (a nature, a finding, an outcome, a refusal), in Indonesian and English."""

from __future__ import annotations

from collections.abc import Mapping

NATURES: Mapping[str, tuple[str, str]] = {
    "violence": ("kekerasan", "violence"),
    "medical": ("medis", "medical"),
    "fire": ("kebakaran", "fire"),
    "crime": ("kejahatan", "crime"),
    "accident": ("kecelakaan", "accident"),
    "disaster": ("bencana", "disaster"),
    "other": ("lainnya", "other"),
    "not_emergency": ("bukan darurat", "no emergency"),
    "unknown": ("belum jelas", "not clear"),
}

FINDINGS: Mapping[str, tuple[str, str]] = {
    **NATURES,
    "life_threat": ("ancaman nyawa", "life threat"),
    "injured": ("terluka", "injured"),
    "rescue": ("perlu diselamatkan", "needs rescue"),
    "child": ("anak", "child"),
    "silent": ("jangan ditelepon", "do not call"),
    "takeover": ("orang lain menulis?", "another hand?"),
    "opt_out": ("minta berhenti", "asked to stop"),
    "kelurahan": ("kelurahan", "kelurahan"),
    "kecamatan": ("kecamatan", "kecamatan"),
    "city": ("kota", "city"),
    "street": ("jalan", "street"),
    "rt_rw": ("RT/RW", "RT/RW"),
    "landmark": ("patokan", "landmark"),
    "coordinates": ("koordinat", "coordinates"),
    "language": ("bahasa", "language"),
}

WARNINGS: Mapping[str, tuple[str, str]] = {
    "takeover": ("MUNGKIN ORANG LAIN YANG MENULIS SEKARANG", "ANOTHER PERSON MAY BE WRITING NOW"),
    "silent": ("JANGAN DITELEPON: penulis tidak bisa bicara", "DO NOT CALL: the writer cannot speak"),
    "life_threat": ("ANCAMAN NYAWA", "LIFE THREAT"),
    "muted_opt_out": ("penulis minta berhenti: jawaban otomatis mati", "the writer said stop: no automatic answers"),
    "muted_silent_wish": (
        "penulis minta diam: jawaban otomatis mati",
        "the writer wants quiet: no automatic answers",
    ),
    "muted_takeover": ("jawaban otomatis mati", "automatic answers are off"),
    "muted_not_safe": ("TIDAK AMAN MEMBALAS: jawaban otomatis mati", "NOT SAFE TO ANSWER: automatic answers are off"),
    "muted_loop": ("mesin menjawab mesin? jawaban otomatis mati", "machine to machine? automatic answers are off"),
    "lost": (
        "SAMBUNGAN HILANG, mungkin oleh gangguan: penelepon mungkin masih butuh bantuan",
        "THE CALL WAS LOST, perhaps by a fault: the caller may still need help",
    ),
    "calling": ("sedang menelepon", "is on the telephone now"),
    "uncertain": ("satu jawaban mungkin tidak sampai, tidak diulang", "a reply may not have left: it is not resent"),
    "closed": ("kasus ini sudah ditutup", "this case is closed"),
    "discreet": ("kirim bantuan ke lokasi", "send help to the place"),
}

MUTED = ("jawaban otomatis mati", "automatic answers are off")

STATUSES: Mapping[str, tuple[str, str]] = {
    "": ("antre", "queued"),
    "sending": ("dikirim…", "sending…"),
    "held": ("ditunda", "held"),
    "sent": ("terkirim", "sent"),
    "delivered": ("sampai", "delivered"),
    "undelivered": ("TIDAK SAMPAI", "NOT DELIVERED"),
    "failed": ("GAGAL", "FAILED"),
    "expired": ("KEDALUWARSA, tidak dikirim", "EXPIRED, not sent"),
    "uncertain": ("TIDAK PASTI", "UNCERTAIN"),
    "muted": ("tidak dikirim", "not sent"),
}

OUTCOMES: Mapping[str, tuple[str, str]] = {
    "helped": ("tertangani", "helped"),
    "passed_on": ("diteruskan", "passed on"),
    "no_emergency": ("bukan darurat", "no emergency"),
    "no_answer": ("tidak ada jawaban", "no answer"),
    "duplicate": ("laporan ganda", "duplicate"),
    "drill": ("latihan", "drill"),
}

FAULTS: Mapping[str, tuple[str, str]] = {
    "length": ("lebih dari satu SMS", "more than one SMS"),
    "agency": ("menyebut instansi", "names an agency"),
    "emergency": ("terdengar darurat", "sounds like an emergency"),
    "nature": ("menyebut kejadian", "says what happened"),
    "digits": ("memuat angka", "has digits"),
    "link": ("memuat tautan", "has a link"),
    "promise": ("menjanjikan bantuan", "promises help"),
    "questions": ("lebih dari satu pertanyaan", "more than one question"),
    "echo": ("mengulang kata penulis", "repeats the writer's words"),
    "empty": ("kosong", "empty"),
    "answer": ("hanya ya atau tidak", "only a yes or no"),
    "place": ("menyebut tempat", "names a place"),
    "name": ("menyebut nama orang", "names a person"),
    "number": ("menyebut nomor penelepon", "tells the caller's number"),
}

FAULT_WHYS: Mapping[str, tuple[str, str]] = {
    "length": ("bagian kedua bisa datang terlambat", "its second part may come late"),
    "agency": ("orang di dekatnya tahu siapa yang dihubungi", "who stands near learns who was contacted"),
    "emergency": ("orang di dekatnya tahu bahwa ada laporan", "who stands near learns that there was a report"),
    "nature": ("orang di dekatnya tahu apa yang dilaporkan", "who stands near learns what was reported"),
    "digits": ("tampak seperti nomor kasus atau instansi", "it looks like a case's or an agency's number"),
    "link": ("orang lain bisa membukanya", "another person may open it"),
    "promise": (
        "orang di dekatnya bersiap, dan bantuan bisa tertunda",
        "who stands near makes ready, and help may be late",
    ),
    "questions": ("orang yang takut menjawab satu saja", "who is afraid answers one"),
    "echo": ("kata-katanya sendiri menunjukkan siapa yang menulis", "own words show who wrote"),
    "answer": (
        "mungkin jawaban untuk layar ini, bukan untuk penulis",
        "it may be meant for this screen",
    ),
    "place": (
        "orang di dekatnya tahu lokasinya sudah diketahui, atau ke mana ia lari",
        "who stands near learns that the place is known, or where to follow",
    ),
    "name": ("orang di dekatnya tahu siapa yang menulis", "who stands near learns who wrote"),
    "number": ("orang di dekatnya tahu nomor siapa yang dipakai", "who stands near learns whose number it was"),
}
"""Why each had better not be sent."""

LINK_RISKS: Mapping[str, tuple[str, str]] = {
    "violence": ("KASUS KEKERASAN", "A CASE OF VIOLENCE"),
    "nature": ("belum pasti apa yang terjadi, atau orangnya bersembunyi", "not known what it is, or somebody hides"),
    "silent": ("penelepon tidak bisa bicara", "the caller cannot speak"),
    "muted": ("jawaban otomatis dihentikan", "automatic answers are stopped"),
    "before": ("kasus sebelumnya mungkin kekerasan", "the case before may be violence"),
    "closed": ("kasus ini sudah ditutup", "this case is closed"),
}
"""Why no link is sent of itself, by the names of gateway/incident/link.py."""

NOT_DONE: Mapping[str, tuple[str, str]] = {
    "unknown_desk": ("aturan tidak mengenal meja {desk}, hanya {known}", "the rules have no desk {desk}, but {known}"),
    "elsewhere": (
        "meja {desk} sedang dibuka di tempat lain; --instead mengambil alih",
        "desk {desk} is open elsewhere; --instead takes it over",
    ),
    "over": ("sudah ditutup", "it is closed already"),
    "no_case": ("kasus ini tidak dikenal", "there is no such case"),
    "nothing_waits": ("tidak ada yang menunggu dalam kasus ini", "nothing of this case waits"),
    "taken": ("sudah diterima meja {desk}", "desk {desk} has accepted it"),
    "moved": ("sudah diteruskan ke {queue}", "it has gone on to {queue}"),
    "not_for_you": ("kasus ini bukan untuk meja ini", "this case is not for this desk"),
    "no_danger": (
        "kasus ini tidak memerlukan persetujuan: penelepon boleh ditelepon tanpa /aman",
        "this case needs no consent: its caller may be called without /safe",
    ),
    "not_yours": ("percakapan ini tidak pada Anda", "you do not have this conversation"),
    "still_calling": ("penelepon masih di telepon", "the caller is still on the line"),
    "no_why": ("tulis alasannya", "say why"),
    "words_wait": (
        "pesan kasus ini belum selesai: yang menangani pesannya yang menutup",
        "texts of this case are not done: whoever has them closes it",
    ),
    "no_nature": ("jenis kejadian tidak dikenal: {nature}", "unknown nature: {nature}"),
    "stays_violence": ("kekerasan yang sudah dilaporkan tidak dihapus", "violence once told is not taken back"),
    "no_consent": ("jawab ya, tidak, atau belum tahu", "answer yes, no, or unknown"),
    "no_timer": ("tenggat tidak dikenal", "there is no such time limit"),
    "no_agency": ("instansi lain itu tidak dikenal: {agency}", "there is no such other agency: {agency}"),
    "no_consent_to_call": (
        "belum ada persetujuan bahwa aman menelepon",
        "the caller has not said that a call is safe",
    ),
    "no_trunk": (
        "telepon balik mati: administrator mengatur policies.callbacks.trunk ke jalur yang punya `outgoing`",
        "calling back is off: an administrator sets policies.callbacks.trunk to a trunk that has `outgoing`",
    ),
    "desk_away": (
        "telepon meja ini tidak terhubung, jadi tidak bisa menelepon",
        "this desk's telephone is not connected, so it cannot call",
    ),
    "desk_busy": ("telepon meja ini sedang dipakai", "this desk's telephone is in use"),
    "not_called_back": (
        "sentral telepon tidak menjawab, coba lagi",
        "the telephone exchange does not answer, try again",
    ),
    "no_number": ("tidak ada nomor untuk ditelepon", "there is no number to call"),
    "not_on_duty": ("Anda belum bertugas di meja mana pun", "you are on duty at no desk"),
    "no_draft": ("tidak ada yang menunggu ya dari Anda di halaman ini", "nothing waits for your yes in this page"),
    "not_readable": (
        "instansi ini tidak membaca pesannya, jadi tidak menulis",
        "this agency does not read its texts, so it does not write",
    ),
    "unreachable": ("tidak ada jalan untuk membalas", "there is no way to answer"),
    "no_phrase": ("tidak ada frasa {phrase}", "there is no phrase {phrase}"),
    "no_outcome": ("hasil tidak dikenal: {outcome}", "unknown outcome: {outcome}"),
    "no_link": (
        "tautan mati: perlu link_url atau public_url https:// yang pendek",
        "links are off: a short https:// link_url or public_url is needed",
    ),
    "no_mobile": ("bukan nomor ponsel: SMS tidak sampai", "no mobile number: no text reaches it"),
    "empty": ("tidak ada yang ditulis", "nothing was written"),
    "no_place": (
        "nama tempat tidak dikenal; tulis kelurahan, kecamatan, atau lintang,bujur",
        "no place of that name; write a kelurahan, a kecamatan, or latitude,longitude",
    ),
    "no_position": (
        "posisi itu tidak di Indonesia: lintang,bujur[,radius]",
        "that position is not in Indonesia: latitude,longitude[,radius]",
    ),
    "give_place": (
        "tulis lokasinya: /lokasi nama, atau lintang,bujur",
        "write the place: /place name, or latitude,longitude",
    ),
}


HOW_PLACED: Mapping[str, tuple[str, str]] = {
    "alias": ("juga disebut begitu", "called so, too"),
    "spelling": ("menurut ejaan itu", "by that spelling"),
    "read": ("dibaca dari kata-kata itu", "read from these words"),
    "part": ("sebagian dari namanya", "a part of its name"),
    "among": ("nama di antara kata-kata itu, bisa di tempat lain", "a name among these words, it may be elsewhere"),
    "guess": ("TEBAKAN: hanya mirip namanya", "A GUESS: its name is only like it"),
    "sign": ("TEBAKAN: tanpa tanda minus itu di utara khatulistiwa, minus ditambahkan",
             "A GUESS: without a minus it is north of the equator, the minus is added"),
    "swapped": ("TEBAKAN: lintang dan bujur tertukar, dibalik", "A GUESS: latitude and longitude were swapped"),
    "words": ("HANYA KATA-KATA: lokasi tidak berubah", "THE WORDS ALONE: the place stays as it is"),
}  # fmt: skip
"""How a place that a desk typed was understood, where that is not by its own name."""
