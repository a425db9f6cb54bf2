"""Settings: one class, read from FSTPWA_* variables, with safe defaults."""

import binascii
import re
from base64 import urlsafe_b64decode
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})


MASTER_KEY_BYTES = 32

LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
"""One part of a host's name."""
PORT = re.compile(r"[1-9][0-9]{0,4}")
NOT_REAL = frozenset(
    {
        "localhost",
        "local",
        "localdomain",
        "internal",
        "lan",
        "home",
        "arpa",
        "invalid",
        "test",
        "example",
    }
)
"""Ends of names that nobody else can reach; Apple refuses a contact there."""


class Settings(BaseSettings):
    """Everything that can be set from outside. Each field is FSTPWA_<NAME>."""

    model_config = SettingsConfigDict(
        env_prefix="FSTPWA_", extra="ignore", frozen=True, hide_input_in_errors=True
    )

    data_dir: Path = Path("data")
    """Where the database, the secrets and the logs live."""

    database_url: str = ""
    """SQLAlchemy address; empty means SQLite in the data folder."""

    secret_key: SecretStr = SecretStr("")
    """Signs forms' cookies; empty means the one that `fstpwa init` wrote to the data folder."""

    master_key: SecretStr = SecretStr("")
    """Base64 of 32 bytes that seal everybody's keys; empty means the one `fstpwa init` made."""

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

    mail_host: str = ""
    """The mail server; empty: letters are written to `mail` in the data folder."""

    mail_port: int = Field(default=587, ge=1, le=65535)
    """The mail server's port."""

    mail_user: str = ""
    """Who signs in at the mail server; empty: nobody does."""

    mail_password: SecretStr = SecretStr("")
    """With what."""

    mail_from: str = ""
    """The address letters come from; needed with a mail server."""

    mail_tls: Literal["starttls", "tls", "none"] = "starttls"
    """How the way to the mail server is sealed; `none` sends a password to loopback only."""

    push_contact: str = ""
    """Whom push services write to about our messages, as mailto:days@example.org or https://..."""

    push_extra_hosts: str = ""
    """Push services besides the browsers' own, as host or host:port, with commas between them.

    They may be inside our own network; the browsers' may not.
    """

    debug: bool = False
    """Show traces in the browser. Refused on a public address."""

    @field_validator("master_key")
    @classmethod
    def _refuse_what_is_no_key(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            _master_key_from(value.get_secret_value())
        return value

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

    @model_validator(mode="after")
    def _refuse_mail_that_cannot_work(self) -> Self:
        if not self.mail_host:
            return self
        name, at, domain = self.mail_from.rpartition("@")
        if (
            not (name and at and domain)
            or not self.mail_from.isprintable()
            or " " in self.mail_from
        ):
            raise ValueError("FSTPWA_MAIL_FROM must be an e-mail address, such as days@example.org")
        has_password = bool(self.mail_user or self.mail_password.get_secret_value())
        if self.mail_tls == "none" and has_password and self.mail_host not in LOOPBACK_HOSTS:
            raise ValueError("FSTPWA_MAIL_TLS=none would send the password in the clear")
        return self

    @field_validator("push_contact")
    @classmethod
    def _refuse_a_contact_that_services_refuse(cls, value: str) -> str:
        if value and not _is_contact(value):
            raise ValueError(
                "must be like mailto:days@example.org or https://example.org, with a real domain"
            )
        return value

    @field_validator("push_extra_hosts")
    @classmethod
    def _refuse_what_is_no_list_of_hosts(cls, value: str) -> str:
        for each in _hosts_in(value):
            host, colon, port = each.partition(":")
            labels_fit = all(LABEL.fullmatch(label) for label in host.split("."))
            port_fits = not colon or (PORT.fullmatch(port) and int(port) <= 65535)
            if not labels_fit or not port_fits:
                raise ValueError("must be like push.example.org, push.example.org:8443")
        return value

    @property
    def push_hosts(self) -> frozenset[str]:
        """Push services that were added, as `host` or `host:port` in small letters."""
        return _hosts_in(self.push_extra_hosts)

    @property
    def push_subject(self) -> str:
        """The contact that messages are signed with; empty where no real one is known."""
        candidates = (
            self.push_contact,
            self.origin if self.is_public else "",
            f"mailto:{self.mail_from}" if self.mail_from else "",
        )
        return next((each for each in candidates if _is_contact(each)), "")

    @property
    def push_keys_dir(self) -> Path:
        """Where `fstpwa init` keeps the keys that sign push messages (modes 0700 and 0600)."""
        return self.data_dir / "push_keys"

    @property
    def backups_dir(self) -> Path:
        """Where an SQLite database is copied to before its tables are changed."""
        return self.data_dir / "backups"

    @property
    def mail_dir(self) -> Path:
        """Where letters are written when there is no mail server."""
        return self.data_dir / "mail"

    @property
    def is_public(self) -> bool:
        """Whether people reach it over https from elsewhere."""
        return bool(self.public_url)

    @property
    def lacks_trusted_proxy(self) -> bool:
        """Whether a proxy must be in front that nobody named: then all people share one address."""
        return self.is_public and self.host in LOOPBACK_HOSTS and not self.trusted_proxies

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

    @property
    def master_key_file(self) -> Path:
        """Where `fstpwa init` keeps the master key (mode 0600)."""
        return self.data_dir / "master_key"

    def master_key_bytes(self) -> bytes:
        """Return the 32 bytes of the master key.

        Raises:
            FileNotFoundError: none was ever made.
            OSError: the file does not hold one.
        """
        if self.master_key.get_secret_value():
            return _master_key_from(self.master_key.get_secret_value())
        try:
            return _master_key_from(self.master_key_file.read_text())
        except FileNotFoundError:
            raise FileNotFoundError(
                f"There is no master key in {self.master_key_file}. Put the one back that was "
                "there, or run 'fstpwa init' if there never was one."
            ) from None
        except ValueError as error:
            raise OSError(f"{self.master_key_file}: {error}") from None

    def for_flask(self) -> dict[str, Any]:
        """Return Flask's own configuration."""
        return {
            "SECRET_KEY": self.signing_secret(),
            "MASTER_KEY": self.master_key_bytes(),
            "SQLALCHEMY_DATABASE_URI": self.sqlalchemy_url,
            "DEBUG": self.debug,
            "MAX_CONTENT_LENGTH": 256 * 1024,
            "MAX_FORM_MEMORY_SIZE": 256 * 1024,
            "MAX_FORM_PARTS": 400,
            "SQLALCHEMY_ENGINE_OPTIONS": {
                # A thread holds one connection, and for a moment a second for its stamp.
                "pool_size": self.threads + 2,
                "max_overflow": self.threads,
            },
            # The signed cookie carries only the next page's notice ("Saved"), never who it is.
            "SESSION_COOKIE_NAME": "__Host-notice" if self.is_public else "notice",
            "SESSION_COOKIE_SECURE": self.is_public,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "PERMANENT_SESSION_LIFETIME": timedelta(days=1),
            # Nobody sets it. Flask-Login asks nothing else once it is there, and under its usual
            # name a neighbouring host could put it into people's browsers.
            "REMEMBER_COOKIE_NAME": "__Host-good-days-remember",
            "WTF_CSRF_ENABLED": False,
            "COMPRESS_ALGORITHM": ["br", "zstd", "gzip"],
            "COMPRESS_MIN_SIZE": 500,
            "COMPRESS_BR_LEVEL": 9,
            # A window of 64 KiB: our pages are hardly larger, and brotli need not make ready for more.
            "COMPRESS_BR_WINDOW": 16,
            "GOOD_DAYS": self,
        }


def _hosts_in(text: str) -> frozenset[str]:
    """Return the hosts of a list with commas, the usual port left out."""
    found = (each.strip().lower().removesuffix(":443") for each in text.split(","))
    return frozenset(each for each in found if each)


def _is_contact(address: str) -> bool:
    """Return whether push services take `address` as a contact: mailto: or https:, real domain."""
    if not all("!" <= letter <= "~" for letter in address):
        return False
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return False
    if parts.scheme == "mailto" and not parts.netloc and not parts.query:
        name, at, host = parts.path.rpartition("@")
        return bool(name and at) and "@" not in name and _is_real_domain(host.lower())
    is_https = parts.scheme == "https" and "@" not in parts.netloc
    return is_https and port is None and _is_real_domain(host)


def _is_real_domain(host: str) -> bool:
    labels = host.split(".")
    named = len(labels) > 1 and all(LABEL.fullmatch(label) for label in labels)
    return named and not labels[-1].isdigit() and labels[-1] not in NOT_REAL


def _master_key_from(text: str) -> bytes:
    """Read base64, of either alphabet and with or without its padding."""
    written = text.strip().rstrip("=").replace("+", "-").replace("/", "_")
    try:
        key = urlsafe_b64decode(written + "=" * (-len(written) % 4))
    except (binascii.Error, ValueError):
        key = b""
    if len(key) != MASTER_KEY_BYTES:
        raise ValueError(f"the master key must be base64 of {MASTER_KEY_BYTES} bytes")
    return key
