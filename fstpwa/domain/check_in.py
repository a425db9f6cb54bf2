"""A day's check-in: what may be answered, what it says, and whose answer stays.

Every question has a flat name: `stiffness`, `good_day`, `note`, and for a body region
`stiffness_in_neck` or `pain_in_neck`. An answer of None is "no answer", never zero.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any, Literal, cast

from fstpwa.domain import merging
from fstpwa.domain.days import check_day
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.good_days import GoodDay
from fstpwa.domain.measure import Measure
from fstpwa.domain.merging import Bases, Clocks, Merged, Version, Writing
from fstpwa.domain.programme import Programme

Answer = int | str | None
"""A rating or minutes (int), a choice or words (str), yes or no (bool), or no answer."""
RegionQuestion = Literal["stiffness", "pain"]

GOOD_DAY_WORDS: Mapping[str, str] = {
    "yes": "A good day",
    "so_so": "A so-so day",
    "no": "Not a good day",
}
TEXT_LENGTHS: Mapping[str, int] = {"managed": 300, "note": 2000}
"""Most letters of each text, line breaks included."""

DAY_WORDS = frozenset({"back_to_usual", "not_a_flare", "near_fall"})
"""What is said about a day beside its questions; its clocks are kept with theirs."""

YES_NO_QUESTIONS = frozenset({"flare", "woken_by_pain"})
WOKEN = "woken_by_shoulder_pain"
"""The content's event for which it is asked whether pain woke them."""

