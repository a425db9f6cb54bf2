"""Health answers as they were given, and correcting a mistaken tick.

Source: content/safety/unlock.yaml, principles: every answer but the emergency and urgent ones
can be corrected; the full question is shown again and the correction is kept with its date.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import or_, select

from fstpwa.content import library
from fstpwa.domain.errors import Conflict, NotFound
from fstpwa.domain.health_history import RED_EFFECTS
from fstpwa.domain.safety_content import Question
from fstpwa.domain.standing import Source, Standing
from fstpwa.extensions import db
from fstpwa.models.health import HealthAnswer, Screening
from fstpwa.models.people import User
from fstpwa.services.safety import AnswerEntry, record_answers


def answers_of(user: User) -> Sequence[HealthAnswer]:
    """Return every answer of `user`, newest first; a no of a screening only once it is finished."""
    return db.session.scalars(
        select(HealthAnswer)
        .outerjoin(Screening, HealthAnswer.screening_id == Screening.id)
        .where(
            HealthAnswer.user_id == user.id,
            or_(
                HealthAnswer.yes.is_(True),
                HealthAnswer.screening_id.is_(None),
                Screening.completed_at.is_not(None),
            ),
        )
        .order_by(HealthAnswer.answered_at.desc(), HealthAnswer.id.desc())
    ).all()


def question_to_correct(question_id: str, standing: Standing) -> Question:
    """Return a question that is answered with yes now and may be corrected.

    Raises:
        NotFound: it is not answered with yes.
        Conflict: an emergency or urgent answer, which has its own way out.
    """
    if not any(each.question == question_id for each in standing.conditions):
        raise NotFound("This is not answered with yes.")
    question = library().safety.questions[question_id]
    if question.effect in RED_EFFECTS:
        raise Conflict("This answer stays until you have had care. What holds now says how.")
    return question


def given(question: Question, standing: Standing) -> tuple[AnswerEntry, ...]:
    """Return the yes answers to a question that count now, one a place."""
    return tuple(
        AnswerEntry(question=question.id, yes=True, regions=condition.regions, side=condition.side)
        for condition in standing.conditions
        if condition.question == question.id
    )


def correct(user: User, entry: AnswerEntry, standing: Standing, *, now: datetime) -> None:
    """Keep a corrected answer. A yes replaces the places that were said before.

    Raises NotFound or Conflict as `question_to_correct` does.
    """
    question_to_correct(entry.question, standing)
    record_answers(user, [entry], Source.CORRECTION, now=now)
