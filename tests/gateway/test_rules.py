"""The routing rules as shipped, and every way a changed file can be wrong: refused with its line and a reason."""

import os
import threading

import pytest

from gateway.incident.errors import RulesRefused
from gateway.incident.report import Nature, Report
from gateway.rules import CHECK_EVERY_SECONDS, OPERATORS, CurrentRules, examine, load
from gateway.rules.rulebook import DeskKind, FollowUp, LocationForm, Target
from gateway.settings import ROOT, read

SHIPPED = load(ROOT / "routing_rules.yaml")

GOOD = """\
agencies:
  112:
    name: {id: Operator, en: Operators}
    desks:
      - {id: 112-1, kind: telephone}
  110:
    name: {id: Polisi, en: Police}
    sees_violence: yes
    desks:
      - {id: 110-1, kind: browser}
    overflow:
      - {after: 20, queue: 112}
rules:
  - name: violence
    when: {nature: violence}
    queue: 110
    priority: 1
    proof: {nature: violence}
  - name: rest
    when: {}
    queue: 112
    priority: 3
    wait_at_most: 60
    proof: {nature: fire}
policies:
  abandoned: {unfiled: sms}
trunks:
  partner:
    addresses: [198.51.100.0/28]
    area: 31.75
    outgoing: sip.partner.example:5060
"""


def write(tmp_path, text):
    file = tmp_path / "routing_rules.yaml"
    file.write_text(text)
    return file


def faults_of(tmp_path, *changes):
    text = GOOD
    for before, after in changes:
        assert text.count(before) >= 1, before
        text = text.replace(before, after, 1)
    book, faults = examine(write(tmp_path, text))
    assert (book is None) == bool(faults)
    return [(fault.where, fault.why) for fault in faults]


# the rules as shipped


@pytest.mark.parametrize(
    ("report", "queue", "priority", "inform"),
    [
        (Report(Nature.VIOLENCE), "110", 1, ("ppa",)),
        (Report(Nature.VIOLENCE, silent=True), "110", 1, ("ppa",)),
        (Report(Nature.MEDICAL), "118", 2, ()),
        (Report(Nature.FIRE), "113", 2, ()),
        (Report(Nature.CRIME), "110", 3, ()),
        (Report(Nature.ACCIDENT), "118", 2, ("110",)),
        (Report(Nature.DISASTER), "112", 3, ()),
        (Report(Nature.OTHER), "112", 4, ()),
        (Report(Nature.NOT_EMERGENCY), "112", 5, ()),
        (Report(Nature.UNKNOWN, silent=True), "112", 2, ()),
        (Report(Nature.UNKNOWN), "112", 3, ()),
    ],
)
def test_each_nature_goes_to_the_agency_that_answers_it(report, queue, priority, inform):
    route = SHIPPED.rules.choose(report).route
    assert (route.queue, route.priority, route.inform) == (queue, priority, inform)


def test_each_agency_has_a_desk_with_a_telephone_and_one_with_a_browser():
    assert set(SHIPPED.agencies) == {"112", "110", "118", "113", "ppa"}
    for agency in SHIPPED.agencies.values():
        assert [(desk.kind, desk.location) for desk in agency.desks] == [
            (DeskKind.TELEPHONE, LocationForm.REFERENCE),
            (DeskKind.BROWSER, LocationForm.REFERENCE),
        ]


def test_every_chain_ends_with_the_operators_and_theirs_has_no_end():
    for agency in SHIPPED.agencies.values():
        chain = [agency.id, *(target.queue for target in agency.overflow)]
        assert chain[-1] == OPERATORS
    assert SHIPPED.agencies[OPERATORS].overflow == ()


def test_fire_and_ambulance_do_not_see_that_a_case_is_one_of_violence():
    assert {name for name, agency in SHIPPED.agencies.items() if agency.sees_violence} == {"112", "110", "ppa"}


def test_every_wait_but_that_of_violence_has_a_bound_and_where_it_is_not_known_that_one_too():
    for rule in SHIPPED.rules.rules:
        is_known = rule.route.priority == 1 and SHIPPED.agencies[rule.route.queue].sees_violence
        assert (rule.route.wait_at_most is None) == is_known


