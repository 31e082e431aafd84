"""Settings: what an operator may choose, from a TOML file and the environment. Frozen once read.

The environment wins over the file: `KNOOPPUNT_ORIGIN` over `origin = …`. The file is the one that
`KNOOPPUNT_SETTINGS` names, else `settings.toml` in the working directory, if there is one. Only the
top floor reads settings; every other floor is handed values.

`docs/operating/settings.example.toml` names every field with its default.
"""

from __future__ import annotations

import os
from email.utils import parseaddr
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, TomlConfigSettingsSource

from fediverse.errors import Malformed
from fediverse.hosts import is_loopback_name, origin_of, parse_iri
from fediverse.limits import Limits
from outbox.mail.addresses import is_usable

Language = Literal["nl", "fr", "en", "de"]


class UnusableSettings(Exception):
    """The settings can't be read; `lines` says in sentences which and why."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("; ".join(lines))
        self.lines = lines


class Settings(BaseSettings):
    """Every choice of an operator, checked."""

    model_config = SettingsConfigDict(env_prefix="KNOOPPUNT_", frozen=True, extra="forbid")

    origin: str = ""
    """Public address of this instance, such as `https://smart.example`. Part of every id: it never changes.
    Empty: `http://localhost:{port}`, for trying out on one machine."""
    host: str = "127.0.0.1"
    """Address to listen on."""
    port: int = Field(8000, ge=1, le=65535)
    data_dir: Path = Path("data")
    """Where the SQLite file, the secret and later the media are kept."""
    database_url: str = ""
    """Empty: SQLite in `data_dir`. Else `postgresql://user:password@host/name`."""
    secret_key: str = ""
    """32 bytes as 64 hexadecimal digits, the same for every process. Empty: read from `data_dir/secret.key`,
    which is made at the first start. Without it a copy of the database is useless."""
    starter_file: Path = Path("starter.toml")
    """What the first start founds: the name of the instance and its groups."""
    admin_email: str = ""
    contact_email: str = ""
    """Whom people and authorities may write to; shown on the page «about». Empty: nobody is named."""
    languages: tuple[Language, ...] = ("nl", "fr", "en", "de")
    timezone: str = "Europe/Brussels"

    mail_host: str = ""
    """The server that takes our mail. Empty: no mail is sent; it waits in the log, where the operator sees it."""
    mail_port: int = Field(587, ge=1, le=65535)
    mail_security: Literal["starttls", "tls", "none"] = "starttls"
    """starttls (port 587), tls from the first byte (port 465), or none, for a server on this machine (port 25)."""
    mail_user: str = ""
    mail_password: str = Field("", repr=False)
    mail_from: str = ""
    """The sender: an address, or a name with an address. Empty: `noreply@` and the host of `origin`."""

    oidc_issuer: str = ""
    """The cooperative's own login, if it has one that speaks OpenID Connect: its issuer, exactly as it writes itself,
    such as `https://login.coop.example`. Members sign in there too. Empty: no such way."""
    oidc_client_id: str = ""
    oidc_client_secret: str = Field("", repr=False)
    """Empty: the issuer knows us as a public client, and PKCE alone proves us."""
    oidc_name: str = ""
    """What people call it, such as `Smart`; stands on the button. Empty: the host of the issuer."""

    worker: bool = True
    """Whether `serve` also delivers and applies; `serve --no-worker` sets it to false."""
    lanes: int = Field(64, ge=1, le=1024)
    """How many authorities are delivered to at the same time, per process."""
    signers: int = Field(2, ge=1, le=32)
    """Threads that make signatures, per process."""
    inbox_per_host_per_s: float = Field(10.0, gt=0)
    inbox_per_host_burst: int = Field(100, ge=1)
    fetches_per_host: int = Field(2, ge=1)
    fetches_total: int = Field(20, ge=1)
    trusted_proxies: str = "127.0.0.1"
    """Addresses, separated by commas, whose `X-Forwarded-For` is believed, for rate limits only."""
    metrics_token: str = ""
    """`/metrics` answers whoever sends this as a bearer token; empty: nobody."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["text", "json"] = "text"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        file = Path(os.environ.get("KNOOPPUNT_SETTINGS", "settings.toml"))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=file)

    @field_validator("origin")
    @classmethod
    def _origin_is_bare(cls, origin: str) -> str:
        if not origin:
            return origin
        try:
            iri = parse_iri(origin)
        except Malformed as error:
            raise ValueError(f"not an address ({error.code})") from None
        bare = origin_of(origin)
        if origin.rstrip("/") != bare:
            raise ValueError(f"an address without path, in lower case: {bare}")
        if iri.scheme == "http" and not is_loopback_name(iri.host):
            raise ValueError("must begin with https:// (http is for localhost and *.localhost only)")
        return bare

    @field_validator("database_url")
    @classmethod
    def _known_database(cls, url: str) -> str:
        for plain in ("postgresql://", "postgres://"):
            if url.startswith(plain):
                return "postgresql+psycopg://" + url.removeprefix(plain)
        if url and not url.startswith(("sqlite:///", "postgresql+psycopg://")):
            raise ValueError("begins with postgresql:// or sqlite:///")
        return url

    @field_validator("secret_key")
    @classmethod
    def _secret_is_32_bytes(cls, secret: str) -> str:
        if secret and (len(secret) != 64 or set(secret.lower()) - set("0123456789abcdef")):
            raise ValueError("64 hexadecimal digits (make one with: openssl rand -hex 32)")
        return secret.lower()

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer_has_tls(cls, issuer: str) -> str:
        if not issuer:
            return issuer
        try:
            iri = parse_iri(issuer)
        except Malformed as error:
            raise ValueError(f"not an address ({error.code})") from None
        if iri.scheme == "http" and not is_loopback_name(iri.host):
            raise ValueError("must begin with https:// (http is for localhost and *.localhost only)")
        if "?" in issuer or "#" in issuer:
            raise ValueError("an address without ? and #")
        return issuer

    @model_validator(mode="before")
    @classmethod
    def _login_is_whole(cls, given: dict[str, object]) -> dict[str, object]:
        issuer = given.get("oidc_issuer")
        if issuer and not given.get("oidc_client_id"):
            raise ValueError("oidc_client_id: what the issuer calls this instance is missing")
        if isinstance(issuer, str) and issuer and not given.get("oidc_name"):
            return given | {"oidc_name": issuer.partition("://")[2].partition("/")[0]}
        return given

    @field_validator("mail_from")
    @classmethod
    def _sender_is_one_address(cls, sender: str) -> str:
        if sender and not is_usable(parseaddr(sender)[1]):
            raise ValueError('one address, such as "Smart <smart@coop.example>"')
        return sender

    @property
    def public_origin(self) -> str:
        return self.origin or f"http://localhost:{self.port}"

    @property
    def database(self) -> str:
        """The address of the database, in SQLAlchemy's form."""
        return self.database_url or f"sqlite:///{self.data_dir / 'knooppunt.sqlite3'}"

    @property
    def limits(self) -> Limits:
        return Limits(
            inbox_per_host_per_s=self.inbox_per_host_per_s,
            inbox_per_host_burst=self.inbox_per_host_burst,
            fetches_per_host=self.fetches_per_host,
            fetches_total=self.fetches_total,
        )


def read_settings(**chosen: object) -> Settings:
    """The settings from file and environment, with `chosen` (the command line's) on top.

    Raises:
        UnusableSettings: a field is unknown or has a value that can't be; one sentence a field.
    """
    try:
        return Settings(**{name: value for name, value in chosen.items() if value is not None})  # type: ignore[arg-type]
    except ValidationError as error:
        lines = []
        for problem in error.errors():
            name = ".".join(str(part) for part in problem["loc"]) or "settings"
            lines.append(f"{name}: {problem['msg'].removeprefix('Value error, ')}")
        raise UnusableSettings(lines) from None
    except ValueError as error:
        raise UnusableSettings([f"settings file: {error}"]) from None
