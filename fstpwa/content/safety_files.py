"""The shape of the files below safety/."""

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from fstpwa.content.reading import Code, FileModel, Text, frozen
from fstpwa.domain import safety_content as safety
from fstpwa.domain.safety_content import Effect, FlagList, UnlockWay

Days = Annotated[int, Field(ge=1, le=730)]
ActionName = Literal["emergency", "urgent_same_day", "ask_first", "modify", "note"]


class FlagFile(FileModel):
    """A health flag."""

    id: Code
    label: Text
    person_label: Text
    scope: Literal["area", "whole_body"]
    regions: Literal["any"] | list[Code] | None
    region_choice: Literal["pick", "fixed", "none"]
    ask_side: bool
    acts_on: Annotated[list[Literal["press", "load", "listed"]], Field(min_length=1)]
    ask_where: str
    set_by: list[Code]
    effects: list[Effect]
    list_used: FlagList
    unlock: Annotated[list[UnlockWay], Field(min_length=1)]
    expires_after_days: Days | None
    on_expiry: Literal["ask_again"] | None = None

    def to_domain(self, all_regions: Mapping[str, str]) -> safety.Flag:
        """Return the flag; `any` becomes all regions."""
        regions = all_regions if self.regions == "any" else self.regions or ()
        return safety.Flag(
            id=self.id,
            label=self.label,
            person_label=self.person_label,
            scope=self.scope,
            regions=tuple(regions),
            region_choice=self.region_choice,
            ask_side=self.ask_side,
            acts_on=frozenset(self.acts_on),
            ask_where=self.ask_where,
            set_by=tuple(self.set_by),
            effects=tuple(self.effects),
            list_used=self.list_used,
            unlock=tuple(self.unlock),
            expires_after_days=self.expires_after_days,
        )


class QuestionFile(FileModel):
    """A screening question."""

    id: Code
    group: Code
    short: Text
    text: Text
    effect: Effect
    if_yes: ActionName
    sets_flag: Code | None
    show_for_regions: Literal["all"] | Annotated[list[Code], Field(min_length=1)]
    then: Text
    call: Literal["emergency_number", "emergency_department"] | None = None
    source: Text
    author_notes: Text | None = None

    def to_domain(self) -> safety.Question:
        """Return the question without the author's notes."""
        shown = self.show_for_regions
        return safety.Question(
            id=self.id,
            group=self.group,
            short=self.short,
            text=self.text,
            effect=self.effect,
            sets_flag=self.sets_flag,
            show_for_regions=None if shown == "all" else frozenset(shown),
            then=self.then,
            call=self.call,
        )


class EffectsFile(FileModel):
    """What an answer does."""

    action_order: list[ActionName]
    effects: dict[Effect, Text]
    effect_order: list[Effect]
    area_flag_rules: list[Text]


class ScreenFile(FileModel):
    """One tick-list."""

    id: Code
    title: Text
    lead: Text
    items: Annotated[list[Code], Field(min_length=1)]
    none_label: Text


class ScreensFile(FileModel):
    """All tick-lists of the screening, in order."""

    screens: list[ScreenFile]
    screen_rules: list[Text]


class RescreenFile(FileModel):
    """When the screening is done again."""

    weeks: Annotated[int, Field(ge=1, le=104)]
    after_days_away: Days
    events: list[Text]


class PreSessionItemFile(FileModel):
    """One line of the check before a session."""

    id: Code
    short: Text
    opens: Annotated[list[Code], Field(min_length=1)]


class LaterSameDayFile(FileModel):
    """The one-line check later on the same day."""

    text: Text
    yes: Text
    no: Text


class PreSessionFile(FileModel):
    """The check before a session."""

    id: Code
    title: Text
    lead: Text
    items: list[PreSessionItemFile]
    none_label: Text
    frequency: Text
    later_same_day: LaterSameDayFile
    rule: Text

    def to_domain(self) -> safety.PreSessionCheck:
        """Return the check."""
        return safety.PreSessionCheck(
            title=self.title,
            lead=self.lead,
            items=tuple(
                safety.PreSessionItem(id=item.id, short=item.short, opens=tuple(item.opens))
                for item in self.items
            ),
            none_label=self.none_label,
            later_same_day=self.later_same_day.text,
        )


class UnlockRuleFile(FileModel):
    """One way in which a lock can end."""

    who: Text
    records: list[Text]
    wording: str
    lifts: Text
    lasts_days: Days | None = None
    then: dict[Text, Text] = Field(default_factory=dict)


class UnlockFile(FileModel):
    """Who unlocks what."""

    rules: dict[UnlockWay, UnlockRuleFile]
    by_effect: dict[Effect, list[UnlockWay]]
    principles: list[Text]

    def rules_to_domain(self) -> Mapping[UnlockWay, safety.UnlockRule]:
        """Return the rules by their name."""
        rules: Mapping[UnlockWay, safety.UnlockRule] = frozen(
            {
                way: safety.UnlockRule(id=way, **{name: frozen(value) for name, value in rule})
                for way, rule in self.rules.items()
            }
        )
        return rules


class MessageEffectFile(FileModel):
    """What finishing a flow does to the movement it is about."""

    movement: Text
    unlock: list[UnlockWay]
    not_sure: Text


class MessageFile(FileModel):
    """A text shown at a fixed place."""

    id: Code
    where: Text
    text: Text
    options: list[Text] = Field(default_factory=list)
    leads_to: dict[Text, Text] = Field(default_factory=dict)
    effect: MessageEffectFile | None = None

    def to_domain(self) -> safety.Message:
        """Return the message."""
        return safety.Message(
            id=self.id,
            where=self.where,
            text=self.text,
            options=tuple(self.options),
            leads_to=frozen(self.leads_to),
        )


class MessagesFile(FileModel):
    """All messages."""

    messages: list[MessageFile]


class EmergencyNumberFile(FileModel):
    """Whom to call in one country."""

    code: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    country: Text
    number: Annotated[str, Field(pattern=r"^[0-9]{2,6}( or [0-9]{2,6})*$")]


class EmergencyNumbersFile(FileModel):
    """Emergency numbers by country."""

    default: Annotated[str, Field(pattern=r"[0-9]{2,6}")]
    rule: Text
    countries: list[EmergencyNumberFile]
    author_notes: Text | None = None

    def to_domain(self) -> safety.EmergencyNumbers:
        """Return the numbers."""
        return safety.EmergencyNumbers(
            default=self.default,
            countries=tuple(safety.EmergencyNumber(**one.model_dump()) for one in self.countries),
        )


class NoticeFile(FileModel):
    """A notice; its text repeats the message of the same id."""

    id: Code
    text: Text


class AdultsOnlyFile(NoticeFile):
    """The question about age."""

    min_age: Annotated[int, Field(ge=18, le=30)]
    ask: Text
    if_no: Text


class SideFile(FileModel):
    """The question about the side."""

    when: Text
    ask: Text
    options: list[Literal["left", "right", "both"]]
    used_for: Text


class OnboardingFile(FileModel):
    """What somebody sees first."""

    first_screen_notice: NoticeFile
    adults_only: AdultsOnlyFile
    order: list[Code]
    side: SideFile

    def to_domain(self) -> safety.Onboarding:
        """Return the notices and questions."""
        return safety.Onboarding(
            unreviewed_notice=self.first_screen_notice.text,
            minimum_age=self.adults_only.min_age,
            adults_only=self.adults_only.text,
            adults_ask=self.adults_only.ask,
            adults_if_no=self.adults_only.if_no,
            order=tuple(self.order),
            side_ask=self.side.ask,
        )
