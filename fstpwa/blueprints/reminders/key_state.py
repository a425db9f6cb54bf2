"""The keys that messages are signed with, as the status of reminders tells about them."""

from fstpwa.config import Settings
from fstpwa.outbound.push.key_ages import key_ages
from fstpwa.services.reminder_status import Keys


def keys_of(settings: Settings) -> Keys:
    """Return what there is to sign with. Never raises: a missing key is what is asked about."""
    try:
        found = key_ages(settings.push_keys_dir)
    except FileNotFoundError:
        problem = "there is no key. Run 'fstpwa init'."
    except OSError:
        problem = "a key cannot be read. Put the one back that was there."
    else:
        return Keys(
            count=found.count, newest_id=found.newest_id, newest_made_at=found.newest_made_at
        )
    return Keys(count=0, newest_id="", newest_made_at=None, problem=problem)
