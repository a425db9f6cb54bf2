"""A batch as a phone sends it: what is read, what is not, and that nothing in it raises."""

import json
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fstpwa.domain.check_in import CheckInEntry
from fstpwa.domain.errors import InvalidValue
from fstpwa.domain.outbox import (
    OLDER_SCHEMAS,
    SCHEMA,
    UPCASTERS,
    Answer,
    Batch,
    Operation,
    read_batch,
)
from fstpwa.domain.outbox_kinds import (
    READERS,
    CheckInDeleted,
    CheckInWritten,
    FlareSaid,
    MessageWritten,
    MorningSaid,
    SessionDeleted,
    SessionDone,
    SessionSaid,
    SettledSaid,
    Ticked,
)
from fstpwa.domain.session_changes import Held, SessionChanges
from fstpwa.domain.session_log import MovementResult, SessionLogEntry

GOLDEN = Path(__file__).parents[1] / "outbox"
SENT = datetime(2026, 11, 23, 11, 0, tzinfo=UTC)
FIRST = SENT - timedelta(hours=1)
HER = UUID("0199f0aa-1111-7222-8333-444455556666")
LOG = UUID("0199f0ab-5555-7000-8000-00000000000a")
OTHER_LOG = UUID("0199f0ab-5555-7000-8000-00000000000c")
LINK = UUID("0199f0ab-7777-4000-8000-00000000000d")
TODAY = date(2026, 11, 23)

GOLDEN_1 = (
    CheckInWritten(
        entry=CheckInEntry(
            day=TODAY,
            answers={
                "stiffness": 4,
                "good_day": "so_so",
                "flare": False,
                "fatigue": None,
                "stiffness_in_neck": 6,
                "note": "Slept well.\nWalked to the shops 🚶",
                "managed": None,
            },
            bases={
                "note": (
                    "0199f0ab-0000-7000-8000-0000000000aa",
                    "0199f0ab-0000-7000-8000-0000000000bb",
                ),
                "managed": (),
            },
        )
    ),
    CheckInDeleted(day=date(2026, 11, 20)),
    SessionDone(
        planned_id=UUID("0199f0ab-6666-7000-8000-00000000000b"),
        entry=SessionLogEntry(
            log_id=LOG,
            variant="easier",
            started_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
            finished_at=datetime(
                2026, 11, 23, 9, 12, 30, 500_000, tzinfo=timezone(timedelta(hours=1))
            ),
            sent_at=SENT,
            pain_before=3,
            stop="sharp",
            led_by="track",
            unrecorded_lines=2,
            results=(
                MovementResult(
                    item="1",
                    state="done",
                    easier=False,
                    done_s=55,
                    reason=None,
                    slug="neck-turns",
                ),
                MovementResult(item="f2", state="part", easier=True, done_s=20, reason="pain"),
            ),
        ),
    ),
    SessionDone(
        planned_id=UUID("0199f0ab-6666-7000-8000-00000000000d"),
        entry=SessionLogEntry(
            log_id=OTHER_LOG,
            variant="usual",
            started_at=datetime(2026, 11, 22, 9, 0, tzinfo=UTC),
            finished_at=datetime(2026, 11, 22, 9, 12, 30, tzinfo=UTC),
            sent_at=SENT,
            pain_before=None,
            results=(),
        ),
    ),
    SessionSaid(
        log_id=LOG,
        changes=SessionChanges(
            answers={
                "worst_pain": 5,
                "effort": None,
                "pain_before": 2,
                "pain_kinds": ("sharp",),
                "note": "The left side was tight.",
                "felt_in": 1,
                "near_falls": "1",
            },
            movements={0: "done", 1: "skipped"},
            stances={1: Held(seconds=20, support="one_hand"), 2: Held(seconds=None, support=None)},
            note_base=("0199f0ab-0000-7000-8000-0000000000cc",),
        ),
    ),
    SessionSaid(log_id=LOG, changes=SessionChanges(answers={"felt_in": None, "note": ""})),
    SessionDeleted(log_id=LOG),
    FlareSaid(day=TODAY, answer="yes"),
    MorningSaid(log_id=OTHER_LOG, pain=0),
    SettledSaid(log_id=OTHER_LOG, settled=True),
    MessageWritten(
        message_id=UUID("0199f0ab-0000-7000-8000-00000000000c"),
        link_id=LINK,
        text="Is the pull behind the knee all right?\nOnly on the left.",
        session_log_id=LOG,
        slug="neck-turns",
        is_question=True,
    ),
    MessageWritten(
        message_id=UUID("0199f0ab-0000-7000-8000-00000000000e"),
        link_id=LINK,
        text="Thank you",
        session_log_id=None,
        slug=None,
        is_question=False,
    ),
    Ticked(day=TODAY, items=("pre_chest", "pre_weak")),
)
"""What tests/outbox/schema-1.json says, for as long as that schema is taken."""

