"""A variant examines an explanation only where copying the explanation's answer does not pass it."""

from math_data.exams import LeftOut, choose, normal
from tests.math_data.problems import problem

TAUGHT = problem("q", "What is 2 + 3?", "5")
OTHERS = [problem("1", "What is 2 + 4?", "6"), problem("2", "What is 2 + 5?", "7"), problem("3", "What is 3 + 6?", "9")]


def test_variants_examine_in_their_order() -> None:
    choice = choose(TAUGHT, OTHERS)
    assert choice.exam == tuple(OTHERS)
    assert not choice.left_out


def test_an_exam_is_no_larger_than_asked_and_takes_the_first() -> None:
    assert choose(TAUGHT, OTHERS, size=2).exam == tuple(OTHERS[:2])
    assert choose(TAUGHT, OTHERS, size=9).exam == tuple(OTHERS)
    assert choose(TAUGHT, [], size=2).exam == ()


def test_what_is_left_out_is_counted_and_the_next_takes_its_place() -> None:
    same_text = problem("4", "what is  2 +\n3?", "50")
    same_answer = problem("5", "What is 1 + 4?", "5.0")
    duplicate = problem("6", "What is 2+4?", "6")
    choice = choose(TAUGHT, [same_text, same_answer, OTHERS[0], duplicate, *OTHERS[1:]], size=2)
    assert choice.exam == tuple(OTHERS[:2])
    assert choice.left_out == {LeftOut.SAME_TEXT: 1, LeftOut.SAME_ANSWER: 1, LeftOut.DUPLICATE: 1}


def test_what_stands_behind_a_full_exam_is_not_counted() -> None:
    choice = choose(TAUGHT, [*OTHERS, problem("5", "What is 1 + 4?", "5")], size=3)
    assert not choice.left_out


def test_the_answer_is_compared_as_mathematics() -> None:
    half = problem("q", "Half of 1?", "\\frac{1}{2}")
    assert choose(half, [problem("1", "Half of one?", "0.5")]).left_out == {LeftOut.SAME_ANSWER: 1}
    assert choose(half, [problem("1", "Half of two?", "1")]).exam


def test_only_case_blanks_and_quotes_make_no_difference() -> None:
    assert normal("Janet\u2019s  ducks\n") == normal("janet's ducks")
    assert normal("What is $x - 1$?") == normal("What is $x-1$?")
    assert normal("What is 12?") != normal("What is 21?")