def test_violence_is_followed_by_nothing_and_no_silent_caller_is_called_back():
    for rule in SHIPPED.rules.rules:
        if rule.proof.nature is Nature.VIOLENCE:
            assert rule.route.abandoned == FollowUp.NOTHING
        if rule.proof.silent:
            assert rule.route.abandoned != FollowUp.CALL_BACK


def test_the_neutral_sms_is_one_segment_without_a_number_a_link_or_an_agency():
    assert set(SHIPPED.policies.neutral_sms) == {"id", "en"}
    betraying = [agency.short.lower() for agency in SHIPPED.agencies.values()]
    betraying += ["darurat", "emergency", "http", "www", "tolong", "help"]
    for text in SHIPPED.policies.neutral_sms.values():
        assert len(text) <= 160
        assert text.isascii()
        assert not any(character.isdigit() for character in text)
        assert not any(word in text.lower() for word in betraying)


def test_no_trunk_is_active_as_shipped():
    assert SHIPPED.trunks == {}


def test_the_example_trunks_are_right_once_they_are_uncommented(tmp_path):
    lines = (ROOT / "routing_rules.yaml").read_text().replace("trunks: {}", "trunks:").splitlines()
    start = lines.index("trunks:")
    text = "\n".join(lines[: start + 1] + [line.removeprefix("#") for line in lines[start + 1 :]])
    trunks = load(write(tmp_path, text)).trunks
    assert trunks["telkom"].addresses == ("198.51.100.0/28", "2001:db8:112::/64")
    assert (trunks["telkom"].area, trunks["telkom"].area_name) == ("31", "DKI Jakarta")
    assert trunks["kantor_walikota_timur"].username == "walikota_timur"
    assert trunks["twilio"].twilio


# what is read


def test_a_good_file_is_read_into_values(tmp_path):
    book = load(write(tmp_path, GOOD))
    assert book.agencies["110"].overflow == (Target(20, queue="112"),)
    assert book.trunks["partner"].area_name == "Jakarta Timur"
    assert book.agencies["110"].desks[0].location is LocationForm.REFERENCE


def test_a_chain_that_does_not_name_the_operators_ends_with_them_all_the_same(tmp_path):
    text = GOOD.replace("    overflow:\n      - {after: 20, queue: 112}\n", "")
    text += "    twilio: no\n"
    assert load(write(tmp_path, text)).agencies["110"].overflow == (Target(30, queue=OPERATORS),)


def test_an_overflow_may_leave_for_a_number_over_a_trunk(tmp_path):
    text = GOOD.replace("{after: 20, queue: 112}", '{after: 15, trunk: partner, number: "119"}')
    chain = load(write(tmp_path, text)).agencies["110"].overflow
    assert chain == (Target(15, trunk="partner", number="119"), Target(30, queue=OPERATORS))


# what is refused