AN_ID = "0199f0ab-0000-7000-8000-0000000000f1"


def an_entry(**changed: Any) -> dict[str, Any]:
    entry = {
        "op": AN_ID,
        "kind": "check_in",
        "entity": "2026-11-23",
        "at": 1_795_428_000_000,
        "data": {"answers": {"stiffness": 4}},
    }
    return entry | changed


def a_frame(*entries: Any, **changed: Any) -> dict[str, Any]:
    frame = {"schema": SCHEMA, "user": str(HER), "tz": "UTC", "sent": 1_795_431_600_000}
    return {**frame, "ops": list(entries), **changed}


def a_body(*entries: Any, **changed: Any) -> bytes:
    return json.dumps(a_frame(*entries, **changed)).encode()


def only(body: bytes) -> Operation | Answer:
    (found,) = read_batch(body).operations
    return found


def is_malformed(entry: Any, named: str | None = AN_ID) -> bool:
    found = only(a_body(entry))
    return isinstance(found, Answer) and (found.op, found.code) == (named, "malformed")


class TestGoldenFile:
    """Phones hold entries for months: what was once written must be read like this for good."""

    def test_every_entry_of_schema_1_is_read_to_what_it_meant(self) -> None:
        batch = read_batch((GOLDEN / "schema-1.json").read_bytes())

        read = [each for each in batch.operations if isinstance(each, Operation)]
        assert tuple(each.body for each in read) == GOLDEN_1
        assert (batch.user, batch.sent) == (HER, SENT)
        assert [each.at - FIRST for each in read[:2]] == [timedelta(), timedelta(seconds=1)]
        assert read[-1].sent_as == "0199F0AB-0000-7000-8000-00000000000B"
        assert read[-1].id == UUID(read[-1].sent_as)

    def test_there_is_one_for_every_schema_that_is_taken_and_every_kind(self) -> None:
        taken = range(max(1, SCHEMA - OLDER_SCHEMAS), SCHEMA + 1)
        for schema in taken:
            golden = json.loads((GOLDEN / f"schema-{schema}.json").read_text())
            assert golden["schema"] == schema
        assert {each["kind"] for each in golden["ops"]} == set(READERS)
        assert set(UPCASTERS) >= set(taken) - {SCHEMA}


