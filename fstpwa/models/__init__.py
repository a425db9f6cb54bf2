"""TABLES. Importing this package registers all of them on the metadata."""

from fstpwa.models import accounts as accounts
from fstpwa.models import care as care
from fstpwa.models import health as health
from fstpwa.models import people as people
from fstpwa.models import practice as practice
from fstpwa.models import reminders as reminders
from fstpwa.models.base import Base as Base
