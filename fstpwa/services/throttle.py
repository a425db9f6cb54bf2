"""Limits on guessing and on letters, counted in the database, never a hard lock.

An attempt is counted before it is carried out, and committed at once: whatever is rolled back
later, it counts, and of two at the same moment the second sees the first. So `count` comes
first in a view, before anything else was written.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Network, ip_address, ip_network
from math import ceil

from sqlalchemy import delete, func, select

from fstpwa import log
from fstpwa.domain.errors import TooMany
from fstpwa.extensions import db
from fstpwa.models.accounts import Attempt
from fstpwa.services.keyed_hash import keyed_hash

KEPT_FOR = timedelta(hours=25)
"""Longer than any limit looks back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """How often something may be tried for one account or from one address block."""

    kind: str
    """At most 24 letters, as it is stored."""
    most: int
    """So many within `within`; the next one must wait until the oldest is out of it."""
    within: timedelta
    delays_s: tuple[int, ...] = ()
    """Seconds to wait since the one before, after that many tries; beyond the end the last."""


SIGN_IN_ACCOUNT = Limit(
    kind="sign_in_account", most=5, within=timedelta(minutes=15), delays_s=(0, 0, 0, 5, 20)
)
SECOND_STEP_ACCOUNT = Limit(
    kind="second_step_account", most=5, within=timedelta(minutes=15), delays_s=(0, 0, 0, 5, 20)
)
SIGN_IN_ADDRESS = Limit(kind="sign_in_address", most=20, within=timedelta(hours=1))
CODE_ACCOUNT = Limit(kind="code_account", most=30, within=timedelta(days=1))
"""Wrong codes from letters: every letter brings five tries more, from as many places as one has."""
LETTER_ACCOUNT = Limit(kind="letter_account", most=5, within=timedelta(minutes=15))
LETTER_DAY_ACCOUNT = Limit(kind="letter_day_account", most=20, within=timedelta(days=1))
"""Nobody's mailbox is filled by somebody who types their address."""
LETTER_ADDRESS = Limit(kind="letter_address", most=20, within=timedelta(hours=1))
START_ADDRESS = Limit(kind="start_address", most=30, within=timedelta(hours=1))
CARRY_ADDRESS = Limit(kind="carry_address", most=20, within=timedelta(hours=1))
INVITATION_ADDRESS = Limit(kind="invitation_address", most=20, within=timedelta(hours=1))
INVITATION_ACCOUNT = Limit(kind="invitation_account", most=20, within=timedelta(hours=1))
"""Typed codes of invitations, wrong ones; whoever is signed in is counted as well."""
INVITED_ACCOUNT = Limit(kind="invited_account", most=2, within=timedelta(days=1))
INVITER_ACCOUNT = Limit(kind="inviter_account", most=40, within=timedelta(days=1))
"""Invitations by letter: to one address, and of one therapist. Apart from letters with codes, so
that nobody uses those up for somebody else."""

A_MOMENT_S = 3
TOO_LONG_TO_WAIT_S = 2 * 3600

WIDER = 8
"""So many times what one IPv6 /56 may is for the /48 around it, of which one person can have all
256; a university may be one as well."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Whose attempt is counted against which limit."""

    limit: Limit
    who: str
    """A folded e-mail address, a person's public id, or an address block; empty: not counted."""


def count(*attempts: Counted, now: datetime) -> None:
    """Count an attempt against each limit, and commit that.

    A refused attempt is not counted, so that nobody is kept out for ever.

    Raises:
        TooMany: it is over a limit, or too soon after the one before; nothing was counted.
    """
    wanted = sorted(
        ((each.limit, keyed_hash(each.limit.kind, each.who)) for each in _widened(attempts)),
        key=lambda pair: pair[1],
    )
    for limit, who_hash in wanted:
        _one_at_a_time(who_hash)
        wait = _wait_s(limit, _times(limit, who_hash, now), now)
        if wait > 0:
            db.session.rollback()
            log.info("throttled", limit=limit.kind)
            raise TooMany(_words(wait), wait_s=wait)
    db.session.add_all(Attempt(kind=limit.kind, who_hash=who, at=now) for limit, who in wanted)
    db.session.commit()


