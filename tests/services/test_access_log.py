"""Each look of a therapist is noted before the page is sent, and the client can read it."""

from datetime import UTC, datetime, timedelta

from fstpwa.extensions import db, read_only, switched_on
from fstpwa.models.care import CareLink
from fstpwa.models.people import Role
from fstpwa.services import access_log
from tests.caring import link
from tests.conftest import Person

NOW = datetime(2026, 3, 4, 9, tzinfo=UTC)


def test_a_look_on_a_page_that_only_reads_is_committed_at_once(app, kept_rows):
    client, therapist = Person(app), Person(app, Role.THERAPIST)
    public_id = link(client, therapist)
    with app.app_context():
        number = db.session.scalar(db.select(CareLink.id).filter_by(public_id=public_id))
        assert number is not None
        db.session.rollback()
        with switched_on(read_only):
            access_log.note([number], "overview", now=NOW)
            access_log.note([number], "overview", now=NOW + timedelta(hours=1))
        db.session.rollback()
        [look] = access_log.looks_of(client.user())
        assert (look.what, look.times) == ("overview", 2)
        assert look.last_at == NOW + timedelta(hours=1)
        db.session.rollback()


def test_nobody_reads_who_looked_at_others(her, him, therapist, context):
    public_id = link(her, therapist)
    with context():
        number = db.session.scalar(db.select(CareLink.id).filter_by(public_id=public_id))
        assert number is not None
        access_log.note([number], "list", now=NOW)
        assert [look.what for look in access_log.looks_of(her.user())] == ["list"]
        assert access_log.looks_of(him.user()) == []
