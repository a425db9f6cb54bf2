"""What a notification says of what came from the other side, to whoever wants it to say more."""

import pytest

from fstpwa.domain.news import LONGEST_LINE, Thing, detailed_words

MESSAGE = Thing(kind="message", sender="Ines")
ROUTINE = Thing(kind="routine", sender="Ines", name="Shoulder morning")
PROGRAMME = Thing(kind="programme", sender="Ines", name="Neck and desk")
FROM_PAUL = Thing(kind="message", sender="Paul")
QUESTION = Thing(kind="question", sender="Maya", is_from_therapist=False)


@pytest.mark.parametrize(
    ("things", "title", "body"),
    [
        ([MESSAGE], "Ines wrote to you", "Tap to read it."),
        ([MESSAGE] * 3, "3 new messages from Ines", "Tap to read them."),
        ([ROUTINE], "Ines gave you a new routine", "Shoulder morning"),
        ([PROGRAMME], "Ines gave you a new programme", "Neck and desk"),
        ([ROUTINE, PROGRAMME], "Ines gave you something new", "Shoulder morning, Neck and desk"),
        ([ROUTINE, MESSAGE], "New from Ines", "Shoulder morning, a message"),
        ([MESSAGE, ROUTINE, MESSAGE], "New from Ines", "Shoulder morning, 2 messages"),
        ([MESSAGE, FROM_PAUL, MESSAGE], "3 new messages", "Ines, Paul"),
        ([ROUTINE, FROM_PAUL], "Something new for you", "Ines, Paul"),
        ([QUESTION], "Maya asked you something", "Tap to read it."),
        ([QUESTION] * 2, "2 new messages from Maya", "Tap to read them."),
        ([Thing(kind="message", sender=" ")], "Your therapist wrote to you", "Tap to read it."),
        (
            [Thing(kind="question", sender="", is_from_therapist=False)],
            "A client asked you something",
            "Tap to read it.",
        ),
    ],
)
def test_it_says_who_and_what_but_nothing_that_was_written(things, title, body):
    assert detailed_words(things) == (title, body)


def test_names_of_any_length_fit_a_phone():
    long = [Thing(kind="routine", sender="I" * 80, name=f"{number} " * 40) for number in range(9)]
    title, body = detailed_words(long)
    assert len(title) <= 80
    assert len(body) <= LONGEST_LINE


def test_a_per_cent_sign_in_a_name_is_only_a_sign():
    thing = Thing(kind="routine", sender="100%(who)s", name="%d a day")
    assert detailed_words([thing]) == ("100%(who)s gave you a new routine", "%d a day")
