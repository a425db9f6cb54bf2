"""PAGES: one package an area."""

from fstpwa.blueprints.app.views import blueprint as app
from fstpwa.blueprints.check_in.views import blueprint as check_in
from fstpwa.blueprints.health.views import blueprint as health
from fstpwa.blueprints.home.views import blueprint as home
from fstpwa.blueprints.movements.views import blueprint as movements
from fstpwa.blueprints.plan.views import blueprint as plan
from fstpwa.blueprints.practice.views import blueprint as practice
from fstpwa.blueprints.programmes.views import blueprint as programmes
from fstpwa.blueprints.progress.views import blueprint as progress
from fstpwa.blueprints.sessions.views import blueprint as sessions
from fstpwa.blueprints.settings.views import blueprint as settings

ALL_BLUEPRINTS = (
    app,
    check_in,
    health,
    home,
    movements,
    plan,
    practice,
    programmes,
    progress,
    sessions,
    settings,
)
