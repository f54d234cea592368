"""Settings of e-mail to reporters, `INTAKE_EMAIL_…`. Without a server there is none, and the form does not offer it."""

from datetime import timedelta
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.intake.abuse.buckets import Limit
from services.intake.email.recipient import recipient

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class EmailSettings(BaseSettings):
    """A limit is a number at once (`…_burst`) and then one each so many seconds (`…_each_s`)."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_EMAIL_", frozen=True)

    host: str = ""
    port: int = Field(default=587, ge=1, le=65535)
    # `starttls` and `tls` are demanded, not tried; `none` only for a server on the same machine or network.
    security: Literal["starttls", "tls", "none"] = "starttls"
    # The authority that signed the server's certificate, where the system does not know it.
    ssl_cafile: Path | None = None
    username: str = ""
    password: SecretStr = SecretStr("")
    timeout_s: float = Field(default=20, gt=0, le=300)
    # Whom messages come from; its mail server must be allowed to send for that domain (SPF, DKIM, DMARC).
    sender: str = ""
    # Beside the address; the municipality's name, if left out.
    sender_name: str = Field(default="", max_length=100)

    code_minutes: int = Field(default=15, ge=2, le=24 * 60)
    # Statuses that come within this time of the first go into one message.
    gather_s: float = Field(default=120, ge=0, le=86_400)
    poll_s: float = Field(default=2, gt=0, le=60)
    retry_first_s: float = Field(default=30, gt=0, le=3600)
    keep_trying_hours: float = Field(default=48, gt=0, le=24 * 14)

    # Codes that may be asked for: of one report, of one network, and sent to one address.
    report_burst: int = Field(default=4, ge=1, le=1000)
    report_each_s: float = Field(default=600, gt=0, le=86_400)
    network_burst: int = Field(default=20, ge=1, le=100_000)
    network_each_s: float = Field(default=60, gt=0, le=86_400)
    recipient_burst: int = Field(default=5, ge=1, le=1000)
    recipient_each_s: float = Field(default=1800, gt=0, le=86_400)

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if not self.is_on:
            return self
        if recipient(self.sender) is None:
            raise ValueError("INTAKE_EMAIL_SENDER must be an e-mail address, since INTAKE_EMAIL_HOST is set")
        if self.username and self.security == "none" and self.host not in _LOOPBACK:
            raise ValueError("a password is sent by starttls or tls only: set INTAKE_EMAIL_SECURITY")
        return self

    @property
    def is_on(self) -> bool:
        return bool(self.host)

    @property
    def code_lasts(self) -> timedelta:
        return timedelta(minutes=self.code_minutes)

    @property
    def report(self) -> Limit:
        return Limit(self.report_burst, self.report_each_s)

    @property
    def network(self) -> Limit:
        return Limit(self.network_burst, self.network_each_s)

    @property
    def recipient(self) -> Limit:
        return Limit(self.recipient_burst, self.recipient_each_s)


def require_links(email: EmailSettings, public_url: str) -> None:
    """Raises `ValueError` unless links in messages lead somewhere, and by a way that may carry them."""
    if not email.is_on:
        return
    scheme, _, rest = public_url.partition("://")
    host = rest.partition("/")[0].rpartition(":")[0] or rest.partition("/")[0]
    if not rest or not (scheme == "https" or (scheme == "http" and host in _LOOPBACK)):
        raise ValueError(
            "INTAKE_PUBLIC_URL must be the https address where people reach the form, since INTAKE_EMAIL_HOST is set: "
            "messages link to it"
        )
