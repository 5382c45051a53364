"""What the pages say, in Indonesian and English."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES = ("id", "en")

SENTENCES: Mapping[str, tuple[str, str]] = {
    "malformed": ("Permintaan ini tidak dapat dibaca.", "This request cannot be read."),
    "not_found": ("Halaman ini tidak ada.", "There is no such page."),
    "not_so": ("Tidak bisa dengan cara ini.", "Not in this way."),
    "too_large": ("Terlalu besar: paling banyak 64 KiB.", "Too large: 64 KiB at most."),
    "too_often": (
        "Terlalu banyak percobaan. Coba lagi sebentar lagi.",
        "Too many attempts. Try again in a moment.",
    ),
    "no_line": (
        "Semua saluran telepon latihan sedang dipakai. Coba lagi nanti.",
        "Every line of the drills' telephone is in use. Try again later.",
    ),
    "too_fast": (
        "Akun ini meminta terlalu banyak sekaligus. Coba lagi sebentar lagi; telepon dan tugas tidak terganggu.",
        "This account asks for too much at once. Try again in a moment; calls and duty go on.",
    ),
    "term_short": ("Ketik sedikitnya tiga huruf atau empat angka.", "Type three letters or four digits at least."),
    "busy": ("Sedang sibuk. Coba lagi sebentar lagi.", "Busy. Try again in a moment."),
    "forbidden": ("Akun ini tidak berwenang.", "This account may not do that."),
    "other_agency": ("Ini urusan instansi lain.", "That belongs to another agency."),
    "no_session": ("Sesi berakhir. Masuk lagi.", "The session is over. Sign in again."),
    "second_factor": ("Kode faktor kedua belum diberikan.", "The second factor's code is still to come."),
    "new_password": ("Kata sandi harus diganti dulu.", "The password has to be changed first."),
    "no_token": ("Halaman ini sudah lama terbuka. Muat ulang.", "This page has been open too long. Load it anew."),
    "elsewhere": ("Permintaan ini bukan dari halaman kami.", "This request does not come from our page."),
    "unknown_host": ("Halaman ini tidak ada di alamat ini.", "These pages are not at this address."),
    "store_away": (
        "Penyimpanan data tidak menjawab. Panggilan tetap berjalan. Coba lagi sebentar lagi.",
        "The store does not answer. Calls go on. Try again in a moment.",
    ),
    "failed": ("Kesalahan pada sistem kami. Coba lagi.", "A fault of ours. Try again."),
    "not_built": ("Halaman meja belum dibuat: jalankan make setup.", "The desk's page is not built: run make setup."),
    "wrong": (
        "Nama atau kata sandi salah. Periksa huruf besar dan kecil; bila lupa, minta kata sandi baru ke administrator.",
        "The name or the password is wrong. Mind capital letters; if it is lost, ask an administrator for a new one.",
    ),
    "wrong_password": ("Kata sandi lama salah.", "The old password is wrong."),
    "wrong_code": ("Kode salah atau sudah dipakai.", "The code is wrong, or was used before."),
    "short": ("Kata sandi paling sedikit 12 karakter.", "A password has 12 characters at least."),
    "long": ("Kata sandi paling banyak 200 karakter.", "A password has 200 characters at most."),
    "name": ("Kata sandi tidak boleh memuat nama akun.", "A password may not hold the account's name."),
    "simple": ("Kata sandi terlalu sederhana.", "The password is too simple."),
    "same": ("Kata sandi baru sama dengan yang lama.", "The new password is the old one."),
    "not_twice": ("Kata sandi baru tidak sama di kedua kolom.", "The new password is not the same in both fields."),
    "changed": ("Kata sandi sudah diganti.", "The password was changed."),
    "taken": ("Nama akun itu sudah dipakai.", "There is an account of that name already."),
    "no_account": ("Akun itu tidak ada.", "There is no such account."),
    "not_yourself": ("Akun sendiri tidak dapat diubah di sini.", "One's own account cannot be changed here."),
    "account_refused": ("Akun tidak dapat dibuat begitu: {why}", "The account cannot be so: {why}"),
    "not_on_duty": ("Anda belum bertugas di meja mana pun.", "You are on duty at no desk."),
    "no_desk": ("Meja itu tidak ada.", "There is no such desk."),
    "desk_taken": ("Di meja itu sudah ada {who}.", "{who} is at that desk already."),
    "elsewhere_on_duty": (
        "Akun ini sedang bertugas di meja {who}, di halaman lain.",
        "This account is on duty at desk {who}, in another page.",
    ),
    "no_call": ("Meja ini tidak sedang memegang telepon kasus ini.", "This desk has no call of this case now."),
    "invited_already": (
        "Instansi lain sedang dihubungi untuk telepon ini. Tunggu, atau batalkan dulu.",
        "Another agency is being rung for this call. Wait, or cancel that first.",
    ),
    "not_invited": ("Tidak ada yang sedang dihubungi untuk telepon ini.", "Nobody is being rung for this call."),
    "alone": (
        "Belum ada meja lain bersama penelepon. Ajak dulu, atau kembalikan ke antrean.",
        "No other desk is with the caller. Invite one first, or give the call back to a queue.",
    ),
    "guest": (
        "Meja ini diajak ikut. Penelepon masih bersama meja lain: Anda dapat keluar, penelepon tetap di sana.",
        "This desk was asked to join. Another desk still has the caller: you may leave, the caller stays there.",
    ),
    "not_to_there": (
        "Penelepon ini tidak dapat dikembalikan ke antrean itu. Ajak instansinya, atau pilih antrean sendiri.",
        "This caller cannot be given to that queue. Invite its agency, or choose your own queue.",
    ),
    "nobody": ("Tidak ada meja {who} yang bertugas sekarang.", "No desk of {who} is on duty now."),
    "asterisk_away": (
        "Asterisk tidak menjawab. Telepon yang tersambung tetap berjalan. Coba lagi sebentar lagi; "
        "kalau tetap begini, pakai telepon meja dan beri tahu administrator.",
        "Asterisk does not answer. Calls that are joined go on. Try again in a moment; if it stays so, use the desk's "
        "telephone and tell the administrator.",
    ),
    "asterisk_refused": (
        "Asterisk tidak dapat melakukannya: teleponnya mungkin baru saja berakhir.",
        "Asterisk could not do it: the call may have ended just now.",
    ),
    "not_heard": (
        "Telepon ini tidak dapat didengarkan: mungkin baru saja berakhir, atau datang lewat instansi lain.",
        "This call cannot be listened to: it may have ended just now, or came by another agency.",
    ),
    "listening_already": (
        "Anda sedang mendengarkan telepon lain. Hentikan dulu.",
        "You are listening to another call. Stop that first.",
    ),
    "own_call": ("Telepon ini ada di meja Anda sendiri.", "This call is at your own desk."),
    "at_no_desk": (
        "Bertugas atau jeda dulu di sebuah meja: di sana telepon berdering untuk mendengarkan.",
        "Go on duty, or pause, at a desk first: that is where it rings to listen.",
    ),
    "not_waiting": (
        "Tidak ada yang menunggu lagi dari kasus ini. Mungkin baru saja dijawab.",
        "Nobody of this case waits any more. A desk may have answered just now.",
    ),
    "not_there": ("Tidak dapat dipindahkan ke antrean itu.", "It cannot be moved to that queue."),
    "no_queue": ("Antrean itu tidak ada.", "There is no such queue."),
    "no_letter": ("Pekerjaan ini tidak ada lagi.", "There is no such job any more."),
    "no_alarm": ("Alarm ini tidak ada lagi.", "There is no such alarm any more."),
    "no_factor": ("Faktor kedua belum disiapkan.", "No second factor is being set up."),
}

LABELS: Mapping[str, tuple[str, str]] = {
    "title": ("Meja 112", "112 desk"),
    "page_desk": ("Meja 112", "Desk 112"),
    "page_board": ("Papan 112", "Board 112"),
    "page_phone": ("Telepon latihan", "Drill telephone"),
    "loading": ("Memuat…", "Loading…"),
    "sign_in": ("Masuk", "Sign in"),
    "sign_out": ("Keluar", "Sign out"),
    "name": ("Nama akun", "Account name"),
    "password": ("Kata sandi", "Password"),
    "code": ("Kode", "Code"),
    "code_title": ("Faktor kedua", "Second factor"),
    "code_hint": (
        "Enam angka dari aplikasi di ponsel Anda.",
        "Six digits from the application on your telephone.",
    ),
    "own": ("Akun saya", "My account"),
    "desk": ("Meja", "Desk"),
    "board": ("Papan", "Board"),
    "accounts": ("Akun", "Accounts"),
    "audit": ("Jejak audit", "Audit"),
    "old_password": ("Kata sandi lama", "Old password"),
    "new_password": ("Kata sandi baru", "New password"),
    "again": ("Sekali lagi", "Once more"),
    "change_password": ("Ganti kata sandi", "Change the password"),
    "must_change": (
        "Kata sandi ini diketahui orang lain. Ganti dulu sebelum bekerja.",
        "Somebody else knows this password. Change it before you work.",
    ),
    "password_rules": (
        "Paling sedikit 12 karakter; beberapa kata biasa sudah cukup.",
        "12 characters at least; a few common words will do.",
    ),
    "second_factor_on": ("Faktor kedua aktif.", "The second factor is on."),
    "second_factor_off": ("Faktor kedua tidak aktif.", "The second factor is off."),
    "second_factor_begin": ("Siapkan faktor kedua", "Set up a second factor"),
    "second_factor_end": ("Matikan faktor kedua", "Switch the second factor off"),
    "second_factor_how": (
        "Ketik kunci ini di aplikasi kode (TOTP), lalu tulis kode yang ditampilkan.",
        "Type this key into your application for codes (TOTP), then write the code it shows.",
    ),
    "key": ("Kunci", "Key"),
    "address": ("Alamat untuk aplikasi", "Address for the application"),
    "confirm": ("Pastikan", "Confirm"),
    "language": ("Bahasa", "Language"),
    "browsers_language": ("bahasa peramban", "the browser's language"),
    "save": ("Simpan", "Save"),
    "sign_out_everywhere": ("Keluar di semua tempat", "Sign out everywhere"),
    "back": ("Kembali", "Back"),
    "to_login": ("Ke halaman masuk", "To the sign-in page"),
    "refused": ("Tidak bisa", "Not possible"),
    "role": ("Peran", "Role"),
    "agencies": ("Instansi", "Agencies"),
    "every_agency": ("semua instansi", "all agencies"),
    "person": ("Nama orang", "Person"),
    "state": ("Keadaan", "State"),
    "active": ("aktif", "active"),
    "disabled": ("dinonaktifkan", "disabled"),
    "with_code": ("dengan kode", "with code"),
    "add": ("Tambah akun", "Add an account"),
    "disable": ("Nonaktifkan", "Disable"),
    "enable": ("Aktifkan", "Enable"),
    "unlock": ("Buka kunci", "Unlock"),
    "renew": ("Kata sandi baru", "New password"),
    "without_code": ("Hapus faktor kedua", "Remove the second factor"),
    "password_once": (
        "Kata sandi ini hanya ditampilkan sekali. Sampaikan langsung kepada orangnya.",
        "This password is shown only once. Give it to the person directly.",
    ),
    "act": ("Tindakan", "Act"),
    "incident": ("Kejadian", "Incident"),
    "agency": ("Instansi", "Agency"),
    "outcome": ("Hasil", "Outcome"),
    "about": ("Perihal", "About"),
    "time": ("Waktu", "Time"),
    "from": ("Dari", "From"),
    "until": ("Sampai", "Until"),
    "filter": ("Saring", "Filter"),
    "older": ("Lebih lama", "Older"),
    "nothing": ("Tidak ada.", "Nothing."),
    "more_not_searched": (
        "Pencarian berhenti di sini; lanjutkan dengan Lebih lama.",
        "The search stopped here; go on with Older.",
    ),
}

ROLES: Mapping[str, tuple[str, str]] = {
    "call_taker": ("penerima panggilan", "call taker"),
    "supervisor": ("penyelia", "supervisor"),
    "administrator": ("administrator", "administrator"),
    "auditor": ("auditor", "auditor"),
}


def said(table: Mapping[str, tuple[str, str]], name: str, language: str) -> str:
    """A word of one of the tables; what it does not have is shown as it is."""
    found = table.get(name)
    return found[LANGUAGES.index(language)] if found else name
