"""PAGES: one package an area."""

from fstpwa.blueprints.accounts.views import blueprint as accounts
from fstpwa.blueprints.api.views import blueprint as api
from fstpwa.blueprints.app.views import blueprint as app
from fstpwa.blueprints.check_in.views import blueprint as check_in
from fstpwa.blueprints.factors.views import blueprint as factors
from fstpwa.blueprints.flares.views import blueprint as flares
from fstpwa.blueprints.health.views import blueprint as health
from fstpwa.blueprints.health_answers.views import blueprint as health_answers
from fstpwa.blueprints.home.views import blueprint as home
from fstpwa.blueprints.messages.views import blueprint as messages
from fstpwa.blueprints.movements.views import blueprint as movements
from fstpwa.blueprints.people.views import blueprint as people
from fstpwa.blueprints.plan.views import blueprint as plan
from fstpwa.blueprints.practice.views import blueprint as practice
from fstpwa.blueprints.programmes.views import blueprint as programmes
from fstpwa.blueprints.progress.views import blueprint as progress
from fstpwa.blueprints.reminders.views import blueprint as reminders
from fstpwa.blueprints.routines.views import blueprint as routines
from fstpwa.blueprints.safety.views import blueprint as safety
from fstpwa.blueprints.sessions.views import blueprint as sessions
from fstpwa.blueprints.settings.views import blueprint as settings
from fstpwa.blueprints.sharing.views import blueprint as sharing
from fstpwa.blueprints.welcome.views import blueprint as welcome
from fstpwa.blueprints.worry.views import blueprint as worry

ALL_BLUEPRINTS = (
    accounts,
    api,
    app,
    check_in,
    factors,
    flares,
    health,
    health_answers,
    home,
    messages,
    movements,
    people,
    plan,
    practice,
    programmes,
    progress,
    reminders,
    routines,
    safety,
    sessions,
    settings,
    sharing,
    welcome,
    worry,
)