REFUSED = {
    "a word that is no field": (("sees_violence", "see_violence"), 8, "did you mean 'sees_violence'"),
    "a part that is no part": (("policies:", "policy:"), 26, "did you mean 'policies'"),
    "a rule for an unknown agency": (
        ("queue: 110\n    prio", "queue: 119\n    prio"),
        16,
        "names '119', which is no agency",
    ),
    "an unknown agency to inform": (("priority: 1", "priority: 1\n    inform: [pppa]"), 18, "names 'pppa'"),
    "an agency informed of its own call": (
        ("priority: 1", "priority: 1\n    inform: [110]"),
        18,
        "answers the call anyway",
    ),
    "an agency informed twice": (("priority: 1", "priority: 1\n    inform: [112, 112]"), 18, "names '112' twice"),
    "an overflow to an unknown agency": (("20, queue: 112", "20, queue: 1112"), 12, "did you mean '112'"),
    "an overflow to itself": (("20, queue: 112", "20, queue: 110"), 12, "in a loop: 110 → 110"),
    "an overflow after the operators": (
        ("{after: 20, queue: 112}", "{after: 20, queue: 112}\n      - {after: 5, queue: 110}"),
        13,
        "nothing comes after the operators",
    ),
    "an overflow of the operators": (
        ("kind: telephone}", "kind: telephone}\n    overflow: [{after: 5, queue: 110}]"),
        6,
        "nothing comes after the operators",
    ),
    "an overflow to nowhere": (
        ("{after: 20, queue: 112}", "{after: 20}"),
        12,
        "either to a 'queue', or over a 'trunk'",
    ),
    "an overflow to two places": (("20, queue: 112", '20, queue: 112, trunk: partner, number: "119"'), 12, "give one"),
    "a number without a trunk": (("20, queue: 112", "20, trunk: partner"), 12, "belong together"),
    "an overflow to an unknown trunk": (
        ("20, queue: 112", "20, trunk: partnr, number: 119"),
        12,
        "did you mean 'partner'",
    ),
    "an overflow at once": (("after: 20", "after: 0"), 12, "from 1 to 3600, not '0'"),
    "a priority out of range": (("priority: 3", "priority: 6"), 22, "from 1 to 5, not '6'"),
    "a priority that is a word": (("priority: 3", "priority: high"), 22, "not 'high'"),
    "a wait without a bound": (("    wait_at_most: 60\n", ""), 19, "no 'wait_at_most'"),
    "a nature nobody knows": (
        ("{nature: violence}\n    queue", "{nature: violense}\n    queue"),
        15,
        "did you mean 'violence'",
    ),
    "a flag that is neither yes nor no": (("sees_violence: yes", "sees_violence: maybe"), 8, "must be yes or no"),
    "a rule without a proof": (("    proof: {nature: violence}\n", ""), 14, "has no 'proof'"),
    "a rule without a condition": (("    when: {}\n", ""), 19, "has no 'when'"),
    "a rule without a name": (("- name: rest\n    when", "- when"), 19, "has no 'name'"),
    "two rules of one name": (("name: rest", "name: violence"), 19, "the first is in line 14"),
    "a proof that selects another rule": (
        ("proof: {nature: fire}", "proof: {nature: violence}"),
        19,
        "selects 'violence'",
    ),
    "a proof that does not fit": (
        ("proof: {nature: violence}", "proof: {nature: fire}"),
        14,
        "does not fit the rule itself",
    ),
    "a last rule with conditions": (("when: {}", "when: {silent: no}"), 19, "it must fit everything"),
    "violence that is not first": (("priority: 1", "priority: 2\n    wait_at_most: 5"), 14, "1 is for violence"),
    "another nature as urgent as violence": (("priority: 3", "priority: 1"), 19, "1 is for violence, and for it alone"),
    "no operators": (("  112:\n", "  111:\n"), 2, "there is no agency 112"),
    "operators without desks": (("      - {id: 112-1, kind: telephone}\n", ""), 2, "agency 112 has no desks"),
    "two desks of one name": (("id: 110-1", "id: 112-1"), 10, "taken by another desk or trunk"),
    "a desk named as a trunk of ours": (("id: 110-1", "id: trial"), 10, "taken by another"),
    "a desk's name that would break a configuration": (("id: 110-1", 'id: "110]\\n[x"'), 10, "control character"),
    "a desk named as a section of pjsip.conf": (("id: 110-1", "id: telephone"), 10, "taken by another"),
    "an agency named as a section of queues.conf": (
        ("  110:\n    name", "  general:\n    name"),
        7,
        "uses the name itself",
    ),
    "an agency named as a special extension": (("  110:\n    name", "  h:\n    name"), 7, "cannot be a name here"),
    "a name with a line break": (("id: Polisi", 'id: "Polisi\\n[x]"'), 7, "line break or control character"),
    "an agency's name that would": (("  110:\n    name", '  "110,x":\n    name'), 7, "cannot be a name here"),
    "a location that a browser refuses": (("kind: browser", "kind: browser, location: value"), 10, "415"),
    "an unknown kind of desk": (("kind: browser", "kind: brouser"), 10, "did you mean 'browser'"),
    "desks that are no list": (("desks:\n      - {id: 110-1, kind: browser}", "desks: 110-1"), 9, "must be a list"),
    "an address that is none": (("198.51.100.0/28", "198.51.100.300"), 29, "no IP address or network"),
    "an address with bits set beyond its network": (("0/28", "1/28"), 29, "has host bits set"),
    "a network as wide as the world": (("198.51.100.0/28", "0.0.0.0/0"), 29, "let strangers in"),
    "an area that is no code": (("area: 31.75", "area: Jakarta"), 30, "an official code"),
    "an area the gazetteer does not know": (("area: 31.75", "area: 99.99"), 30, "gazetteer does not know"),
    "a trunk that no call could use": (
        ("addresses: [198.51.100.0/28]\n    area: 31.75\n    outgoing: sip.partner.example:5060", "twilio: yes"),
        29,
        "no call could use it",
    ),
    "a trunk named as one of ours": (("  partner:", "  trial:"), 29, "taken"),
    "an outgoing address with a line break": (("sip.partner.example:5060", '"a\\nb"'), 31, "control character"),
    "a follow-up nobody knows": (("unfiled: sms", "unfiled: call"), 26, "did you mean 'call_back'"),
    "a neutral SMS with a number": (("{unfiled: sms}", "{neutral_sms: {id: Kasus 12}}"), 26, "a digit would look like"),
    "a neutral SMS that names an agency": (("{unfiled: sms}", "{neutral_sms: {id: Halo dari Polisi}}"), 26, "'Polisi'"),
    "a neutral SMS that names an emergency": (("{unfiled: sms}", "{neutral_sms: {en: Emergency line}}"), 26, "neutral"),
    "a neutral SMS that promises help": (("{unfiled: sms}", "{neutral_sms: {id: bantuan datang}}"), 26, "'bantuan'"),
    "a neutral SMS with a link": (("{unfiled: sms}", "{neutral_sms: {id: Lihat contoh.id}}"), 26, "'contoh.id'"),
    "an SMS to who told of violence": (
        ("proof: {nature: violence}", "abandoned: sms\n    proof: {nature: violence}"),
        14,
        "abandoned: nothing",
    ),
    "a call back to who told of violence": (
        ("proof: {nature: violence}", "abandoned: call_back\n    proof: {nature: violence}"),
        14,
        "abandoned: nothing",
    ),
    "violence to who may not know of it": (("    sees_violence: yes\n", ""), 13, "which may not know"),
    "violence of which PPA does not learn": (
        ("rules:", "  ppa:\n    name: {id: PPA}\n    desks:\n      - {id: ppa-1, kind: telephone}\nrules:"),
        18,
        "add `inform: [ppa]`",
    ),
    "a neutral SMS of two segments": (("{unfiled: sms}", f"{{neutral_sms: {{id: {'a' * 161}}}}}"), 26, "at most 160"),
    "a share above one": (("  abandoned:", "  waits: {raise_at: 1.5}\n  abandoned:"), 26, "a share above 0"),
    "rules that are no list": (("rules:", "rules: {}\nold_rules:"), 13, "must be a list"),
    "malformed YAML": (("when: {}", "when: {"), 22, "is not YAML"),
    "a key said twice": (("priority: 3", "priority: 3\n    priority: 4"), 23, "a second time"),
    "a tag": (("name: rest", "name: !!python/name:os.system rest"), 19, "has a tag"),
}


