"""Settings: one class, read from FSTPWA_* variables, with safe defaults."""

from datetime import timedelta
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


class Settings(BaseSettings):
    """Everything that can be set from outside. Each field is FSTPWA_<NAME>."""

    model_config = SettingsConfigDict(env_prefix="FSTPWA_", extra="ignore", frozen=True)

    data_dir: Path = Path("data")
    """Where the database, the secrets and the logs live."""

    database_url: str = ""
    """SQLAlchemy address; empty means SQLite in the data folder."""

    secret_key: SecretStr = SecretStr("")
    """Signs forms' cookies; empty means the one that `fstpwa init` wrote to the data folder."""

    public_url: str = ""
    """The address people use, as https://example.org; empty means loopback only."""

    host: str = "127.0.0.1"
    """The address to listen on. Any but loopback needs `public_url`."""

    port: int = Field(default=8000, ge=1, le=65535, validation_alias="PORT")
    """The port to listen on (plain PORT, as hosts set it)."""

    threads: int = Field(default=8, ge=1, le=64)
    """Threads of the web process."""

    trusted_proxies: int = Field(default=0, ge=0, le=5)
    """How many proxies in front may set X-Forwarded-*; 0 trusts none."""

    demo: bool = False
    """Offer the demo people's sign-in buttons. Refused on a public address."""

    debug: bool = False
    """Show traces in the browser. Refused on a public address."""

    @model_validator(mode="after")
    def _refuse_unsafe_combinations(self) -> Self:
        if self.public_url:
            parts = urlsplit(self.public_url)
            rest = (parts.path.rstrip("/"), parts.query, parts.fragment, parts.username or "")
            if parts.scheme != "https" or not parts.hostname or any(rest):
                raise ValueError("FSTPWA_PUBLIC_URL must look like https://example.org")
            if self.demo or self.debug:
                raise ValueError("FSTPWA_DEMO and FSTPWA_DEBUG are refused on a public address")
        elif self.host not in LOOPBACK_HOSTS:
            raise ValueError("Listening beyond this machine needs FSTPWA_PUBLIC_URL=https://...")
        return self

    @property
    def is_public(self) -> bool:
        """Whether people reach it over https from elsewhere."""
        return bool(self.public_url)

    @property
    def origin(self) -> str:
        """The one origin that may send forms, as scheme://host[:port]."""
        if not self.public_url:
            return f"http://localhost:{self.port}"
        # As browsers write it: small letters, and no port where it is the usual one.
        return self.public_url.rstrip("/").lower().removesuffix(":443")

    @property
    def migrations_dir(self) -> Path:
        """Where the numbered migrations are: beside the package, in a checkout."""
        return MIGRATIONS

    @property
    def secret_file(self) -> Path:
        """Where `fstpwa init` keeps the signing secret (mode 0600)."""
        return self.data_dir / "secret_key"

    @property
    def sqlalchemy_url(self) -> str:
        """The database address in use."""
        return self.database_url or f"sqlite:///{(self.data_dir / 'good-days.sqlite3').absolute()}"

    def signing_secret(self) -> str:
        """Return the signing secret. Raises FileNotFoundError if none was ever made."""
        if self.secret_key.get_secret_value():
            return self.secret_key.get_secret_value()
        try:
            return self.secret_file.read_text().strip()
        except FileNotFoundError:
            raise FileNotFoundError(
                f"There is no secret in {self.secret_file}. Run 'fstpwa init' first."
            ) from None

    def for_flask(self) -> dict[str, Any]:
        """Return Flask's own configuration."""
        return {
            "SECRET_KEY": self.signing_secret(),
            "SQLALCHEMY_DATABASE_URI": self.sqlalchemy_url,
            "DEBUG": self.debug,
            "MAX_CONTENT_LENGTH": 256 * 1024,
            "MAX_FORM_MEMORY_SIZE": 256 * 1024,
            "MAX_FORM_PARTS": 400,
            "SQLALCHEMY_ENGINE_OPTIONS": {
                # A thread holds one connection, and for a moment a second for its stamp.
                "pool_size": self.threads + 2,
                "max_overflow": self.threads,
                "pool_pre_ping": True,
            },
            # The signed cookie carries only the next page's notice ("Saved"), never who it is.
            "SESSION_COOKIE_NAME": "__Host-notice" if self.is_public else "notice",
            "SESSION_COOKIE_SECURE": self.is_public,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "PERMANENT_SESSION_LIFETIME": timedelta(days=1),
            "WTF_CSRF_ENABLED": False,
            "COMPRESS_ALGORITHM": ["br", "zstd", "gzip"],
            "COMPRESS_MIN_SIZE": 500,
            "COMPRESS_BR_LEVEL": 5,
            "GOOD_DAYS": self,
        }