class TestUpcasting:
    """With a made-up chain: 2 called a kind otherwise, 3 a field, 4 wrote days with slashes."""

    CHAIN = {
        2: lambda entry: {**entry, "kind": {"daily": "check_in"}.get(entry["kind"], entry["kind"])},
        3: lambda entry: {**entry, "data": {"answers": entry["data"]["said"]}},
        4: lambda entry: {**entry, "entity": entry["entity"].replace("/", "-")},
    }

    @pytest.mark.parametrize(
        ("schema", "entry"),
        [
            (2, an_entry(kind="daily", entity="2026/11/23", data={"said": {"stiffness": 4}})),
            (3, an_entry(entity="2026/11/23", data={"said": {"stiffness": 4}})),
            (4, an_entry(entity="2026/11/23")),
            (5, an_entry()),
        ],
    )
    def test_the_current_schema_and_three_before_it_mean_the_same(self, schema, entry) -> None:
        (read,) = self.read(entry, schema).operations

        assert isinstance(read, Operation)
        entry = CheckInEntry(day=TODAY, answers={"stiffness": 4})
        assert read.body == CheckInWritten(entry=entry)

    @pytest.mark.parametrize("schema", [0, 1, 6, 1000])
    def test_an_older_or_newer_one_is_kept_on_the_phone(self, schema) -> None:
        answers = self.read(an_entry(), schema, [], an_entry(kind="from the future")).operations

        assert [(each.op, each.result) for each in answers] == [
            (AN_ID, "unknown_schema"),
            (None, "unknown_schema"),
            (AN_ID, "unknown_schema"),
        ]

    @pytest.mark.parametrize(
        "broken",
        [
            {"op": AN_ID},
            an_entry(kind=["daily"]),
            an_entry(data=[]),
            an_entry(data={"said": None}),
            an_entry(entity=7, data={"said": {"stiffness": 4}}),
        ],
    )
    def test_what_an_upcaster_chokes_on_is_malformed_and_no_more(self, broken) -> None:
        good = an_entry(kind="daily", entity="2026/11/23", data={"said": {"stiffness": 4}})
        answer, read = self.read(broken, 2, good).operations

        assert isinstance(answer, Answer)
        assert (answer.op, answer.code) == (AN_ID, "malformed")
        assert isinstance(read, Operation)

    def read(self, entry: Any, schema: int, *others: Any) -> Batch:
        return read_batch(a_body(entry, *others, schema=schema), newest=5, upcasters=self.CHAIN)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{", id="cut off"),
        pytest.param(b"[]", id="no object"),
        pytest.param(b"null", id="null"),
        pytest.param(b"\xff\xfe{}", id="not utf-8"),
        pytest.param(b'\xef\xbb\xbf{"schema": 1}', id="with a mark of the order of bytes"),
        pytest.param(a_body().decode().encode("utf-16"), id="utf-16"),
        pytest.param(b"[" * 200_000, id="very deep"),
        pytest.param(b'{"a":' * 50_000 + b"1" + b"}" * 50_000, id="very deep objects"),
        pytest.param(a_body(schema="1"), id="schema as text"),
        pytest.param(a_body(schema=1.0), id="schema with a fraction"),
        pytest.param(a_body(schema=True), id="schema true"),
        pytest.param(a_body(schema=None), id="no schema"),
        pytest.param(a_body(user="me"), id="no id"),
        pytest.param(a_body(user=None), id="nobody"),
        pytest.param(a_body(sent="now"), id="sent in words"),
        pytest.param(a_body(sent=-1), id="sent before time"),
        pytest.param(a_body(sent=10**15), id="sent after time"),
        pytest.param(a_body(tz=[]), id="no zone"),
        pytest.param(a_body(ops={}), id="no list"),
        pytest.param(a_body(ops=None), id="no entries"),
        pytest.param(a_body().replace(b'"schema"', b'"schema": 1, "schema"'), id="schema twice"),
        pytest.param(a_body().replace(b'"ops"', b'"ops": [], "ops"'), id="entries twice"),
        pytest.param(a_body(sent=float("nan")), id="sent at no number"),
    ],
)
def test_a_frame_that_cannot_be_read_is_refused_as_a_whole(body: bytes) -> None:
    with pytest.raises(InvalidValue):
        read_batch(body)


