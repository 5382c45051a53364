"""What a desk's terminal says by itself, in Indonesian and English."""

from __future__ import annotations

from collections.abc import Mapping

_ID = {
    # lists
    "waiting": "MENUNGGU",
    "mine": "PERCAKAPAN ANDA",
    "informed": "DIBERI TAHU, ditangani instansi lain",
    "missed": "TAK TERJAWAB, perlu dihubungi",
    "limits": "TENGGAT UU TPKS",
    "protection": "perlindungan",
    "police_report": "lapor polisi",
    "left": "{time} lagi",
    "late_by": "LEWAT {time}",
    "calls": "PENELEPON ANDA",
    "nobody": "tidak ada yang menunggu",
    "head": "no|P|menunggu|jenis|tanda|pesan|lokasi",
    "new": "{} baru",
    "raised": "batas waktu",
    "part_words": "pesannya saja",
    "part_task": "tugasnya saja",
    # a case
    "state_waiting": "menunggu {}",
    "state_mine": "pada Anda",
    "state_other": "pada meja {}",
    "state_closed": "DITUTUP",
    "state_call": "telepon dengan meja {}",
    "state_answered": "telepon dijawab meja {}, sudah selesai",
    "state_ended": "telepon sudah berakhir",
    "writer": "penulis",
    "gateway": "otomatis",
    "place": "Lokasi",
    "street": "jalan: {}",
    "rt": "RT {}",
    "rw": "RW {}",
    "landmark": "patokan: {}",
    "offer": "mungkin telepon ini (AML, belum cocok): {}",
    "facilities": "Terdekat",
    "why": "Sebab",
    "model": "pola kalimat",
    "before": "Kontak",
    "contacts": "{calls} panggilan{told}, {messages} pesan",
    "call": "{at} dijawab {desk}",
    "call_missed": "{at} tak terjawab",
    "call_now": "{at} sedang berlangsung",
    "told": "diberi tahu: {}",
    "task_waits": "tugas: {queue}, belum diterima",
    "task_accepted": "tugas: {queue}, pada meja {desk}",
    "task_done": "tugas: {queue}, selesai ({outcome})",
    "no_number": "tanpa nomor",
    "hidden_number": "nomor tidak ditampilkan",
    "missing": "[{} bagian belum datang]",
    "late": "[ditulis {at}, terlambat datang]",
    "case_before": "kasus sebelumnya: {nature} ({incident}), mungkin berlanjut",
    "no_texts": "Di sini yang perlu diketahui kebutuhan dan lokasi; pesannya dibaca dan dibalas oleh yang menangani.",
    "below": "▼ ada lagi di bawah (PgDn)",
    # under it
    "segments": "{} SMS · {} huruf",
    "store_away": "PENYIMPAN TIDAK TERJANGKAU: layar ini mungkin usang; tidak ada yang hilang, coba lagi nanti",
    "taken_over": "meja ini dibuka di tempat lain; di sini tidak lagi bertugas (keluar: /keluar)",
    "waiting_count": "{} menunggu",
    "list_keys": "/bantuan · nomor + Enter: terima atau buka · /keluar",
    "case_keys": "/bantuan · Enter: kirim · /frasa /lokasi /tautan /telepon /lepas /tutup · Esc",
    "look_keys": "/bantuan · nomor + Enter di daftar: terima · /lokasi /lepas /tutup · Esc",
    "yes_no": "  y dan Enter: ya   Enter atau Esc: tidak",
    # said
    "cancelled": "DIBATALKAN: tidak ada yang disimpan atau dikirim",
    "cancelled_typed": "DIBATALKAN: tidak ada yang disimpan atau dikirim; yang Anda ketik masih di sini",
    "no_case_open": "{}: buka dulu sebuah kasus (nomor + Enter)",
    "choose_place": "ketik nomornya di belakang /lokasi, lalu Enter; Esc: batal",
    "accepted": "Anda menangani percakapan ini",
    "accepted_task": "Anda menangani tugas ini; pesannya dibaca dan dibalas instansi lain",
    "written": "disimpan, sedang dikirim",
    "placed": "lokasi dicatat, semua meja melihatnya",
    "placed_words": "lokasi dicatat; KATA-KATA ANDA ikut tersimpan: jangan tulis apa yang terjadi",
    "called_back": "meja ini berdering sekarang; setelah diangkat, penelepon ditelepon",
    "give_consent": "tulis jawaban penelepon: /aman ya, /aman tidak, atau /aman belum, lalu catatan",
    "consent_yes": "dicatat: aman ditelepon",
    "consent_no": "dicatat: TIDAK aman ditelepon",
    "consent_unknown": "dicatat: belum tahu apakah aman ditelepon",
    "unmuted": "jawaban otomatis boleh lagi",
    "released": "sudah dikembalikan",
    "closed": "ditutup",
    "closed_task": "tugas selesai",
    "no_row": "tidak ada nomor {} di daftar",
    "not_command": "tidak dikenal: {} (lihat /bantuan)",
    "give_why": "tulis alasannya: /lepas alasan",
    "give_outcome": "hasilnya? {}",
    "not_written": "BELUM TERKIRIM, teks masih di sini: {}",
    "store_fault": "penyimpan tidak menjawab; coba lagi sebentar lagi",
    "phrases": "Frasa (/nomor untuk mengirim)",
    "places": "Yang mana? (/lokasi nomor)",
    # asked
    "ask_fourth": "Anda sudah menangani {} percakapan. Tetap terima?",
    "ask_faults": "Bisa dibaca orang lain. {} Tetap kirim?",
    "ask_link": "TAUTAN INI TIDAK DIKIRIM SENDIRI OLEH SISTEM: {}. Orang lain bisa membacanya. Tetap siapkan?",
    "ask_call_back": "Telepon {}? Meja ini berdering dulu.",
    "ask_call_back_care": "Penelepon bilang AMAN ditelepon; orang lain bisa mengangkat. Telepon {}? Meja ini dulu.",
    "ask_risk": "SISTEM TIDAK MENULIS KE SINI SENDIRI: {}. Orang lain bisa membacanya. Tetap kirim?",
    "ask_muted": "Jawaban otomatis dihentikan ({}). Tetap kirim?",
    "ask_phrase": "Kirim: {}",
    "ask_place": "Lokasi: {}?",
    "ask_place_words": "Lokasi: {}? Kata-kata Anda ikut tersimpan; hanya tempatnya, jangan tulis apa yang terjadi",
    "ask_close": "Tutup dengan hasil: {}?",
    "ask_close_task": "Tugas selesai dengan hasil: {}? Kasusnya sendiri tidak ditutup.",
    "ask_leave": "Keluar? {} percakapan Anda kembali ke antrean.",
    "ask_leave_none": "Keluar dari tugas?",
    "help": (
        "Di daftar: nomor + Enter menerima yang menunggu, atau membuka.\n"
        "Di percakapan: tulis lalu Enter mengirim ke penulis; tanda / di depan adalah perintah:\n"
        "  /frasa       daftar frasa; /3 mengirim frasa 3\n"
        "  /lokasi ...  lokasi menurut Anda: nama tempat, atau lintang,bujur,radius; kosong: telepon di dekat\n"
        "  /tautan      tautan SMS: sekali ketuk, telepon itu memberi tahu posisinya\n"
        "  /telepon     telepon penelepon: meja ini berdering dulu\n"
        "  /aman ...    jawaban penelepon apakah aman ditelepon: ya, tidak, belum; lalu catatan\n"
        "  /bunyi       izinkan lagi jawaban otomatis\n"
        "  /lepas ...   kembalikan ke antrean, dengan alasan\n"
        "  /tutup ...   tutup dengan hasil (nomor) dan catatan bila perlu\n"
        "  Esc, /daftar kembali ke daftar      PgUp PgDn  gulir\n"
        "  /keluar      selesai bertugas"
    ),
}

