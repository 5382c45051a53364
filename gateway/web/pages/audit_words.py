"""The audit's acts and outcomes as an auditor reads them; the audit itself keeps words that never change."""

from __future__ import annotations

from collections.abc import Mapping

from gateway.language import said

ACTS: Mapping[str, tuple[str, str]] = {
    "login": ("masuk", "signed in"),
    "logout": ("keluar", "signed out"),
    "code": ("kode faktor kedua", "second factor's code"),
    "password": ("ganti kata sandi", "changed the password"),
    "second_factor": ("atur faktor kedua", "set the second factor"),
    "sign_out_everywhere": ("keluar dari semua perangkat", "signed out everywhere"),
    "duty": ("bertugas", "duty"),
    "view": ("melihat kasus", "saw a case"),
    "find": ("mencari kasus", "searched for a case"),
    "found": ("melihat hasil pencarian", "saw what a search found"),
    "accept": ("menerima kasus", "accepted a case"),
    "release": ("mengembalikan kasus", "gave a case back"),
    "close": ("menutup kasus", "closed a case"),
    "write": ("menulis ke penulis", "wrote to the writer"),
    "phrase": ("mengirim frasa", "sent a phrase"),
    "link": ("mengirim tautan lokasi", "sent a link for the place"),
    "confirm": ("menegaskan setelah peringatan", "confirmed after a warning"),
    "unmute": ("mengizinkan jawaban otomatis", "allowed automatic answers"),
    "place": ("mencatat lokasi", "told the place"),
    "nature": ("membetulkan jenis kejadian", "corrected the nature"),
    "consent": ("mencatat persetujuan", "kept the consent"),
    "inform": ("memberi tahu instansi", "informed an agency"),
    "call_back": ("menelepon balik", "called back"),
    "timer": ("mencatat tenggat selesai", "kept a time limit as done"),
    "invite": ("mengajak instansi ke telepon", "asked an agency into a call"),
    "cancel": ("membatalkan ajakan", "took an invitation back"),
    "leave": ("meninggalkan panggilan", "left a call"),
    "requeue": ("mengembalikan penelepon ke antrean", "gave a caller back to a queue"),
    "end": ("mengakhiri panggilan", "ended a call"),
    "drill": ("menelepon latihan", "made a drill call"),
    "board": ("melihat papan", "saw the board"),
    "contacts": ("melihat kontak di papan", "saw the board's contacts"),
    "listen": ("mendengarkan panggilan", "listened in"),
    "listen_end": ("selesai mendengarkan", "listened no more"),
    "move": ("memindahkan kontak", "moved a contact"),
    "dead_letters": ("melihat yang gagal", "saw what was not done"),
    "try_again": ("mengulang yang gagal", "tried again what was not done"),
    "alarms": ("melihat alarm", "saw alarms"),
    "alarm_seen": ("menandai alarm sudah dilihat", "marked an alarm as seen"),
    "accounts": ("mengelola akun", "kept accounts"),
    "account_add": ("membuat akun", "made an account"),
    "account_password": ("memberi kata sandi baru", "gave a new password"),
    "account_disable": ("menonaktifkan akun", "disabled an account"),
    "account_enable": ("mengaktifkan akun", "enabled an account"),
    "account_unlock": ("membuka kunci akun", "unlocked an account"),
    "account_role": ("mengubah peran akun", "changed an account's role"),
    "account_code_off": ("mematikan faktor kedua akun", "took an account's second factor off"),
    "account_sign_out": ("mengeluarkan akun", "signed an account out"),
    "audit": ("membaca catatan ini", "read this audit"),
}

OUTCOMES: Mapping[str, tuple[str, str]] = {
    "done": ("berhasil", "done"),
    "asked": ("ditanya lagi dulu", "was asked first"),
    "refused": ("ditolak", "refused"),
    "wrong": ("salah", "wrong"),
    "disabled": ("akun nonaktif", "account disabled"),
    "too_often": ("terlalu sering", "too often"),
    "many": ("banyak penolakan", "many refusals"),
    "code": ("lalu kode diminta", "then the code was asked for"),
    "on": ("ya", "on"),
    "off": ("tidak lagi", "off"),
    "pause": ("jeda", "pause"),
    "transfer": ("dialihkan", "transfer"),
    "conference": ("bicara bersama", "conference"),
    "call_taker": ("penerima panggilan", "call taker"),
    "supervisor": ("penyelia", "supervisor"),
    "administrator": ("administrator", "administrator"),
    "auditor": ("auditor", "auditor"),
}

REFUSED: Mapping[str, tuple[str, str]] = {
    "400": ("tidak terbaca", "not readable"),
    "401": ("belum masuk", "not signed in"),
    "403": ("tidak berwenang", "not allowed"),
    "404": ("tidak ada", "not there"),
    "409": ("tidak bisa sekarang", "not possible now"),
    "429": ("terlalu sering", "too often"),
    "503": ("sistem tidak menjawab", "the system did not answer"),
}
"""Why a request was refused, by its status."""


def act_named(act: str, language: str) -> str:
    return said(ACTS, act, language)


def outcome_named(outcome: str, language: str) -> str:
    """``refused:403`` as "refused: not allowed (403)", ``transfer:118`` as "transfer: 118"."""
    word, _, rest = outcome.partition(":")
    why = f"{said(REFUSED, rest, language)} ({rest})" if word == "refused" and rest in REFUSED else rest
    return ": ".join(part for part in (said(OUTCOMES, word, language), why) if part)
