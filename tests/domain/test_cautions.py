from fstpwa.content import library
from fstpwa.domain.cautions import SAID_ONCE, risk_messages

CONTENT = library()


def test_a_movement_that_touches_the_neck_carries_the_neck_warning_first() -> None:
    assert risk_messages(CONTENT.movements["upper-trap-ball-wall"]) == (
        "risk_before_neck",
        "risk_before_self_release",
    )
    assert risk_messages(CONTENT.movements["neck-turns"]) == ("risk_before_neck",)


def test_balance_movements_carry_the_balance_warning() -> None:
    assert "risk_before_balance" in risk_messages(CONTENT.movements["tandem-stance"])


def test_other_movements_carry_none() -> None:
    assert risk_messages(CONTENT.movements["ankle-circles"]) == ()


def test_every_warning_is_a_message_of_the_content() -> None:
    for movement in CONTENT.movements.values():
        for name in risk_messages(movement):
            assert CONTENT.safety.message(name)


def test_only_what_the_content_says_of_the_first_movement_is_said_once() -> None:
    first = {name for name, message in CONTENT.safety.messages.items() if "first" in message.where}

    assert first & {"risk_before_neck", "risk_before_balance", *SAID_ONCE} == SAID_ONCE
