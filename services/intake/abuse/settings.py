"""Settings against abuse, `INTAKE_ABUSE_…`. How many, how fast, and whom we take whose word for."""

from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Any, Final, Self, TypeAlias

from pydantic import BeforeValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from services.intake.abuse.buckets import Limit

Network: TypeAlias = IPv4Network | IPv6Network
# Own machines and networks, and what a proxy that nobody named here shows us: everybody at once, who must not be limited as one.
PRIVATE: Final = tuple(
    ip_network(network)
    for network in ("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "::1/128", "fc00::/7")
)


def _networks(given: Any) -> Any:
    """From `10.0.0.0/8, 192.0.2.7`."""
    parts = given.split(",") if isinstance(given, str) else given
    return tuple(ip_network(str(part).strip()) for part in parts if str(part).strip())


Networks: TypeAlias = Annotated[tuple[Network, ...], NoDecode, BeforeValidator(_networks)]


class AbuseSettings(BaseSettings):
    """A limit is a number at once (`…_burst`) and then one each so many seconds (`…_each_s`)."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_ABUSE_", frozen=True)

    # Whose X-Forwarded-For is believed; nobody's, if left out.
    trusted_proxies: Networks = ()
    # Whom no limit and no burst concerns, such as the municipality's own network.
    never_limited: Networks = PRIVATE
    limits: bool = True
    address_burst: int = Field(default=120, ge=1, le=100_000)
    address_each_s: float = Field(default=10, gt=0, le=86_400)
    network_burst: int = Field(default=600, ge=1, le=1_000_000)
    network_each_s: float = Field(default=2, gt=0, le=86_400)
    token_burst: int = Field(default=20_000, ge=1, le=10_000_000)
    token_each_s: float = Field(default=0.005, gt=0, le=86_400)
    # What an address may send by the API without a token and without work done.
    without_work_burst: int = Field(default=60, ge=0, le=100_000)
    without_work_each_s: float = Field(default=30, gt=0, le=86_400)

    # What an address may send by the form without work, as without JavaScript, before that alone holds it; its network five times that.
    unscripted_burst: int = Field(default=3, ge=0, le=100_000)
    unscripted_each_s: float = Field(default=1200, gt=0, le=86_400)

    challenge: bool = True
    # Signs challenges; without it none is asked for.
    challenge_key: SecretStr | None = Field(default=None, min_length=16)
    challenge_minutes: int = Field(default=240, ge=1, le=24 * 60)
    # Iterations for each of about 256 tries: the lowest when it is calm, the highest under load.
    cost_lowest: int = Field(default=1000, ge=1, le=1_000_000)
    cost_highest: int = Field(default=8000, ge=1, le=1_000_000)
    # Challenges a minute, in one process, above which the cost begins to rise.
    calm_per_minute: int = Field(default=120, ge=1, le=1_000_000)

    quarantine: bool = True
    # As many as these of the same text within the minutes are a burst: from one network, and from anywhere.
    alike_from_network: int = Field(default=8, ge=2, le=10_000)
    alike_from_anywhere: int = Field(default=25, ge=2, le=100_000)
    alike_minutes: int = Field(default=10, ge=1, le=24 * 60)
    least_fill_s: float = Field(default=3, ge=0, le=60)
    # What is held for a reason of little weight goes on by itself after this time; the rest waits for a person.
    release_minutes: int = Field(default=10, ge=0, le=7 * 24 * 60)

    @model_validator(mode="after")
    def _range(self) -> Self:
        if self.cost_highest < self.cost_lowest:
            raise ValueError("INTAKE_ABUSE_COST_HIGHEST must not be below INTAKE_ABUSE_COST_LOWEST")
        return self

    @property
    def asks_for_work(self) -> bool:
        return self.challenge and self.challenge_key is not None

    @property
    def address(self) -> Limit:
        return Limit(self.address_burst, self.address_each_s)

    @property
    def network(self) -> Limit:
        return Limit(self.network_burst, self.network_each_s)

    @property
    def unscripted(self) -> Limit:
        return Limit(self.unscripted_burst, self.unscripted_each_s)

    @property
    def unscripted_network(self) -> Limit:
        return Limit(5 * self.unscripted_burst, self.unscripted_each_s / 5)

    @property
    def token(self) -> Limit:
        return Limit(self.token_burst, self.token_each_s)

    @property
    def without_work(self) -> Limit:
        return Limit(self.without_work_burst, self.without_work_each_s)

    def alike(self, texts: int) -> Limit:
        """Twice as much is counted as is let through, so that a flood stays one for as long as it goes on."""
        return Limit(2 * texts, self.alike_minutes * 60 / texts)

    @property
    def release_after(self) -> timedelta:
        return timedelta(minutes=self.release_minutes)