MEASURE_OF_QUESTION: Mapping[str, str] = {
    "stiffness": "stiffness_nrs",
    "fatigue": "fatigue_nrs",
    "sleep": "sleep_nrs",
    "morning_stiffness_min": "morning_stiffness_min",
    "first_step_pain": "first_step_pain",
}
MEASURE_OF_REGION_QUESTION: Mapping[RegionQuestion, str] = {
    "stiffness": "stiffness_nrs",
    "pain": "nprs",
}
RATED_MEASURES = frozenset(
    {*MEASURE_OF_QUESTION.values(), *MEASURE_OF_REGION_QUESTION.values()}
) - {"morning_stiffness_min"}
"""Asked as a rating of 0-10, so that both ends need words."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Which numbers the measures allow, for each question that has a number as its answer."""

    ranges: Mapping[str, tuple[int, int]]
    """Question -> lowest and highest, both included."""

    def questions(self) -> frozenset[str]:
        """Return every question there is."""
        return frozenset(self.ranges) | {"good_day", *YES_NO_QUESTIONS, *TEXT_LENGTHS}


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInEntry:
    """Answers to some questions about one day. Questions that are not in it stay as they are."""

    day: date
    """The person's own calendar day."""
    answers: Mapping[str, Answer]
    """Question -> answer; None takes an answer back."""
    bases: Bases = field(default_factory=dict)
    """Text question -> the operations whose words were seen when it was answered; one that is
    not in it saw everything that is stored."""

    def is_stored_in(self, record: "CheckInRecord | None") -> bool:
        """Whether `record` has these answers, once texts are tidied as for storing.

        A text may stand beside one that was written elsewhere meanwhile.
        """
        stored = {} if record is None else record.answers()
        kept = {} if record is None else record.versions
        return all(
            self._is_kept(name, answer, kept.get(name, ()))
            if name in TEXT_LENGTHS
            else stored.get(name) == answer
            for name, answer in self.answers.items()
        )

    def _is_kept(self, name: str, answer: Answer, versions: Collection[Version]) -> bool:
        if answer is not None:
            return answer in {each.text for each in versions}
        seen = self.bases.get(name)
        return not versions if seen is None else all(v.operation not in seen for v in versions)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionAnswer:
    """What was answered about one body region; at least one of the two."""

    region: str
    label: str
    stiffness: int | None
    pain: int | None

    @property
    def words(self) -> str:
        """Return "felt stiffness 4, pain 2", leaving out what was not answered."""
        named = (("felt stiffness", self.stiffness), ("pain", self.pain))
        return ", ".join(f"{name} {value}" for name, value in named if value is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckInRecord:
    """What somebody answered about one day."""

    day: date
    stiffness: int | None = None
    good_day: GoodDay | None = None
    flare: bool | None = None
    fatigue: int | None = None
    sleep: int | None = None
    morning_stiffness_min: int | None = None
    first_step_pain: int | None = None
    woken_by_pain: bool | None = None
    managed: str = ""
    note: str = ""
    regions: tuple[RegionAnswer, ...] = ()
    versions: Mapping[str, tuple[Version, ...]] = field(default_factory=dict)
    """Text question -> the versions that it consists of, where it is known."""

    @property
    def headline(self) -> str:
        """Return "A good day" and so on; "Checked in" when that was not answered."""
        return GOOD_DAY_WORDS.get(self.good_day or "", "Checked in")

    @property
    def is_only_flare(self) -> bool:
        """Whether nothing was said but that it is a flare: the other questions are still open."""
        return self.answers().keys() == {"flare"}

    @property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """Return what was answered as pairs of name and words, the daily three first."""
        return tuple(self._facts())

    def answers(self) -> dict[str, Answer]:
        """Return the given answers by question."""
        plain = {
            each.name: getattr(self, each.name)
            for each in fields(self)
            if each.name not in ("day", "regions", "versions")
        }
        for region in self.regions:
            plain[region_question("stiffness", region.region)] = region.stiffness
            plain[region_question("pain", region.region)] = region.pain
        return {question: answer for question, answer in plain.items() if answer not in (None, "")}

    def seen(self, question: str) -> tuple[str, ...]:
        """Return the operations that wrote a text as it is now: what its next writer has seen."""
        return tuple(each.operation for each in self.versions.get(question, ()))

    def _facts(self) -> Iterator[tuple[str, str]]:
        if self.stiffness is not None:
            yield "Felt stiffness", f"{self.stiffness} of 10"
        if self.flare is not None:
            yield "Flare", "Yes" if self.flare else "No"
        for name, value in (
            ("Tiredness", self.fatigue),
            ("Sleep", self.sleep),
            ("First-step pain", self.first_step_pain),
        ):
            if value is not None:
                yield name, f"{value} of 10"
        if self.woken_by_pain is not None:
            yield "Woken by shoulder pain", "Yes" if self.woken_by_pain else "No"
        if self.morning_stiffness_min is not None:
            minutes = self.morning_stiffness_min
            yield "Morning stiffness", f"{minutes} minute{'' if minutes == 1 else 's'}"
        for region in self.regions:
            yield region.label, region.words


@dataclass(frozen=True, slots=True, kw_only=True)
class Questions:
    """What somebody is asked besides the daily three."""

    near: tuple[tuple[str, str], ...]
    """Body regions that come first: code and name."""
    other: tuple[tuple[str, str], ...]
    first_step_pain: bool
    first_steps_first: bool
    """Whether that is asked beside the daily three: the programme goes by it."""
    woken_by_pain: bool
    """Whether pain in the shoulder woke them."""


def region_question(kind: RegionQuestion, region: str) -> str:
    """Return the name of a question about a body region."""
    return f"{kind}_in_{region}"


def region_of(question: str) -> tuple[RegionQuestion, str] | None:
    """Return what is asked and where, or None if it is not about a body region."""
    kind, found, region = question.partition("_in_")
    if not found or kind not in MEASURE_OF_REGION_QUESTION:
        return None
    return cast("RegionQuestion", kind), region


def questions_for(
    programme: Programme | None, answered: Collection[str], labels: Mapping[str, str]
) -> Questions:
    """Decide which regions come first, and whether first-step and night pain are asked.

    Args:
        programme: The one that is followed, if any: its regions and its measures.
        answered: Questions with an answer on that day: whatever was answered can be changed.
        labels: Body region -> its name for people, in reading order.
    """
    near = [] if programme is None else list(programme.target_regions)
    asked = {region for each in answered if (found := region_of(each)) for region in found[1:]}
    near += [region for region in labels if region in asked and region not in near]
    tracked = set() if programme is None else {use.measure for use in programme.measures}
    return Questions(
        near=tuple((region, labels[region]) for region in near),
        other=tuple((region, label) for region, label in labels.items() if region not in near),
        first_step_pain="first_step_pain" in {*tracked, *answered},
        first_steps_first="first_step_pain" in tracked,
        woken_by_pain="woken_by_pain" in answered or _waits_for(programme, WOKEN),
    )


def _waits_for(programme: Programme | None, event: str) -> bool:
    """Return whether a rule of a programme waits for something that has to be asked for."""
    phases = () if programme is None else programme.phases
    return any(
        rule["trigger"].get("event") == event for phase in phases for rule in phase.step_back
    )


def limits(measures: Mapping[str, Measure], regions: Collection[str]) -> Limits:
    """Return what the measures of the content allow.

    Args:
        measures: The content's measures by slug.
        regions: The codes of all body regions that can be asked about.
    """
    measure_of = dict(MEASURE_OF_QUESTION)
    for kind, slug in MEASURE_OF_REGION_QUESTION.items():
        measure_of |= {region_question(kind, region): slug for region in regions}
    return Limits(
        {
            question: (measures[slug].lowest, measures[slug].highest)
            for question, slug in measure_of.items()
        }
    )


def check_entry(entry: CheckInEntry, allowed: Limits, today: date) -> CheckInEntry:
    """Return `entry` with its texts tidied, if all of it may be stored.

    Raises:
        InvalidValue: A day in the future or over 400 days back, an unknown question, an answer
            that `check_answer` refuses, or a base that names no operations.
    """
    check_day(entry.day, today)
    answers = {name: check_answer(name, answer, allowed) for name, answer in entry.answers.items()}
    if not entry.bases.keys() <= TEXT_LENGTHS.keys():
        raise InvalidValue("Only a text is written over another.")
    bases = {name: merging.seen_of(base) for name, base in entry.bases.items()}
    return CheckInEntry(day=entry.day, answers=answers, bases=bases)


def check_answer(question: str, answer: Answer, allowed: Limits) -> Answer:
    """Return the answer as it is stored: a text loses blanks around it, an empty one is None.

    Raises:
        InvalidValue: There is no such question, or that cannot be its answer.
    """
    if question not in allowed.questions():
        raise InvalidValue("There is no such question.")
    if answer is None:
        return None
    if question in TEXT_LENGTHS:
        return check_text(answer, TEXT_LENGTHS[question])
    if question == "good_day":
        if answer not in GOOD_DAY_WORDS:
            raise InvalidValue("Choose yes, so-so or no.")
        return answer
    if question in YES_NO_QUESTIONS:
        if not isinstance(answer, bool):
            raise InvalidValue("Choose yes or no.")
        return answer
    low, high = allowed.ranges[question]
    if isinstance(answer, (bool, str)) or not low <= answer <= high:
        raise InvalidValue(f"Choose a whole number from {low} to {high}.")
    return answer


def merge(
    stored: Mapping[str, Answer], clocks: Clocks, entry: CheckInEntry, stamped: str
) -> Merged:
    """Put an entry into a day's answers: for each question the later answer stays.

    The order in which entries arrive makes no difference, nor does one that comes twice. Texts
    of which neither writer had seen the other stay both.

    Args:
        stored: The given answers of the day, texts as they are stored.
        clocks: What is stored beside them, also of answers that were taken back.
        entry: Checked answers.
        stamped: When the entry was made, see `merging.stamp`.
    """
    writing = Writing(values=entry.answers, stamped=stamped, bases=entry.bases)
    return merging.merge(stored, clocks, writing, texts=TEXT_LENGTHS)


def clear(stored: Mapping[str, Answer], clocks: Clocks, stamped: str) -> Merged:
    """Take back what was answered about a day until `stamped`; later answers stay."""
    return merging.clear(stored, clocks, stamped, texts=TEXT_LENGTHS, kept=DAY_WORDS)


def record(
    day: date,
    answers: Mapping[str, Answer],
    labels: Mapping[str, str],
    clocks: Clocks | None = None,
) -> CheckInRecord:
    """Return a day's answers as a record.

    Args:
        day: The day.
        answers: Given answers by question, all checked; texts as they are stored.
        labels: Body region -> its name for people, in reading order.
        clocks: What is stored beside them.
    """
    times = clocks or {}
    plain: dict[str, Any] = {name: a for name, a in answers.items() if region_of(name) is None}
    versions = {}
    for name in TEXT_LENGTHS.keys() & plain.keys():
        versions[name] = merging.versions_of(plain[name], times.get(name))
        plain[name] = merging.shown(plain[name])
    regions = []
    for region, label in labels.items():
        stiffness = answers.get(region_question("stiffness", region))
        pain = answers.get(region_question("pain", region))
        if stiffness is not None or pain is not None:
            regions.append(
                RegionAnswer(
                    region=region,
                    label=label,
                    stiffness=cast("int | None", stiffness),
                    pain=cast("int | None", pain),
                )
            )
    return CheckInRecord(day=day, regions=tuple(regions), versions=versions, **plain)


def check_text(answer: Answer, longest: int) -> str | None:
    """Return a text as it is stored: without blanks around it, None if nothing is left.

    Raises:
        InvalidValue: It is no text, longer than `longest` letters, or cannot be stored.
    """
    if not isinstance(answer, str):
        raise InvalidValue("Write it in words.")
    text = answer.replace("\r\n", "\n").replace("\r", "\n").strip()
    if "\x00" in text or merging.MARK in answer or not _can_be_stored(text):
        raise InvalidValue("There is a character in it that cannot be stored.")
    if len(text) > longest:
        raise InvalidValue(
            f"That is {len(text):,} letters; there is room for {longest:,}. "
            f"Please shorten it by {len(text) - longest:,}."
        )
    return text or None


def _can_be_stored(text: str) -> bool:
    # Half of a surrogate pair can come in by JSON; no database takes it.
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
