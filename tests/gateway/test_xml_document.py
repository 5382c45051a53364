"""XML from outside: what is wrong without harm is read, what is hostile is refused within bounds."""

import pytest

from gateway.incident.errors import Refused
from gateway.xml_document import DEEPEST, LARGEST, MOST_ELEMENTS, Unfinished, name_of, root, text_of

BILLION = "".join(f'<!ENTITY l{i} "{f"&l{i - 1};" * 10 if i else "haha"}">' for i in range(10))


@pytest.mark.parametrize(
    "document",
    [
        b"<a>\xc3\xa9</a>",
        b"<a>\xe9</a>",
        b"\xef\xbb\xbf<a>\xc3\xa9</a>",
        b"\r\n \t<?xml version='1.0' encoding='utf-8'?>\n<a>\xc3\xa9</a>",
        b"<?xml version='1.0' encoding='ISO-8859-1'?><a>\xe9</a>",
        b"<?xml version='1.0' encoding='windows-1252'?><a>\xe9</a>",
        b"<?xml version='1.0' encoding='utf-16'?><a>\xc3\xa9</a>",
        b"<?xml version='1.0' encoding='none-such'?><a>\xe9</a>",
        "<?xml version='1.0' encoding='utf-16'?><a>é</a>".encode("utf-16"),
        "<?xml version='1.0'?><a>é</a>".encode("utf-16-be"),
        "<?xml version='1.0' encoding='utf-8'?><a>é</a>".encode("utf-16-le"),
        "<a>é</a>".encode("utf-32"),
        "<a>é</a>",
        "\ufeff<?xml version='1.0' encoding='utf-16'?><a>é</a>",
        b"<a>\xc3\xa9</a>\0\0",
        b"<!-- b --><?b c?><a>\xc3\xa9<!-- d --></a>",
    ],
)
def test_a_document_is_read_whatever_it_says_of_its_letters(document):
    assert text_of(root(document)) == "é"


def test_a_prefix_that_nobody_declared_is_forgiven():
    element = root(b'<g:a><b h:c="1"><k:d>1</k:d></b></g:a>')
    assert [name_of(each) for each in element.iter()] == ["a", "b", "d"]


@pytest.mark.parametrize(
    ("document", "why"),
    [
        (b"<!DOCTYPE a><a/>", "document type"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "document type"),
        (b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>', "document type"),
        (f"<!DOCTYPE a [{BILLION}]><a>&l9;</a>".encode(), "document type"),
        (b"<a>" + b" " * LARGEST + b"</a>", "larger than"),
        (b"x" * 10_000_000, "larger than"),
        (b"<a>" * 10_000, f"deeper than {DEEPEST}"),
        (b"<a>" + b"<b/>" * MOST_ELEMENTS + b"</a>", f"more than {MOST_ELEMENTS} elements"),
        (b"tolong", "no XML"),
        (b"", "no XML"),
        (b"\0\0", "no XML"),
        ("<a>\ud800</a>", "letters"),
        (b"<a>&nbsp;</a>", "undefined entity"),
    ],
)
def test_what_is_hostile_or_no_xml_is_refused(document, why):
    with pytest.raises(Refused) as refused:
        root(document, where="it")
    assert why in refused.value.why
    assert refused.value.where == "it"


@pytest.mark.parametrize(
    ("document", "told", "still_open"),
    [
        (b"<a><b>1</b><c>2", ["a", "b", "c"], ["a", "c"]),
        (b"<a><b>1</b></a><c/>", ["a", "b"], []),
        (b"<a><b>1</b></c></a>", ["a", "b"], ["a"]),
        (b"<g:a><b>1</b><c", ["a", "b"], ["a"]),
    ],
)
def test_of_a_broken_document_what_came_before_is_at_hand(document, told, still_open):
    with pytest.raises(Unfinished) as broken:
        root(document)
    assert [name_of(each) for each in broken.value.root.iter()] == told
    assert [name_of(each) for each in broken.value.open] == still_open


def test_an_attribute_said_twice_and_a_bare_ampersand_cost_nothing():
    assert root('<a x="1" y="2" x="3"><b x="&amp; >" x=\'4\'/></a>').attrib == {"x": "1", "y": "2"}
    assert root("<a>Bakmi & Sate&Co &lt;3 &#38;</a>").text == "Bakmi & Sate&Co <3 &"
