"""All views of accounts: importing the modules hangs them on the blueprint."""

from fstpwa.blueprints.accounts import (
    carry,
    confirm,
    devices,
    email,
    keep,
    password,
    reset,
    sign_in,
    sign_up,
)
from fstpwa.blueprints.accounts.blueprint import blueprint

__all__ = [
    "blueprint",
    "carry",
    "confirm",
    "devices",
    "email",
    "keep",
    "password",
    "reset",
    "sign_in",
    "sign_up",
]