@pytest.mark.parametrize(
    "entry",
    [
        pytest.param(an_entry(kind=None), id="no kind"),
        pytest.param(an_entry(kind=["check_in"]), id="kind in a list"),
        pytest.param(an_entry(at=None), id="no time"),
        pytest.param(an_entry(at="2026-11-23"), id="time as a day"),
        pytest.param(an_entry(at=1.5), id="time with a fraction"),
        pytest.param(an_entry(at=True), id="time true"),
        pytest.param(an_entry(at=-1), id="before 1970"),
        pytest.param(an_entry(at=10**15), id="after the year 9999"),
        pytest.param(an_entry(at=float("inf")), id="at infinity"),
        pytest.param(an_entry(entity="2026-02-30"), id="no such day"),
        pytest.param(an_entry(entity="20261123"), id="day without hyphens"),
        pytest.param(an_entry(entity="٢٠٢٦-١١-٢٣"), id="other digits"),
        pytest.param(an_entry(entity="2026-11-23\n"), id="day with a line break"),
        pytest.param(an_entry(entity=20261123), id="day as a number"),
        pytest.param(an_entry(data=None), id="no data"),
        pytest.param(an_entry(data=[]), id="data in a list"),
        pytest.param(an_entry(data={}), id="no answers"),
        pytest.param(an_entry(data={"answers": {}}), id="empty answers"),
        pytest.param(an_entry(data={"answers": []}), id="answers in a list"),
        pytest.param(an_entry(data={"answers": {"note": 1}, "x": 1}), id="more than is known"),
        pytest.param(an_entry(data={"answers": {"stiffness": 1.5}}), id="a fraction"),
        pytest.param(an_entry(data={"answers": {"stiffness": float("nan")}}), id="no number"),
        pytest.param(an_entry(data={"answers": {"stiffness": 10**16}}), id="a huge number"),
        pytest.param(an_entry(data={"answers": {"stiffness": [4]}}), id="an answer in a list"),
        pytest.param(
            an_entry(data={"answers": {str(each): 1 for each in range(201)}}), id="201 answers"
        ),
        pytest.param(an_entry(base=[]), id="base in a list"),
        pytest.param(an_entry(base={"stiffness": []}), id="base of no text"),
        pytest.param(an_entry(base={"note": None}), id="base without a list"),
        pytest.param(an_entry(base={"note": ["x"]}), id="base without ids"),
        pytest.param(an_entry(base={"note": [AN_ID] * 201}), id="base of 201"),
    ],
)
def test_an_entry_that_cannot_be_read_is_answered_by_its_name(entry: dict[str, Any]) -> None:
    assert is_malformed(entry)


@pytest.mark.parametrize(
    "kind",
    [
        an_entry(kind="check_in_deleted", data={"day": "2026-11-23"}),
        an_entry(kind="session", entity=str(LOG), data={"session": str(LOG)}),
        an_entry(kind="session_said", entity=str(LOG), data={}),
        an_entry(kind="session_said", entity=str(LOG), data={"worst_pain": 1.5}),
        an_entry(kind="session_said", entity=str(LOG), data={"worst_pain": [5]}),
        an_entry(kind="session_said", entity=str(LOG), data={"pain_kinds": "sharp"}),
        an_entry(kind="session_said", entity=str(LOG), data={"pain_kinds": [["sharp"]]}),
        an_entry(kind="session_said", entity=str(LOG), data={"note": ["a"]}),
        an_entry(kind="session_said", entity=str(LOG), data={"movements": ["done"]}),
        an_entry(kind="session_said", entity=str(LOG), data={"movements": {"one": "done"}}),
        an_entry(kind="session_said", entity=str(LOG), data={"movements": {"-1": "done"}}),
        an_entry(kind="session_said", entity=str(LOG), data={"movements": {"1": "wonderful"}}),
        an_entry(kind="session_said", entity=str(LOG), data={"near_falls": 3}),
        an_entry(kind="session_said", entity=str(LOG), data={"stances": {"1": {"held_s": 601}}}),
        an_entry(kind="session_said", entity=str(LOG), data={"stances": {"1": 20}}),
        an_entry(kind="session_said", entity="2026-11-23", data={"effort": 1}),
        an_entry(kind="session_deleted", entity="x", data={}),
        an_entry(kind="flare", data={"answer": "perhaps"}),
        an_entry(kind="flare", data={}),
        an_entry(kind="morning", entity=str(LOG), data={}),
        an_entry(kind="morning", entity=str(LOG), data={"pain": 1, "settled": True}),
        an_entry(kind="morning", entity=str(LOG), data={"pain": True}),
        an_entry(kind="morning", entity=str(LOG), data={"settled": 1}),
        an_entry(kind="ticked", data={"items": []}),
        an_entry(kind="ticked", data={"items": [1]}),
        an_entry(kind="ticked", data={"items": ["a"] * 51}),
        an_entry(kind="ticked", data={"items": ["a" * 65]}),
    ],
    ids=lambda entry: f"{entry['kind']} {entry['data']}"[:60],
)
def test_every_kind_refuses_what_it_cannot_mean(kind: dict[str, Any]) -> None:
    assert is_malformed(kind)


