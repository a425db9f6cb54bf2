"""What every start looks at before anybody is served."""

from fstpwa.services import erasure, schema, vault


def make_ready() -> int:
    """Refuse a database or a master key that do not fit; delete again who was deleted before.

    Returns:
        How many people were deleted again; flushed, to be committed.

    Raises:
        Conflict: with what to do about it.
    """
    schema.require_current_schema()
    vault.require_fitting_key()
    return erasure.reapply()
