"""Safety data as read from the content: flags, questions, screens, locks, messages.

Types and simple look-ups only. Which movement a flag hides, locks or softens is decided by the
safety gate, not here. Source of all of it: the project's clinical content, not yet reviewed by a
clinician.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Effect = Literal[
    "emergency",
    "urgent_lock",
    "ask_first_lock_all",
    "ask_first_lock_matching",
    "hide_matching",
    "soften_matching",
    "inform",
]
"""What an answer does, strongest first."""

UnlockWay = Literal[
    "clinician_agreed", "therapist", "seen", "expires", "rescreen_after_care", "never"
]
FlagList = Literal["stop_if", "ask_first_if", "modify_if"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """Something about a person's health that changes which movements are offered."""

    id: str
    label: str
    """For clinicians."""
    person_label: str
    scope: Literal["area", "whole_body"]
    regions: tuple[str, ...]
    """Where it can be; all regions for `any`, none for a whole-body flag."""
    region_choice: Literal["pick", "fixed", "none"]
    """pick: the person ticks regions; fixed: all of `regions` are stored at once."""
    ask_side: bool
    acts_on: frozenset[str]
    """press, load: what a movement does to the region; listed: wherever a movement lists it."""
    ask_where: str
    set_by: tuple[str, ...]
    """Ids of the questions that set it."""
    effects: tuple[Effect, ...]
    list_used: FlagList
    unlock: tuple[UnlockWay, ...]
    expires_after_days: int | None
    """Days after which the person is asked again; None means never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A screening question."""

    id: str
    group: str
    short: str
    """For the tick-list."""
    text: str
    """The full question."""
    effect: Effect
    sets_flag: str | None
    """None: the answer is stored under the question's id."""
    show_for_regions: frozenset[str] | None
    """None: always shown."""
    then: str
    """What the person is told; may contain `{emergency_number}`."""
    call: Literal["emergency_number", "emergency_department"] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """One tick-list of the screening."""

    id: str
    title: str
    lead: str
    items: tuple[str, ...]
    """Question ids."""
    none_label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreSessionItem:
    """One line of the check before a session."""

    id: str
    short: str
    opens: tuple[str, ...]
    """Ids of the full questions it stands for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PreSessionCheck:
    """The check before the first session of a day, and its short form later that day."""

    title: str
    lead: str
    items: tuple[PreSessionItem, ...]
    none_label: str
    later_same_day: str
    """The one question asked before a further session on the same day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rescreen:
    """When the whole screening is done again."""

    weeks: int
    after_days_away: int
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class UnlockRule:
    """One way in which a lock can end."""

    id: UnlockWay
    who: str
    records: tuple[str, ...]
    wording: str
    """What the person taps or reads."""
    lifts: str
    lasts_days: int | None
    then: Mapping[str, str]
    """Only for `seen`: outcome -> what happens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A text shown at a fixed place."""

    id: str
    where: str
    text: str
    """May contain `{emergency_number}`."""
    options: tuple[str, ...] = ()
    leads_to: Mapping[str, str]
    """Option -> what follows; `default` for the others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyNumber:
    """Whom to call in one country."""

    code: str
    """ISO 3166 two-letter code."""
    country: str
    number: str
    """In words: one number, or several with "or" between them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EmergencyNumbers:
    """Emergency numbers by country, in the order to offer them."""

    default: str
    countries: tuple[EmergencyNumber, ...]

    def number_for(self, country_code: str | None) -> str:
        """Return the number of a country, or the default wording where it is not known."""
        for country in self.countries:
            if country.code == country_code:
                return country.number
        return self.default

    def to_call(self, country_code: str | None) -> tuple[str, ...]:
        """Return the numbers that can be dialled in a country, the one to try first at the front.

        Without a known country these are the numbers in the default wording.
        """
        return tuple(re.findall("[0-9]+", self.number_for(country_code)))


@dataclass(frozen=True, slots=True, kw_only=True)
class PainKind:
    """A kind of pain somebody can name after a session, and what follows."""

    id: str
    label: str
    zone: Literal["by number", "red", "amber at least"]
    do: str
    """For the rules, not shown."""
    text: str
    """What the person is told, with what the plan does about it."""
    say_now: str | None
    """The beginning of the text: said at once in the player, and where no movement is named and none
    is put away. Every red kind has it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AfterSession:
    """The two questions after a session: worst pain 0-10, and its kind."""

    worst_pain_ask: str
    worst_pain_measure: str
    """Slug of the measure whose scale it has."""
    kind_ask: str
    kinds: tuple[PainKind, ...]

    def kind(self, kind_id: str) -> PainKind:
        """Return the kind called `kind_id`. Raises KeyError if there is none."""
        for kind in self.kinds:
            if kind.id == kind_id:
                return kind
        raise KeyError(kind_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class PainZones:
    """The traffic-light rule for one range of usual pain, in words."""

    applies_when: str
    green: str
    amber: str
    red: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PainRules:
    """How pain during and after a session is read."""

    scale: str
    immediate_stop: tuple[str, ...]
    base: str
    """How somebody's usual pain is found."""
    low_base: PainZones
    high_base: PainZones
    amber_action: str
    red_action: str
    next_day: Mapping[str, str]
    self_release: str
    stretch: str
    heel_loading: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Onboarding:
    """What somebody sees and is asked before anything else."""

    unreviewed_notice: str
    """Says that no clinician has checked the content; on the first screen and every programme."""
    minimum_age: int
    adults_only: str
    adults_ask: str
    adults_if_no: str
    order: tuple[str, ...]
    side_ask: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Safety:
    """All safety data, each mapping in reading order."""

    flags: Mapping[str, Flag]
    questions: Mapping[str, Question]
    effects: Mapping[Effect, str]
    """What each effect means, strongest first."""
    area_flag_rules: tuple[str, ...]
    screens: tuple[Screen, ...]
    screen_rules: tuple[str, ...]
    pre_session: PreSessionCheck
    rescreen: Rescreen
    unlock_rules: Mapping[UnlockWay, UnlockRule]
    unlock_by_effect: Mapping[Effect, tuple[UnlockWay, ...]]
    unlock_principles: tuple[str, ...]
    messages: Mapping[str, Message]
    emergency_numbers: EmergencyNumbers
    onboarding: Onboarding
    after_session: AfterSession
    pain_rules: PainRules

    def message(self, message_id: str, country_code: str | None = None) -> str:
        """Return the text of a message with the country's emergency number filled in.

        Raises KeyError if there is no such message.
        """
        return self.fill(self.messages[message_id].text, country_code)

    def fill(self, text: str, country_code: str | None = None) -> str:
        """Put the country's emergency number into `text` where it has the placeholder."""
        return text.replace("{emergency_number}", self.emergency_number(country_code))

    def emergency_number(self, country_code: str | None = None) -> str:
        """Return whom to call in a country, or the default wording where it is not known."""
        return self.emergency_numbers.number_for(country_code)
