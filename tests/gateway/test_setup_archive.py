"""What is asked of the distribution's archive, and what is made of its answers."""

import subprocess
from pathlib import Path

import pytest

from gateway.setup import SetupRefused, archive
from gateway.setup.archive import Release, Source

BOOKWORM = Release("debian", "bookworm", 12.0)
MIRROR = "http://mirror.invalid/debian"


def uri(root: str, suite: str, part: str) -> str:
    return f"'{root}/dists/{suite}/{part}' some_file 0 "


def packages(root: str, suite: str, component: str = "main", kind: str = "amd64") -> str:
    return uri(root, suite, f"{component}/binary-{kind}/Packages.xz")


def test_debian_is_known_by_its_os_release() -> None:
    text = 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\nID=debian\n'
    assert archive.host_release(text) == BOOKWORM


def test_a_system_made_from_ubuntu_counts_as_the_ubuntu_it_is_made_from() -> None:
    text = 'ID=someos\nID_LIKE="ubuntu debian"\nVERSION_ID="22"\nVERSION_CODENAME=own\nUBUNTU_CODENAME=noble\n'
    assert archive.host_release(text) == Release("ubuntu", "noble", 22.0)


def test_a_release_still_in_the_making_has_no_version() -> None:
    assert archive.host_release("ID=debian\nVERSION_CODENAME=forky\n") == Release("debian", "forky", 0.0)


def test_another_distribution_is_told_what_to_install() -> None:
    with pytest.raises(SetupRefused, match="Some Linux 7 is neither Debian nor Ubuntu: install asterisk"):
        archive.host_release('PRETTY_NAME="Some Linux 7"\nID=some\n')


def test_only_the_distributions_own_suites_are_used() -> None:
    shop = "https://shop.invalid/apt"
    uris = [
        uri(MIRROR, "bookworm", "InRelease"),
        packages(MIRROR, "bookworm"),
        packages(MIRROR, "bookworm", kind="all"),
        packages(MIRROR, "bookworm", "non-free"),
        packages(MIRROR, "bookworm-updates"),
        packages("http://mirror.invalid/debian-security", "bookworm-security"),
        packages(shop, "bookworm"),
        packages(shop, "bookworm-pgdg"),
    ]
    assert archive.sources_from("\n".join(uris), BOOKWORM) == [
        Source(MIRROR, "bookworm", ("main",)),
        Source(MIRROR, "bookworm-updates", ("main",)),
        Source("http://mirror.invalid/debian-security", "bookworm-security", ("main",)),
    ]


def test_a_host_with_a_single_source_uses_that_one() -> None:
    assert archive.sources_from(packages(MIRROR, "bookworm"), BOOKWORM) == [Source(MIRROR, "bookworm", ("main",))]


def test_another_suite_comes_from_the_same_mirror() -> None:
    sources = [Source(MIRROR, "bookworm-updates", ("main",)), Source(MIRROR, "bookworm", ("main",))]
    assert archive.other_suite(sources, "sid", BOOKWORM) == [Source(MIRROR, "sid", ("main",))]


def test_a_source_is_trusted_by_the_distributions_keyring() -> None:
    source = Source(MIRROR, "sid", ("main",))
    assert source.line(Path("/keys/archive.gpg")) == f"deb [signed-by=/keys/archive.gpg] {MIRROR} sid main\n"
    assert source.line(None) == f"deb {MIRROR} sid main\n"


def test_a_damaged_package_is_thrown_away_so_that_the_next_run_fetches_it_again(tmp_path: Path) -> None:
    half = tmp_path / "half.deb"
    half.write_bytes(b"!<arch>\nhalf")
    with pytest.raises(SetupRefused, match=r"half\.deb: not unpacked"):
        archive.unpack([half], tmp_path / "out")
    assert not half.exists()


def test_an_archive_out_of_reach_is_a_sentence_with_advice(tmp_path: Path) -> None:
    apt = archive.Apt(tmp_path, [Source((tmp_path / "no-such-archive").as_uri(), "sid", ("main",))], BOOKWORM)
    with pytest.raises(SetupRefused, match=r"archive: no package lists: .*: check the network to the archive"):
        apt.update()


def test_what_is_left_out_counts_as_installed(tmp_path: Path) -> None:
    archive.Apt(tmp_path, [], BOOKWORM, present=("libc6", "x11-utils"))
    known = subprocess.run(
        ["dpkg-query", f"--admindir={tmp_path}", "--show", "--showformat=${Package} ${db:Status-Status}\n"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert known.stdout.splitlines() == ["libc6 installed", "x11-utils installed"]
