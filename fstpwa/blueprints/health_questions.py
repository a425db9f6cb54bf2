"""Questions about health in a form: a tick-list, or the full questions with yes and no.

Both ask where it is, and which side, where the question has a place. What they read is one
AnswerEntry a question; what cannot be used is said in words and everything given stays.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from werkzeug.datastructures import MultiDict

from fstpwa.content import library
from fstpwa.domain.dose import SIDE_CHOICES, SideChoice
from fstpwa.domain.plain_labels import plain_regions
from fstpwa.domain.safety_content import Flag, Question, Safety
from fstpwa.services.safety import AnswerEntry

ALL_OVER = "all"
"""Chosen as the place: all over, or not sure. It counts for every place the question allows."""
SIDE_LABELS: Mapping[SideChoice, str] = {
    "left": "Left",
    "right": "Right",
    "both": "Both, or not sure",
}
ALL_OVER_LABEL = "All over, or not sure"
MISSING_PLACE = f"Choose where it is, or “{ALL_OVER_LABEL}”."
TWO_PLACES = f"Choose the places, or “{ALL_OVER_LABEL}”, not both."
MISSING_SIDE = "Choose the side, or “Both, or not sure”."
MISSING_ANSWER = "Please answer this one with yes or no."
UNKNOWN_TICK = "One of these questions is not asked here. Please look at the list again."


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthItem:
    """One question of a list, with what was given so far."""

    question: Question
    flag: Flag | None
    answer: Literal["yes", "no", ""] = ""
    """In a tick-list "yes" is ticked and the others are not."""
    places: frozenset[str] = frozenset()
    """Codes of regions, or ALL_OVER."""
    side: str = ""
    stays: bool = False
    """A yes that was given before and cannot be taken back here."""

    @property
    def is_yes(self) -> bool:
        """Whether it was ticked or answered with yes."""
        return self.answer == "yes"

    @property
    def is_emergency(self) -> bool:
        """Whether a yes needs help now: then nothing further is asked."""
        return self.question.effect == "emergency"

    @property
    def asks_where(self) -> bool:
        """Whether a yes has to say where."""
        return self.flag is not None and self.flag.region_choice == "pick" and not self.is_emergency

    @property
    def asks_side(self) -> bool:
        """Whether a yes has to say which side."""
        return self.flag is not None and self.flag.ask_side and not self.is_emergency

    @property
    def region_labels(self) -> dict[str, str]:
        """Code -> label of the regions to choose from."""
        labels = plain_regions(library().vocabularies)
        allowed = self.flag.regions if self.flag else ()
        return {code: label for code, label in labels.items() if code in allowed}

    @property
    def side_legend(self) -> str:
        """What is asked about the side: "Which hip?" where the place is fixed."""
        if self.flag is not None and self.flag.ask_where and not self.asks_where:
            return self.flag.ask_where
        return library().safety.onboarding.side_ask

    @property
    def fault(self) -> str:
        """What is wrong with the place and side of a yes, empty if nothing is."""
        if not self.is_yes or self.stays:
            return ""
        if self.asks_where and ALL_OVER in self.places and len(self.places) > 1:
            return TWO_PLACES
        faults = []
        if self.asks_where and not self.places:
            faults.append(MISSING_PLACE)
        if self.asks_side and self.side not in SIDE_CHOICES:
            faults.append(MISSING_SIDE)
        return " ".join(faults)

    @property
    def entry(self) -> AnswerEntry:
        """The answer. A place or side that was not asked, or is not known, means all of it."""
        is_somewhere = self.asks_where and self.is_yes and ALL_OVER not in self.places
        side = SIDE_CHOICES.get(self.side, "both") if self.asks_side and self.is_yes else "both"
        return AnswerEntry(
            question=self.question.id,
            yes=self.is_yes,
            regions=self.places if is_somewhere else frozenset(),
            side=side,
        )


class _HealthList:
    """What a tick-list and the full questions share."""

    def __init__(
        self,
        questions: Iterable[Question],
        safety: Safety,
        form: MultiDict[str, str] | None = None,
        given: Iterable[AnswerEntry] = (),
        *,
        stays: Iterable[AnswerEntry] = (),
        offered_side: SideChoice | None = None,
    ) -> None:
        """Ask `questions`.

        Args:
            questions: in the order to ask them.
            safety: the safety content.
            form: what was sent; None shows the list for the first time.
            given: answers to begin with.
            stays: yes answers that are shown and cannot be taken back; no entry is made of them.
            offered_side: the side to offer first, as somebody said which side it is.
        """
        self.errors: dict[str, str] = {}
        """Question id -> words; "" for the list as a whole."""
        before = _merged((*given, *stays))
        fixed = {entry.question for entry in stays}
        self.items: tuple[HealthItem, ...] = tuple(
            _item(question, safety, before.get(question.id), stays=question.id in fixed)
            for question in questions
        )
        others: tuple[SideChoice, ...] = ("left", "right", "both")
        first = (offered_side,) if offered_side is not None else ()
        self.sides = {side: SIDE_LABELS[side] for side in dict.fromkeys((*first, *others))}
        self._was_sent = False
        if form is not None:
            self.read(form)

    @property
    def is_valid(self) -> bool:
        """Whether something was sent and all of it can be used."""
        return self._was_sent and not self.errors

    @property
    def has_emergency(self) -> bool:
        """Whether something that needs help now was said."""
        return any(item.is_yes and item.is_emergency for item in self.items)

    @property
    def entries(self) -> tuple[AnswerEntry, ...]:
        """The answers to store. Complete only if the list is valid.

        An emergency ends the asking: what was not answered by then has no entry.
        """
        return tuple(item.entry for item in self.items if item.answer and not item.stays)

    def read(self, form: MultiDict[str, str]) -> None:
        """Read what was sent; whatever was in the list before is replaced."""
        self._was_sent = True
        self.items = tuple(
            item if item.stays else self._read_item(item, form) for item in self.items
        )
        self.errors = self._list_faults(form) or self._item_faults()

    def _read_item(self, item: HealthItem, form: MultiDict[str, str]) -> HealthItem:
        question = item.question.id
        allowed = {ALL_OVER, *item.region_labels}
        return replace(
            item,
            answer=self._answer(question, form),
            places=frozenset(form.getlist(f"where-{question}")) & allowed,
            side=form.get(f"side-{question}", ""),
        )

    def _item_faults(self) -> dict[str, str]:
        if self.has_emergency:
            return {}  # help comes first: a place that is missing counts for all of the body
        return {item.question.id: item.fault for item in self.items if item.fault}

    def _list_faults(self, _form: MultiDict[str, str]) -> dict[str, str]:
        return {}

    def _answer(self, question: str, form: MultiDict[str, str]) -> Literal["yes", "no", ""]:
        raise NotImplementedError


class TickList(_HealthList):
    """Questions in short words: what is ticked is a yes, the rest a no.

    Fields: `tick` (question ids), `none` ("None of these"), `where-<question>`, `side-<question>`.
    """

    none_label = "None of these"

    def _answer(self, question: str, form: MultiDict[str, str]) -> Literal["yes", "no", ""]:
        return "yes" if question in form.getlist("tick") else "no"

    def _list_faults(self, form: MultiDict[str, str]) -> dict[str, str]:
        ticked, none = form.getlist("tick"), "none" in form
        if ticked and none:
            words = f"You ticked something and chose “{self.none_label}”. Which is it?"
            return {"": words}
        if not set(ticked) <= {item.question.id for item in self.items}:
            return {"": UNKNOWN_TICK}
        if not ticked and not none and not any(item.stays for item in self.items):
            return {"": f"Tick what applies, or choose “{self.none_label}”."}
        return {}


class YesNoList(_HealthList):
    """The full questions, each with yes or no.

    Fields: the question's id (yes, no), `where-<question>`, `side-<question>`.
    """

    def _answer(self, question: str, form: MultiDict[str, str]) -> Literal["yes", "no", ""]:
        sent = set(form.getlist(question))
        return "yes" if sent == {"yes"} else "no" if sent == {"no"} else ""

    def _item_faults(self) -> dict[str, str]:
        if self.has_emergency:
            return {}
        missing = [item.question.id for item in self.items if not item.answer]
        return super()._item_faults() | dict.fromkeys(missing, MISSING_ANSWER)


def _item(
    question: Question, safety: Safety, before: AnswerEntry | None, *, stays: bool
) -> HealthItem:
    item = HealthItem(
        question=question,
        flag=safety.flags[question.sets_flag] if question.sets_flag else None,
        stays=stays,
    )
    if before is None:
        return item
    places = before.regions & frozenset(item.region_labels) or {ALL_OVER}
    return replace(
        item,
        answer="yes" if before.yes else "no",
        places=frozenset(places) if before.yes else frozenset(),
        side=before.side if before.yes else "",
    )


def _merged(entries: Sequence[AnswerEntry]) -> dict[str, AnswerEntry]:
    """Return one answer a question: several yes become one that covers all their places."""
    found: dict[str, AnswerEntry] = {}
    for entry in entries:
        old = found.get(entry.question)
        if old is None or not old.yes:
            found[entry.question] = entry
        elif entry.yes:
            everywhere = not (old.regions and entry.regions)
            found[entry.question] = replace(
                old,
                regions=frozenset() if everywhere else old.regions | entry.regions,
                side=old.side if old.side == entry.side else "both",
            )
    return found
