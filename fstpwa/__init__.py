"""Guided stretching, daily check-ins and reminders, served as an installable web app."""

from flask import Flask

from fstpwa import access, assets, offline, web
from fstpwa.blueprints import ALL_BLUEPRINTS
from fstpwa.config import Settings
from fstpwa.content import library
from fstpwa.extensions import babel, compress, db, login_manager, migrate, prepare_engine


def create_app(settings: Settings | None = None) -> Flask:
    """Build the application.

    Tests pass their own `settings`; every other caller leaves them out, and the
    environment is read. A missing or malformed variable, or a content file that
    cannot be used, stops the start-up here.
    """
    settings = settings or Settings()
    library()
    app = Flask(__name__, static_folder=None)
    app.config.from_mapping(settings.for_flask())
    app.config["TRUSTED_HOSTS"] = web.trusted_hosts(settings)

    db.init_app(app)
    migrate.init_app(app, db, directory=str(settings.migrations_dir))
    # Templates get `current_user` from web.py: asked for only where it is used.
    login_manager.init_app(app, add_context_processor=False)
    login_manager.request_loader(access.recognise)
    compress.init_app(app)
    babel.init_app(app, default_locale="en_GB", locale_selector=web.language)
    with app.app_context():
        for engine in db.engines.values():
            prepare_engine(engine)

    web.init_app(app)
    access.init_app(app)
    assets.init_app(app)
    offline.init_app(app)
    for blueprint in ALL_BLUEPRINTS:
        app.register_blueprint(blueprint)
    return app
