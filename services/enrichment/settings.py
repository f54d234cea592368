"""Enrichment's settings, `ENRICHMENT_…`."""

from pathlib import Path
from typing import Final, Literal, Self

from pydantic import AnyHttpUrl, Field, model_validator
from pydantic_settings import SettingsConfigDict

from services.enrichment.domain import REVIEW_BELOW
from shared.settings import ServiceSettings

_SHORTEST_CONSENT: Final = 5


class EnrichmentSettings(ServiceSettings):
    """`review_below`: category confidence under which a report is marked for a person to look at.

    `gazetteer`: a folder made by `vardkase gazetteer build`; None: the gazetteer that comes with the product.
    `online_geocoder_url`: of a server that speaks Nominatim's API, without `/search`; None: nobody is asked. It needs
    `online_geocoder_consent`: who decided it and when. `online_geocoder_interval_s`: between two questions, of all processes;
    `online_geocoder_budget_s`: all that a batch waits for answers, `online_geocoder_timeout_s`: for one.
    `reads_in`: `process`: reports are read in a process beside the service, so that two cores work; `thread`: in its own.
    """

    model_config = SettingsConfigDict(env_prefix="ENRICHMENT_", frozen=True)

    port: int = Field(default=8102, ge=1, le=65535)
    review_below: float = Field(default=REVIEW_BELOW, ge=0, le=1)
    gazetteer: Path | None = None
    reads_in: Literal["process", "thread"] = "process"
    batch_records: int = Field(default=2_000, ge=1, le=10_000)
    online_geocoder_url: AnyHttpUrl | None = None
    online_geocoder_consent: str | None = Field(default=None, max_length=300)
    online_geocoder_interval_s: float = Field(default=1, ge=0.05, le=60)
    online_geocoder_timeout_s: float = Field(default=2, gt=0, le=20)
    online_geocoder_budget_s: float = Field(default=3, gt=0, le=30)

    @model_validator(mode="after")
    def _has_consent_to_what_it_asks(self) -> Self:
        url, consent = self.online_geocoder_url, (self.online_geocoder_consent or "").strip()
        if url and len(consent) < _SHORTEST_CONSENT:
            raise ValueError(
                "an online geocoder is set (ENRICHMENT_ONLINE_GEOCODER_URL) and nobody has consented to it; name who decided "
                'it and when, ENRICHMENT_ONLINE_GEOCODER_CONSENT="name, decision, date", or take the URL away'
            )
        if consent and not url:
            raise ValueError(
                "consent to an online geocoder is given (ENRICHMENT_ONLINE_GEOCODER_CONSENT) and none is set; set "
                "ENRICHMENT_ONLINE_GEOCODER_URL, or take the consent away"
            )
        if url:
            _check_server(url)
        if self.online_geocoder_budget_s < self.online_geocoder_timeout_s:
            raise ValueError(
                "ENRICHMENT_ONLINE_GEOCODER_BUDGET_S is shorter than ENRICHMENT_ONLINE_GEOCODER_TIMEOUT_S: "
                "no question would be asked"
            )
        return self


def _check_server(url: AnyHttpUrl) -> None:
    """Raises ValueError."""
    host = url.host or ""
    if url.username or url.password or url.query or url.fragment:
        raise ValueError(
            "ENRICHMENT_ONLINE_GEOCODER_URL is the server's address alone, without names, keys or ?"
        )
    is_near = host in {"127.0.0.1", "[::1]"} or not {".", ":"} & set(host)
    if url.scheme != "https" and not is_near:
        raise ValueError(
            "ENRICHMENT_ONLINE_GEOCODER_URL has to begin with https; only a server on this machine or in the same network "
            "(a name without a full stop) may be asked by http"
        )