def forgive(*attempts: Counted) -> None:
    """Take back what succeeded: all tries at an account, one from an address block.

    An address block gets back only this one, or else one's own account would reset the count.
    """
    for each in _widened(attempts):
        mine = (
            Attempt.kind == each.limit.kind,
            Attempt.who_hash == keyed_hash(each.limit.kind, each.who),
        )
        if not each.limit.kind.endswith("_account"):
            newest = select(func.max(Attempt.id)).where(*mine).scalar_subquery()
            db.session.execute(delete(Attempt).where(Attempt.id == newest))
        else:
            db.session.execute(delete(Attempt).where(*mine))
    db.session.flush()


def in_words(wait_s: int) -> str:
    """Return a wait in seconds as one says it: a moment, 18 seconds, 15 minutes, 7 hours."""
    if wait_s > TOO_LONG_TO_WAIT_S:
        return f"{ceil(wait_s / 3600)} hours"
    if wait_s < A_MOMENT_S:
        return "a moment"
    if wait_s < 60:
        return f"{wait_s} seconds"
    minutes = ceil(wait_s / 60)
    return "a minute" if minutes == 1 else f"{minutes} minutes"


def account(email: str, *, is_known: bool) -> str:
    """Return what to count for the account of a folded address.

    Browsers that were signed in to it before count apart: or else whoever knows the address
    could use up its owner's tries and letters.
    """
    return f"{email} known" if is_known else email


def address_block(address: str) -> str:
    """Return the block an address belongs to: IPv4 /24, IPv6 /56; "unknown" for anything else."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if not isinstance(found, IPv4Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    prefix = 24 if found.version == 4 else 56
    return str(ip_network(f"{found}/{prefix}", strict=False))


def sweep(*, now: datetime) -> int:
    """Delete what no limit looks at any more. Returns how many."""
    found = db.session.execute(
        delete(Attempt).where(Attempt.at < now - KEPT_FOR).returning(Attempt.id)
    ).all()
    return len(found)


def _widened(attempts: Iterable[Counted]) -> list[Counted]:
    """Return whom to count: for an IPv6 /56 also the /48 around it, and nobody for no name."""
    wanted = [each for each in attempts if each.who]
    for each in tuple(wanted):
        if each.limit.kind.endswith("_address") and each.who.endswith("/56"):
            kind = each.limit.kind.replace("_address", "_network")
            wider = replace(each.limit, kind=kind, most=WIDER * each.limit.most)
            wanted.append(Counted(wider, str(IPv6Network(each.who).supernet(new_prefix=48))))
    return wanted


def _one_at_a_time(who_hash: bytes) -> None:
    """Make a second request for the same wait. SQLite has one writer at a time anyway."""
    if db.session.get_bind().dialect.name == "postgresql":
        key = int.from_bytes(who_hash[:8], "big", signed=True)
        db.session.execute(select(func.pg_advisory_xact_lock(key)))


def _times(limit: Limit, who_hash: bytes, now: datetime) -> list[datetime]:
    return list(
        db.session.scalars(
            select(Attempt.at)
            .where(
                Attempt.kind == limit.kind,
                Attempt.who_hash == who_hash,
                Attempt.at > now - limit.within,
            )
            .order_by(Attempt.at)
        )
    )


def _wait_s(limit: Limit, times: list[datetime], now: datetime) -> int:
    """Return how many seconds to wait before the next attempt, 0 for none."""
    until = now
    if limit.delays_s and times:
        delay = limit.delays_s[min(len(times), len(limit.delays_s) - 1)]
        until = max(until, times[-1] + timedelta(seconds=delay))
    if len(times) >= limit.most:
        until = max(until, times[-limit.most] + limit.within)
    return ceil((until - now).total_seconds())


def _words(wait_s: int) -> str:
    then = "or choose another way" if wait_s > TOO_LONG_TO_WAIT_S else "then try again"
    return f"That was tried several times. Please wait {in_words(wait_s)}, {then}."
