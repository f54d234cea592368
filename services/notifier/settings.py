"""The notifier's settings, `NOTIFIER_…`."""

import base64
import binascii
import ipaddress
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit

import yaml
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import NoDecode, SettingsConfigDict

from shared.events import Agency
from shared.settings import ServiceSettings

_FEWEST_SECRET_BYTES = 24  # what the Standard Webhooks specification asks for


class WebhookSetting(BaseModel):
    """One receiver: whose, where, and the shared secret `whsec_…`."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    agency: Agency
    url: str = Field(max_length=2000)
    secret: SecretStr

    @field_validator("secret")
    @classmethod
    def _is_a_webhook_secret(cls, secret: SecretStr) -> SecretStr:
        text = secret.get_secret_value()
        try:
            key = base64.b64decode(text.removeprefix("whsec_") + "==", validate=False)
        except (binascii.Error, ValueError):
            key = b""
        if not text.startswith("whsec_") or len(key) < _FEWEST_SECRET_BYTES:
            raise ValueError(
                f"a webhook secret is whsec_ and at least {_FEWEST_SECRET_BYTES} random bytes in base64"
            )
        return secret

    @property
    def is_protected(self) -> bool:
        """Encrypted on the way, or never leaving this machine."""
        parts = urlsplit(self.url)
        return parts.scheme == "https" or (parts.scheme == "http" and _is_loopback(parts.hostname or ""))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _from_file_or_text(value: Any) -> Any:
    """A JSON or YAML list, or the path of a YAML file that holds one."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if text and not text.startswith(("[", "-")):
        path = Path(text)
        if not path.is_file():
            raise ValueError(f"{text} is neither a JSON list nor a file")
        text = path.read_text(encoding="utf-8")
    try:
        return yaml.safe_load(text) or []
    except yaml.YAMLError as error:
        raise ValueError(f"not a JSON or YAML list: {error}") from error


class NotifierSettings(ServiceSettings):
    """`webhooks`: a JSON list of {"agency", "url", "secret"} or the path of a YAML file with one.

    `agency_tokens`: a JSON object, agency → token, for the HTTP API; an agency without one can't use it.
    """

    model_config = SettingsConfigDict(env_prefix="NOTIFIER_", frozen=True, hide_input_in_errors=True)

    port: int = Field(default=8103, ge=1, le=65535)
    rules: Path | None = None
    webhooks_unprotected: bool = False
    webhooks: Annotated[tuple[WebhookSetting, ...], NoDecode, BeforeValidator(_from_file_or_text)] = ()
    agency_tokens: dict[Agency, SecretStr] = Field(default_factory=dict)
    webhook_timeout_s: float = Field(default=10, gt=0, le=60)
    webhook_attempts: int = Field(default=10, ge=1, le=50)
    webhook_first_pause_s: float = Field(default=5, gt=0)
    webhook_longest_pause_s: float = Field(default=900, gt=0)
    webhook_concurrency: int = Field(default=4, ge=1, le=32)

    @field_validator("agency_tokens")
    @classmethod
    def _tokens_are_secret(cls, tokens: dict[Agency, SecretStr]) -> dict[Agency, SecretStr]:
        values = [token.get_secret_value() for token in tokens.values()]
        if any(len(value) < 16 for value in values):
            raise ValueError("every token must have at least 16 characters")
        if len(set(values)) < len(values):
            raise ValueError("two agencies share a token, so each would see the other's alerts")
        return tokens

    @field_validator("webhooks")
    @classmethod
    def _webhooks_are_safe(
        cls, webhooks: tuple[WebhookSetting, ...], known: ValidationInfo
    ) -> tuple[WebhookSetting, ...]:
        places = [(hook.agency, hook.url) for hook in webhooks]
        if len(set(places)) < len(places):
            raise ValueError("the same webhook stands twice")
        for hook in webhooks:
            parts = urlsplit(hook.url)
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
                raise ValueError(
                    f"the webhook of {hook.agency} must be an http(s) address without a user in it"
                )
            if not hook.is_protected and not known.data.get("webhooks_unprotected"):
                raise ValueError(
                    f"the webhook of {hook.agency} at {parts.hostname} is neither https nor on this machine; use "
                    "https, or set NOTIFIER_WEBHOOKS_UNPROTECTED=true for a closed network"
                )
        return webhooks
