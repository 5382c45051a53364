"""AML messages: what telephones really send, and what anybody may send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.evidence import aml, aml_text
from gateway.incident.errors import EvidenceRefused
from gateway.incident.location import Evidence
from gateway.incident.shape import Circle, Ellipsoid, Point, centre

NOW = 1_772_338_795.0
TEXT = 'A"ML=1;lt=-6.24370;lg=+106.89250;rd=18;top=20260301041935;lc=68;pm=G;si=510101234567890;ei=35;mcc=510;ml=128'


CALL_AT = 1_772_338_755
SECOND = (
    f'A"ML=2;en=112;et={CALL_AT};lo=-6.24370,106.89250,18.0;lt=20;lc=68;lz=31.0,4.5;ls=W;ei=350000000000006;'
    "nc=51010;hc=51010;lg=id-ID"
)


def test_a_telephone_s_fix_is_read_with_all_that_it_says():
    claim = aml.read(TEXT, NOW)
    assert claim == Evidence(
        "aml", Circle(-6.2437, 106.8925, 18.0), NOW, 1_772_338_775.0, 68.0, "GPS", original=TEXT.encode()
    )
    assert Evidence.from_dict(claim.as_dict()) == claim
    assert claim.is_usable(NOW)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("top=20260301041935", "top=20261301041935"),
        ("top=20260301041935", "top="),
        ("ml=128", "ml=9"),
        ("ml=128", "ml=;zz=7;;=;x"),
        ("lc=68", "lc=high"),
        ("pm=G", "pm=?"),
        ("si=510101234567890;ei=35;", ""),
        ('A"ML=1', "a'ml=01"),
        ('A"ML=1', " A”ML = 1"),
        ("lg=+106.89250", "LG= 106.89250 "),
    ],
)
def test_what_is_odd_besides_does_not_spoil_a_good_position(before, after):
    text = TEXT.replace(before, after)
    assert aml.is_aml(text)
    assert aml.read(text, NOW).shape == Circle(-6.2437, 106.8925, 18.0)


def test_a_bad_date_is_an_unknown_time():
    assert aml.read(TEXT.replace("20260301041935", "20260230000000"), NOW).observed_at is None


@pytest.mark.parametrize("radius", ["N", "", "0", "-5", "1e9"])
def test_a_position_without_a_radius_has_an_unknown_one(radius):
    assert aml.read(TEXT.replace("rd=18", f"rd={radius}"), NOW).shape == Point(-6.2437, 106.8925)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('A"ML=1;lt=+00.00000;lg=+000.00000;rd=N;top=20260301041935;lc=0;pm=N', "no fix"),
        (TEXT.replace("-6.24370", "-96.24370"), "no place on earth"),
        (TEXT.replace("-6.24370", "nan"), "no position"),
        ('A"ML=1;', "no position"),
        ('A"ML=2;en=112;lt=1;lg=id-ID', "no fix"),
        (TEXT.replace("ML=1", "ML=3"), "version 3"),
        ("tolong", "is none"),
    ],
)
def test_what_is_no_place_is_refused_and_kept(text, why):
    with pytest.raises(EvidenceRefused, match=why) as refused:
        aml.read(text, NOW)
    assert (refused.value.source, refused.value.original) == ("aml", text.encode())


@pytest.mark.parametrize("text", ["tolong", "", "AML=1", "saya di A ML 1", 'kata dia A"ML=1;lt=1', "a ml=satu;"])
def test_what_people_write_is_no_aml(text):
    assert not aml.is_aml(text)


def test_in_the_second_version_the_same_words_mean_something_else():
    claim = aml.read(SECOND, NOW)
    assert claim.shape == Ellipsoid(-6.2437, 106.8925, 31.0, 18.0, 18.0, 4.5, 0.0)
    assert (claim.observed_at, claim.confidence, claim.method) == (CALL_AT + 20.0, 68.0, "802.11")
    assert Evidence.from_dict(claim.as_dict()) == claim
    said = aml_text.read(SECOND, NOW)[0].said
    assert (said.emergency_number, said.imei, said.mcc, said.mnc) == ("112", "350000000000006", "510", "10")


@pytest.mark.parametrize(
    ("before", "after", "shape", "observed_at"),
    [
        (";lz=31.0,4.5", "", Circle(-6.2437, 106.8925, 18.0), CALL_AT + 20.0),
        (";lz=31.0,4.5", ";lz=31.0,0", Circle(-6.2437, 106.8925, 18.0, 31.0), CALL_AT + 20.0),
        (";lz=31.0,4.5", ";lz=-3.5", Circle(-6.2437, 106.8925, 18.0, -3.5), CALL_AT + 20.0),
        (",18.0;lt=20;lc=68;lz=31.0,4.5", ",0;lt=20", Point(-6.2437, 106.8925), CALL_AT + 20.0),
        (",18.0;lt=20;lc=68;lz=31.0,4.5", ";lt=-7", Point(-6.2437, 106.8925), CALL_AT - 7.0),
        (",18.0;lt=20;lc=68;lz=31.0,4.5", ",N;lt=N;lz=N", Point(-6.2437, 106.8925), None),
        (f"et={CALL_AT};", "", Ellipsoid(-6.2437, 106.8925, 31.0, 18.0, 18.0, 4.5, 0.0), None),
        ("lo=-6.24370,106.89250,18.0", "lo= -6.24370 , +106.89250 , 18.0 ",
         Ellipsoid(-6.2437, 106.8925, 31.0, 18.0, 18.0, 4.5, 0.0), CALL_AT + 20.0),
    ],
)  # fmt: skip
def test_what_the_second_version_leaves_out_spoils_nothing(before, after, shape, observed_at):
    claim = aml.read(SECOND.replace(before, after), NOW)
    assert (claim.shape, claim.observed_at) == (shape, observed_at)


@pytest.mark.parametrize(
    "text",
    [
        SECOND.replace("lo=-6.24370,106.89250,18.0;", ""),
        SECOND.replace("lo=-6.24370,106.89250,18.0", "lo=0.0,0.0,0.0"),
        SECOND.replace("lo=-6.24370,106.89250,18.0", "lo=N,N,N"),
        SECOND.replace("lo=-6.24370,106.89250,18.0", "lo="),
        'A"ML=1;lt=N;lg=N;rd=N;top=20260301041935;lc=0;pm=N',
        'A"ML=1;lt=+00.00000;lg=+000.00000;rd=500;lc=0;pm=N',
        'A"ML=1;lt=;lg=;rd=',
        'A"ML=1;rd=18;lc=68',
    ],
)
def test_no_fix_is_no_place_in_whatever_form(text):
    with pytest.raises(EvidenceRefused, match="no fix"):
        aml.read(text, NOW)


@pytest.mark.parametrize(
    "text",
    [
        TEXT.lower(),
        TEXT.replace('"', "“"),
        TEXT.replace('"', ""),
        TEXT.replace('"', "&quot;"),
        TEXT.replace('"', "%22"),
        TEXT.replace("=", " = ").replace(";", " ; "),
        TEXT.replace("-", "−"),
        TEXT.replace(".", ","),
        TEXT + "\0\0",
        TEXT + "@",
        "\ufeff" + TEXT + "\r\n",
        TEXT.replace("lt=", "lt=N;lt=", 1),
        TEXT[: TEXT.index("18;") + 3],
        TEXT.replace(";", ";;"),
        "lt=-6.24370;lg=+106.89250;rd=18;".join(['A"ML=1;pm=G;', "ml=5"]),
    ],
)
def test_what_systems_on_the_way_do_to_a_text_spoils_no_position(text):
    assert aml.is_aml(text)
    assert aml.read(text, NOW).shape == Circle(-6.2437, 106.8925, 18.0)


HERE = 'A"ML=1;lt=-6.24370;lg=+106.89250'
SECOND_HERE = f'A"ML=2;en=112;et={CALL_AT};lo=-6.24370,106.89250'
POINT, CIRCLE = Point(-6.2437, 106.8925), Circle(-6.2437, 106.8925, 1964.0)


@pytest.mark.parametrize(
    ("text", "shape", "observed_at", "confidence"),
    [
        (HERE, POINT, None, 95.0),
        (f"{HERE};rd=1", POINT, None, 95.0),
        (f"{HERE};rd=196\r\n", POINT, None, 95.0),
        (f"{HERE};rd=1964;", CIRCLE, None, 95.0),
        (f"{HERE};rd=1964;top=2026030104193", CIRCLE, None, 95.0),
        (f"{HERE};rd=1964;top=20260301041935", CIRCLE, 1_772_338_775.0, 95.0),
        (f"{HERE};rd=1964;top=20260301041935;lc=6", CIRCLE, 1_772_338_775.0, None),
        (f"{HERE};rd=1964;top=20260301041935;lc=68;", CIRCLE, 1_772_338_775.0, 68.0),
        (f"{HERE};rd=1964;top=20260301041935;lc=68;pm=G;m", CIRCLE, 1_772_338_775.0, 68.0),
        (SECOND_HERE, POINT, None, 95.0),
        (f"{SECOND_HERE},20", POINT, None, 95.0),
        (f"{SECOND_HERE},1964;lt=-99", CIRCLE, None, 95.0),
        (f"{SECOND_HERE},1964;lt=20;lz=3", CIRCLE, CALL_AT + 20.0, 95.0),
        (f"{SECOND_HERE},1964;lt=20;lz=31.0,4", Circle(-6.2437, 106.8925, 1964.0, 31.0), CALL_AT + 20.0, 95.0),
    ],
)
def test_of_a_message_that_ends_in_the_middle_only_what_is_whole_is_told(text, shape, observed_at, confidence):
    claim = aml.read(text, NOW)
    assert (claim.shape, claim.observed_at, claim.confidence) == (shape, observed_at, confidence)


def test_a_whole_message_needs_no_separator_at_its_end():
    ordered = f"{HERE};pm=G;ml=128;rd=1964"
    assert aml.read(ordered, NOW).shape == CIRCLE
    assert aml.read(f"{SECOND_HERE};hc=51010;lt=20", NOW).observed_at == CALL_AT + 20.0


@pytest.mark.parametrize(
    "text",
    [
        TEXT.replace("lt=-6.24370;lg=+106.89250", "lt=106.89250;lg=-6.24370"),
        SECOND.replace("lo=-6.24370,106.89250", "lo=106.89250,-6.24370"),
    ],
)
def test_latitude_and_longitude_that_changed_places_are_put_right_and_it_is_said(text):
    claim = aml.read(text, NOW)
    assert centre(claim.shape) == (-6.2437, 106.8925)
    assert "tertukar" in claim.label


@pytest.mark.parametrize("radius", ["1,964", "1.9.6"])
def test_a_radius_of_which_nobody_knows_the_size_is_unknown(radius):
    assert aml.read(TEXT.replace("rd=18", f"rd={radius}"), NOW).shape == POINT


def test_commas_within_numbers_and_between_them_make_no_position():
    with pytest.raises(EvidenceRefused):
        aml.read(SECOND.replace("-6.24370,106.89250,18.0", "-6,1,106,8,20"), NOW)


@pytest.mark.parametrize(
    "text", ['A"ML=1;lt=-6.24370;lg=+106.8', 'A"ML=1;lt=-6.24370;lg=+10', 'A"ML=2;lo=-6.24370,106', 'A"ML=1;lt=-6.24']
)
def test_a_position_that_was_cut_off_is_none(text):
    with pytest.raises(EvidenceRefused, match=r"end is missing|no position"):
        aml.read(text, NOW)


def test_two_messages_in_one_text_are_two_claims():
    near = TEXT.replace("rd=18", "rd=9")
    for between in ("", "\n", " "):
        found = aml.read_any((TEXT + between + near).encode(), NOW)
        assert [claim.shape.radius_m for claim in found] == [18.0, 9.0]
        assert found[1].original == near.encode()


@pytest.mark.parametrize(
    ("top", "observed_at"),
    [
        ("20260301041935", 1_772_338_775.0),
        ("2026-03-01T04:19:35Z", 1_772_338_775.0),
        ("1772338775", None),
        ("1772338775500", None),
        ("2026030104", None),
        ("202603010419", None),
        ("2026030104193", None),
        ("202603010419350", None),
        ("N", None),
        ("00000000000000", None),
        ("٢٠٢٦٠٣٠١٠٤١٩٣٥", None),
    ],
)
def test_the_time_of_the_position_is_universal_time(top, observed_at):
    assert aml.read(TEXT.replace("20260301041935", top), NOW).observed_at == observed_at


@pytest.mark.parametrize(("stated", "percent"), [("68", 68.0), ("0.68", 68.0), ("1", 1.0), ("", 95.0)])
def test_a_text_s_confidence_is_a_percentage(stated, percent):
    assert aml.read(TEXT.replace("lc=68", f"lc={stated}"), NOW).confidence == percent


@pytest.mark.parametrize("stated", ["0", "101", "200", "-1", "high", "N"])
def test_a_confidence_that_is_none_is_unknown(stated):
    for text in (TEXT, SECOND):
        claim = aml.read(text.replace("lc=68", f"lc={stated}"), NOW)
        assert claim.confidence is None
        assert claim.is_usable(NOW)


def test_a_telephone_s_local_time_is_known_to_be_wrong():
    claim = aml.read(TEXT.replace("20260301041935", "20260301111935"), NOW)
    assert claim.has_wrong_clock
    assert claim.is_usable(NOW)


@pytest.mark.parametrize("number", ["", "35", "000000000000000", "35000000000000A", "3500000000000061234"])
def test_what_is_no_imei_names_no_telephone(number):
    assert aml_text.read(TEXT.replace("ei=35", f"ei={number}"), NOW)[0].said.imei == ""


@given(
    st.floats(-90, 90).filter(lambda lat: abs(lat) > 0.001),
    st.floats(-180, 180),
    st.integers(1, 99_999),
    st.permutations(["lt", "lg", "rd", "top", "lc", "pm", "ml"]),
)
def test_whatever_the_order_a_position_is_read_as_it_was_written(lat, lon, radius, order):
    said = {
        "lt": f"{lat:+09.5f}",
        "lg": f"{lon:+010.5f}",
        "rd": str(radius),
        "top": "x",
        "lc": "68",
        "pm": "G",
        "ml": "7",
    }
    text = 'A"ML=1;' + ";".join(f"{name}={said[name]}" for name in order)
    assert aml.read(text, NOW).shape == Circle(float(said["lt"]), float(said["lg"]), float(radius))


@given(st.one_of(st.text(max_size=200), st.text('A"ML=12;ltgrdopc+-.0123456789N', max_size=200).map('A"ML=1;'.__add__)))
def test_anything_is_read_or_refused(text):
    aml.is_aml(text)
    try:
        aml.read(text, NOW)
    except EvidenceRefused as refused:
        refused.as_dict()
