from gateway.desk.steps import ASKED, asked, line
from ivr.flow import CALL
from ivr.steps import Ask, Code


def test_each_question_of_the_dialogue_has_words_for_who_reads_the_timeline():
    questions = {name for name, step in CALL.items() if isinstance(step, Ask | Code)}
    assert set(ASKED) == questions
    assert asked("can_you_talk", "id") == "bisa bicara atau tidak"
    assert asked("what_is_no_step", "en") == ""


def test_a_line_is_named_as_the_rules_name_it_and_drills_as_drills():
    assert line("contoh", "id") == "jalur contoh"
    assert line("phone", "en") == "the drills' telephone"
    assert line("", "id") == ""