GOLDEN_SESSION = json.loads((GOLDEN / "schema-1.json").read_text())["ops"][2]


@pytest.mark.parametrize(
    "changed",
    [
        {"variant": "hardest"},
        {"started_at": "2026-11-23T09:00:00"},
        {"started_at": "yesterday"},
        {"started_at": 1_795_428_000_000},
        {"finished_at": None},
        {"pain_before": -1},
        {"stop": ""},
        {"led_by": "bus"},
        {"unrecorded_lines": 1001},
        {"results": None},
        {"results": "[]"},
        {"results": [{"item": "1"}] * 101},
        {"results": [{"item": "100", "state": "done", "easier": False, "done_s": 1}]},
        {"results": [{"item": "1", "state": "done", "easier": 0, "done_s": 1}]},
        {"results": [{"item": "1", "state": "done", "easier": False, "done_s": 86_401}]},
        {"results": [{"item": "1", "state": "done", "easier": False, "done_s": 1, "how": "well"}]},
        {"session": "1"},
        {"mood": "good"},
    ],
    ids=lambda changed: str(changed)[:60],
)
def test_a_session_refuses_what_the_player_never_sends(changed: dict[str, Any]) -> None:
    entry = {**GOLDEN_SESSION, "data": {**GOLDEN_SESSION["data"], **changed}}
    assert is_malformed(entry, GOLDEN_SESSION["op"])


@pytest.mark.parametrize(
    "entry",
    [None, 1, "x", [], {}, {"op": None}, {"op": 5}, {"op": "x"}, {"op": AN_ID.replace("-", "")}],
)
def test_an_entry_without_a_name_has_its_place_in_the_answer(entry: Any) -> None:
    assert is_malformed(entry, named=None)


def test_a_name_that_stands_twice_spoils_its_own_entry_alone() -> None:
    good = json.dumps(an_entry())
    twice = good.replace('"data"', '"data": {}, "data"')
    nameless = good.replace('"op"', '"op": "x", "op"')
    frame = json.dumps(a_frame())
    body = frame.replace('"ops": []', f'"ops": [{twice}, {nameless}, {good}]').encode()

    first, second, third = read_batch(body).operations

    assert isinstance(first, Answer)
    assert isinstance(second, Answer)
    assert isinstance(third, Operation)
    assert (first.op, first.code) == (AN_ID, "malformed")
    assert (second.op, second.code) == (None, "malformed")


def test_a_number_of_thousands_of_digits_spoils_its_own_entry_alone() -> None:
    good = json.dumps(an_entry())
    huge = good.replace('"stiffness": 4', f'"stiffness": {"9" * 60_000}')
    body = json.dumps(a_frame()).replace('"ops": []', f'"ops": [{huge}, {good}]').encode()

    first, second = read_batch(body).operations

    assert isinstance(first, Answer)
    assert isinstance(second, Operation)


@pytest.mark.parametrize(
    ("kind", "data", "highest"),
    [
        ("morning", {"pain": "lots"}, 10),
        ("morning", {"pain": 11}, 10),
        ("morning", {"pain": None}, 10),
        ("session_said", {"stances": {"1": {"held_s": "20 s", "support": "none"}}}, 600),
    ],
)
def test_a_number_that_is_none_is_told_as_beside_the_field(kind, data, highest) -> None:
    found = only(a_body(an_entry(kind=kind, entity=str(LOG), data=data)))

    assert isinstance(found, Answer)
    assert found.words == f"Choose a whole number from 0 to {highest}."