@pytest.mark.parametrize("case", sorted(REFUSED))
def test_a_faulty_file_is_refused_with_line_and_reason(tmp_path, case):
    change, line, words = REFUSED[case]
    where, why = faults_of(tmp_path, change)[0]
    assert words in why
    assert where == f"routing_rules.yaml:{line}"


def test_calls_back_need_a_trunk_that_takes_our_calls(tmp_path):
    trunk = ("{unfiled: sms}", "{unfiled: sms}\n  callbacks: {trunk: partner}")
    assert faults_of(tmp_path, trunk) == []
    [(where, why)] = faults_of(tmp_path, trunk, ("    outgoing: sip.partner.example:5060\n", ""))
    assert (where, "takes no calls of ours" in why) == ("routing_rules.yaml:27", True)


def test_two_trunks_that_share_addresses_are_refused(tmp_path):
    both = ("    outgoing", "  second:\n    addresses: [198.51.100.8/32]\n  third:\n    outgoing")
    [(where, why)] = faults_of(tmp_path, ("    area: 31.75\n", ""), both)
    assert (where, "'partner'" in why) == ("routing_rules.yaml:31", True)


def test_a_loop_through_several_agencies_cannot_be_written(tmp_path):
    loop = ("- {after: 20, queue: 112}", "- {after: 9, trunk: partner, number: 119}\n      - {after: 9, queue: 110}")
    [(where, why)] = faults_of(tmp_path, loop)
    assert (where, "loop" in why) == ("routing_rules.yaml:13", True)


