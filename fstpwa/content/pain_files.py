"""The shape of the files on pain during and after a session."""

from typing import Any, Literal

from pydantic import Field

from fstpwa.content.reading import Code, FileModel, Text, frozen
from fstpwa.domain import safety_content as safety


class WorstPainFile(FileModel):
    """The question about the worst pain of a session."""

    id: Code
    ask: Text
    measure: Code


class LeadsToFile(FileModel):
    """What a kind of pain leads to."""

    zone: Literal["by number", "red", "amber at least"]
    do: Text


class PainKindFile(FileModel):
    """A kind of pain."""

    id: Code
    label: Text
    leads_to: LeadsToFile
    text: Text
    say_now: Text | None = None


class KindFile(FileModel):
    """The question about the kind of pain."""

    id: Code
    ask: Text
    when: Text
    choose: Text
    options: list[PainKindFile]


class AfterSessionFile(FileModel):
    """The questions after a session."""

    worst_pain: WorstPainFile
    kind: KindFile
    rules: list[Text]

    def to_domain(self) -> safety.AfterSession:
        """Return the questions."""
        return safety.AfterSession(
            worst_pain_ask=self.worst_pain.ask,
            worst_pain_measure=self.worst_pain.measure,
            kind_ask=self.kind.ask,
            kinds=tuple(
                safety.PainKind(
                    id=kind.id,
                    label=kind.label,
                    zone=kind.leads_to.zone,
                    do=kind.leads_to.do,
                    text=kind.text,
                    say_now=kind.say_now,
                )
                for kind in self.kind.options
            ),
        )


class PainZonesFile(FileModel):
    """The traffic-light rule for one range of usual pain."""

    applies_when: Text
    green: Text
    amber: Text
    red: Text


class NextDayFile(FileModel):
    """The question on the next morning."""

    ask: Text
    ok: Text
    hold: Text
    reduce: Text


class PainRulesFile(FileModel):
    """How pain during and after a session is read."""

    scale: Text
    immediate_stop: list[Text]
    base: Text
    low_base: PainZonesFile
    high_base: PainZonesFile
    amber_action: Text
    red_action: Text
    next_day: NextDayFile
    self_release: Text
    stretch: Text
    heel_loading: Text
    author_notes: list[Text] = Field(default_factory=list)

    def to_domain(self) -> safety.PainRules:
        """Return the rules without the author's notes."""
        plain: dict[str, Any] = {
            name: frozen(value)
            for name, value in self
            if name not in {"low_base", "high_base", "next_day", "author_notes"}
        }
        return safety.PainRules(
            **plain,
            low_base=safety.PainZones(**self.low_base.model_dump()),
            high_base=safety.PainZones(**self.high_base.model_dump()),
            next_day=frozen(self.next_day.model_dump()),
        )