def test_a_stance_is_taken_back_with_null() -> None:
    found = only(
        a_body(an_entry(kind="session_said", entity=str(LOG), data={"stances": {"1": None}}))
    )

    assert isinstance(found, Operation)
    changes = SessionChanges(stances={1: Held(seconds=None, support=None)})
    assert found.body == SessionSaid(log_id=LOG, changes=changes)


def test_an_unknown_kind_is_told_as_such() -> None:
    found = only(a_body(an_entry(kind="dream")))

    assert isinstance(found, Answer)
    assert (found.op, found.result, found.code) == (AN_ID, "rejected", "unknown_kind")


def test_a_newer_phone_may_say_more_about_an_entry_than_is_read() -> None:
    assert isinstance(only(a_body(an_entry(title="Check-in of Monday"))), Operation)


class TestClock:
    NOW = SENT

    @pytest.mark.parametrize(
        ("sent_ahead", "written_ago", "counts_ago"),
        [
            pytest.param(timedelta(), timedelta(hours=1), timedelta(hours=1), id="right"),
            pytest.param(timedelta(hours=2), timedelta(hours=-1), timedelta(hours=1), id="ahead"),
            pytest.param(timedelta(hours=-2), timedelta(hours=3), timedelta(hours=3), id="behind"),
            pytest.param(timedelta(), timedelta(hours=-1), timedelta(), id="after it was sent"),
        ],
    )
    def test_a_clock_that_is_ahead_is_set_back(self, sent_ahead, written_ago, counts_ago) -> None:
        batch, operation = self.batch(self.NOW + sent_ahead, self.NOW - written_ago)

        assert batch.written_at(operation, self.NOW) == self.NOW - counts_ago

    def test_the_wildest_clock_does_no_harm(self) -> None:
        for sent in (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)):
            for at in (datetime(1970, 1, 1, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)):
                batch, operation = self.batch(sent, at)
                assert batch.written_at(operation, self.NOW) <= self.NOW

    def batch(self, sent: datetime, at: datetime) -> tuple[Batch, Operation]:
        written = an_entry(at=round(at.timestamp() * 1000))
        batch = read_batch(a_body(written, sent=round(sent.timestamp() * 1000)))
        operation = batch.operations[0]
        assert isinstance(operation, Operation)
        return batch, operation


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(), max_size=20)
    | st.sampled_from([AN_ID, "2026-11-23", "check_in", "\ud800", "\x00"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
ANY_ENTRY = st.fixed_dictionaries(
    {},
    optional={
        "op": ANYTHING | st.just(AN_ID),
        "kind": ANYTHING | st.sampled_from(sorted(READERS)),
        "entity": ANYTHING | st.sampled_from(["2026-11-23", str(LOG)]),
        "at": ANYTHING | st.just(1_795_428_000_000),
        "base": ANYTHING | st.dictionaries(st.sampled_from(["note"]), ANYTHING),
        "data": ANYTHING
        | st.dictionaries(st.sampled_from(["answers", "pain", "items", "note"]), ANYTHING),
    },
)


@settings(deadline=None)
@given(st.lists(ANY_ENTRY | ANYTHING, max_size=5))
def test_whatever_stands_in_a_batch_each_entry_is_read_or_answered(entries: list[Any]) -> None:
    found = read_batch(a_body(*entries)).operations

    assert len(found) == len(entries)
    for each in found:
        assert isinstance(each, Operation) or each.result == "rejected"


@settings(deadline=None)
@given(st.binary(max_size=200) | ANYTHING.map(lambda value: json.dumps(value).encode()))
def test_whatever_is_no_batch_is_refused_in_words(body: bytes) -> None:
    with pytest.raises(InvalidValue):
        read_batch(body)