def test_every_fault_is_told_at_once_in_the_order_of_lines(tmp_path):
    changes = [
        ("sees_violence: yes", "sees_violence: perhaps"),
        ("priority: 3", "priority: 9"),
        ("area: 31.75", "area: x"),
    ]
    assert [where for where, _ in faults_of(tmp_path, *changes)] == [
        f"routing_rules.yaml:{line}" for line in (8, 22, 30)
    ]


@pytest.mark.parametrize("text", ["", "agencies:", "[]", "just words", "rules: []\nagencies: {}\n", "trunks: 7"])
def test_a_file_that_says_almost_nothing_is_refused(tmp_path, text):
    with pytest.raises(RulesRefused):
        load(write(tmp_path, text))


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(RulesRefused, match="cannot be read"):
        load(tmp_path / "none.yaml")


# the rules in force


class Office:
    """Rules in force, a clock in our hands, and the alarms that were raised."""

    def __init__(self, tmp_path):
        self.file = write(tmp_path, GOOD)
        self.now = 0.0
        self.alarms = []
        settings = read({"GATEWAY112_RULES": str(self.file), "GATEWAY112_STATE": str(tmp_path / "state")})
        self.current = CurrentRules(settings, self.alarms.append, lambda: self.now)

    def change(self, before, after):
        self.file.write_text(self.file.read_text().replace(before, after))
        # Two changes within one tick of the file system's clock are told apart.
        at = os.stat(self.file).st_mtime_ns + 1_000_000
        os.utime(self.file, ns=(at, at))

    def bound(self):
        return self.current.fresh().rules.choose(Report(Nature.FIRE)).route.wait_at_most


@pytest.fixture
def office(tmp_path):
    return Office(tmp_path)


def test_a_change_is_in_force_a_second_later_and_no_sooner(office):
    office.change("wait_at_most: 60", "wait_at_most: 45")
    assert office.bound() == 60
    office.now += CHECK_EVERY_SECONDS
    assert office.bound() == 45
    assert office.alarms == []


def test_a_faulty_change_leaves_the_last_good_rules_in_force_and_raises_one_alarm(office):
    office.change("priority: 3", "priority: 33")
    for _ in range(5):
        office.now += CHECK_EVERY_SECONDS
        assert office.bound() == 60
    [alarm] = office.alarms
    assert "routing_rules.yaml:22" in alarm


def test_a_faulty_change_that_is_mended_is_in_force(office):
    office.change("priority: 3", "priority: 33")
    office.now += CHECK_EVERY_SECONDS
    office.current.fresh()
    office.change("priority: 33\n    wait_at_most: 60", "priority: 3\n    wait_at_most: 50")
    office.now += CHECK_EVERY_SECONDS
    assert office.bound() == 50


def test_rules_that_vanish_stay_in_force_and_raise_an_alarm(office):
    office.file.unlink()
    office.now += CHECK_EVERY_SECONDS
    assert office.bound() == 60
    assert len(office.alarms) == 1


def test_many_threads_see_either_the_old_rules_or_the_new(office):
    seen = set()

    def look():
        for _ in range(200):
            office.now += 0.01
            seen.add(office.bound())

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    office.change("wait_at_most: 60", "wait_at_most: 45")
    for thread in threads:
        thread.join()
    office.now += CHECK_EVERY_SECONDS
    assert office.bound() == 45
    assert seen <= {60, 45}


def test_the_gateway_does_not_start_with_faulty_rules(tmp_path):
    file = write(tmp_path, GOOD.replace("priority: 3", "priority: 9"))
    with pytest.raises(RulesRefused):
        CurrentRules(read({"GATEWAY112_RULES": str(file)}), lambda alarm: None)