_EN = {
    "waiting": "WAITING",
    "mine": "YOUR CONVERSATIONS",
    "informed": "INFORMED, answered by another agency",
    "missed": "NOT ANSWERED, to be reached",
    "limits": "TIME LIMITS (UU TPKS)",
    "protection": "protection",
    "police_report": "report to the police",
    "left": "{time} left",
    "late_by": "LATE BY {time}",
    "calls": "YOUR CALLERS",
    "nobody": "nobody is waiting",
    "head": "no|P|waited|nature|signs|texts|place",
    "new": "{} new",
    "raised": "at bound",
    "part_words": "words only",
    "part_task": "task only",
    "state_waiting": "waits in {}",
    "state_mine": "with you",
    "state_other": "with desk {}",
    "state_closed": "CLOSED",
    "state_call": "on the line with desk {}",
    "state_answered": "call answered by desk {}, ended",
    "state_ended": "the call has ended",
    "writer": "writer",
    "gateway": "automatic",
    "place": "Place",
    "street": "street: {}",
    "rt": "RT {}",
    "rw": "RW {}",
    "landmark": "landmark: {}",
    "offer": "perhaps this telephone (AML, unmatched): {}",
    "facilities": "Nearest",
    "why": "Why",
    "model": "pattern",
    "before": "Contacts",
    "contacts": "calls: {calls}{told}, messages: {messages}",
    "call": "{at} answered by {desk}",
    "call_missed": "{at} not answered",
    "call_now": "{at} in progress",
    "told": "informed: {}",
    "task_waits": "task: {queue}, not accepted yet",
    "task_accepted": "task: {queue}, with desk {desk}",
    "task_done": "task: {queue}, done ({outcome})",
    "no_number": "no number",
    "hidden_number": "number not shown",
    "missing": "[parts that have not come: {}]",
    "late": "[written {at}, came late]",
    "case_before": "the case before: {nature} ({incident}), may be going on",
    "no_texts": "Here need and place are what matters; whoever has the conversation reads and answers the texts.",
    "below": "▼ more below (PgDn)",
    "segments": "{} SMS · letters: {}",
    "store_away": "THE STORE IS AWAY: this may be old; nothing is lost, try again later",
    "taken_over": "this desk was opened elsewhere and is off duty here (leave: /leave)",
    "waiting_count": "{} waiting",
    "list_keys": "/help · number + Enter: accept or open · /leave",
    "case_keys": "/help · Enter: send · /phrases /place /link /call /release /close · Esc",
    "look_keys": "/help · number + Enter in the list: accept · /place /release /close · Esc",
    "yes_no": "  y and Enter: yes   Enter or Esc: no",
    "cancelled": "CANCELLED: nothing was kept or sent",
    "cancelled_typed": "CANCELLED: nothing was kept or sent; what you typed is still here",
    "no_case_open": "{}: open a case first (number + Enter)",
    "choose_place": "type its number after /place, then Enter; Esc: none",
    "accepted": "you have this conversation",
    "accepted_task": "you have this task; its texts are read and answered by another agency",
    "written": "stored, being sent",
    "placed": "the place is kept, and every desk sees it",
    "placed_words": "the place is kept, and YOUR WORDS with it: never write what happened",
    "called_back": "this desk rings now; once you answer, the caller is rung",
    "give_consent": "write what the caller said: /safe yes, /safe no, or /safe unknown, then a note",
    "consent_yes": "kept: a call is safe",
    "consent_no": "kept: a call is NOT safe",
    "consent_unknown": "kept: not known whether a call is safe",
    "unmuted": "automatic answers are allowed again",
    "released": "given back",
    "closed": "closed",
    "closed_task": "the task is done",
    "no_row": "no number {} in the list",
    "not_command": "unknown: {} (see /help)",
    "give_why": "write why: /release why",
    "give_outcome": "the outcome? {}",
    "not_written": "NOT SENT, the text is still here: {}",
    "store_fault": "the store does not answer; try again in a moment",
    "phrases": "Phrases (/number sends one)",
    "places": "Which one? (/place number)",
    "ask_fourth": "You have {} conversations already. Accept all the same?",
    "ask_faults": "Another person may read it. {} Send all the same?",
    "ask_link": "THE SYSTEM WOULD NOT SEND THIS LINK BY ITSELF: {}. Another person may read it. Prepare it?",
    "ask_call_back": "Call {}? This desk rings first.",
    "ask_call_back_care": "The caller said that a call is SAFE; another person may answer. Call {}? This desk first.",
    "ask_risk": "THE SYSTEM WOULD NOT WRITE HERE BY ITSELF: {}. Another person may read it. Send all the same?",
    "ask_muted": "Automatic answers are stopped ({}). Send all the same?",
    "ask_phrase": "Send: {}",
    "ask_place": "The place: {}?",
    "ask_place_words": "The place: {}? Your words are kept with it: only the place, never what happened",
    "ask_close": "Close with outcome: {}?",
    "ask_close_task": "Task done with outcome: {}? That does not close the case.",
    "ask_leave": "Leave? Your conversations that go back to the queue: {}.",
    "ask_leave_none": "Leave duty?",
    "help": (
        "In the list: number + Enter accepts who waits, or opens.\n"
        "In a conversation: write, and Enter sends it to the writer; a / in front makes a command:\n"
        "  /phrases      list of phrases; /3 sends phrase 3\n"
        "  /place ...    the place as you know it: a name, or latitude,longitude,radius; empty: telephones near by\n"
        "  /link         a link by SMS: one tap, and the telephone tells its position\n"
        "  /call         call the caller: this desk rings first\n"
        "  /safe ...     what the caller said of a call's being safe: yes, no, unknown; then a note\n"
        "  /unmute       allow automatic answers again\n"
        "  /release ...  give it back to the queue, with a reason\n"
        "  /close ...    close with an outcome (number), and a note if need be\n"
        "  Esc, /list    back to the list      PgUp PgDn  scroll\n"
        "  /leave        end of duty"
    ),
}

LABELS: Mapping[str, Mapping[str, str]] = {"id": _ID, "en": _EN}


def label(name: str, language: str, **values: object) -> str:
    """A label of LABELS; ``values`` by name, or by position for ``{}``."""
    return LABELS[language][name].format(*values.values(), **values)
