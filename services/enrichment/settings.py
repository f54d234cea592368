"""Enrichment's settings, `ENRICHMENT_…`."""

from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import SettingsConfigDict

from services.enrichment.domain import REVIEW_BELOW
from shared.settings import ServiceSettings


class EnrichmentSettings(ServiceSettings):
    """`review_below`: category confidence under which a report is marked for a person to look at.

    `gazetteer`: a folder made by `vardkase gazetteer build`; None: the gazetteer that comes with the product.
    `reads_in`: `process`: reports are read in a process beside the service, so that two cores work; `thread`: in its own.
    """

    model_config = SettingsConfigDict(env_prefix="ENRICHMENT_", frozen=True)

    port: int = Field(default=8102, ge=1, le=65535)
    review_below: float = Field(default=REVIEW_BELOW, ge=0, le=1)
    gazetteer: Path | None = None
    reads_in: Literal["process", "thread"] = "process"
    batch_records: int = Field(default=4_000, ge=1, le=10_000)
