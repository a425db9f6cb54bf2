"""Made-up people: how they feel, what they do, and what they tell."""

from dataclasses import dataclass, field
from random import Random
from typing import Literal

from fstpwa.content import library
from fstpwa.domain.preferences import ANYTHING, Preferences
from fstpwa.domain.programme import Programme

Kind = Literal[
    "steady",
    "flaring",
    "over-doer",
    "under-doer",
    "post-holiday",
    "wrong clock",
    "changing answers",
    "silent",
]
KINDS: tuple[Kind, ...] = (
    "steady",
    "flaring",
    "over-doer",
    "under-doer",
    "post-holiday",
    "wrong clock",
    "changing answers",
    "silent",
)
RATINGS = ("pain", "fatigue", "stiffness")
WITH_WISHES = 1 / 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """What somebody is like. Shares are 0-1."""

    practises: float = 0.85
    """Of the planned sessions."""
    answers: float = 0.85
    """Of the days, with a check-in."""
    says_yes: float = 0.8
    """To an offered step."""
    keeps_usual: float = 0.05
    """Of the days on which less is suggested."""
    flares_a_year: float = 1.0
    says_back: float = 0.15
    """Of the days in a flare: "I am back to usual"."""
    enters_late: float = 0.03
    """Of what is told: some days later, or with a day that is wrong by one."""
    answers_change_a_year: float = 0.5
    """Yes and no to questions about health."""


HABITS: dict[Kind, Habits] = {
    "steady": Habits(),
    "flaring": Habits(flares_a_year=7),
    "over-doer": Habits(practises=1.0, keeps_usual=0.9, says_yes=1.0, says_back=0.6),
    "under-doer": Habits(practises=0.3, answers=0.4, says_yes=0.5),
    "post-holiday": Habits(),
    "wrong clock": Habits(enters_late=0.5),
    "changing answers": Habits(answers_change_a_year=14),
    "silent": Habits(answers=0.02, says_back=0.0),
}
HOLIDAYS: dict[Kind, tuple[tuple[int, int], ...]] = {
    "post-holiday": ((40, 10), (120, 24), (220, 15), (300, 45)),
}
"""First day and length in days of what somebody is away."""


@dataclass(slots=True)
class Body:
    """How somebody feels from day to day; nothing of it is a model of medicine.

    Ratings wobble about what is usual, rise in a flare, and the morning after a session by how
    much that session was above what they are used to.
    """

    chance: Random
    usual: dict[str, float] = field(default_factory=dict)
    used_to_s: float = 0.0
    """Seconds of practice a day that change nothing any more."""
    flare_left: int = 0
    overdone: float = 0.0

    def __post_init__(self) -> None:
        """Choose what is usual."""
        level = self.chance.choice((1.5, 2.5, 3.5, 5.0, 6.0))
        self.usual = {name: level + self.chance.uniform(-1, 1) for name in RATINGS}

    def begin_day(self, flares_a_year: float) -> None:
        """Let a night pass."""
        if self.flare_left:
            self.flare_left -= 1
        elif self.chance.random() < flares_a_year / 365:
            self.flare_left = self.chance.randint(3, 35)
        self.overdone *= 0.4

    def rating(self, name: str) -> int:
        """Return how it is now, 0-10."""
        felt = self.usual[name] + self.chance.gauss(0, 0.5) + self.overdone
        return max(0, min(10, round(felt + (2.6 if self.flare_left else 0))))

    def practise(self, seconds: int) -> int:
        """Practise so long; return the worst pain in it, 0-10."""
        before = self.rating("pain")
        above = max(0.0, seconds / max(self.used_to_s, 240) - 1.15)
        self.overdone += min(3.0, above * 1.5)
        self.used_to_s += 0.06 * (seconds - self.used_to_s)
        return max(0, min(10, before + self.chance.choice((-1, 0, 0, 0, 1)) + round(above)))


@dataclass(slots=True)
class Person:
    """One made-up person."""

    number: int
    kind: Kind
    programme: Programme
    habits: Habits
    chance: Random
    body: Body
    preferences: Preferences
    """What they would rather not do and have not at hand; every third has such wishes."""

    @property
    def name(self) -> str:
        """Who it was, to look at it again."""
        return f"{self.kind} {self.number} in {self.programme.slug}"

    def is_away(self, day: int) -> bool:
        """Whether they are on holiday on that day of the year."""
        spans = HOLIDAYS.get(self.kind, ())
        return any(first <= day < first + length for first, length in spans)


def person(number: int, programme: Programme) -> Person:
    """Return a made-up person, the same for the same number and programme."""
    chance = Random(f"{programme.slug} {number}")
    kind = KINDS[number % len(KINDS)]
    return Person(
        number=number,
        kind=kind,
        programme=programme,
        habits=HABITS[kind],
        chance=chance,
        body=Body(chance),
        preferences=_preferences(programme, chance),
    )


def _preferences(programme: Programme, chance: Random) -> Preferences:
    if chance.random() > WITH_WISHES:
        return ANYTHING
    slugs = sorted(
        {
            line.slug
            for phase in programme.phases
            for each in phase.sessions
            for line in each.movements
        }
    )
    equipment = sorted(set(library().vocabularies.equipment) - {"none"})
    return Preferences(
        avoided=frozenset(chance.sample(slugs, 2)),
        preferred=frozenset(chance.sample(slugs, 2)),
        missing=frozenset(chance.sample(equipment, 1)),
        position=chance.choice(("any", "any", "no_floor", "sitting", "standing")),
    )
