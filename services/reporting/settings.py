"""REPORTING_…: who may see the picture, where the map's ground comes from, and when to meet daily."""

from functools import cached_property

from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from services.reporting.domain.rhythm import RhythmRule
from shared.identity import MunicipalityCode
from shared.settings import ServiceSettings


class Settings(ServiceSettings):
    model_config = SettingsConfigDict(env_prefix="REPORTING_", frozen=True)

    port: int = Field(default=8104, ge=1, le=65535)
    staff_token: SecretStr = Field(min_length=16)
    session_hours: int = Field(default=12, ge=1, le=168)
    # Off only where the pages are reached over plain HTTP, as on one's own machine.
    secure_cookie: bool = False
    municipality: MunicipalityCode = "1983"
    # Where staff reach intake's pages for what is held and for photos, as https://rapportera.example.se; without it nothing links there.
    intake_url: str | None = Field(default=None, pattern=r"^https?://[^\s;,'\"<>]+[^\s;,'\"<>/]$")
    # A template with {z}/{x}/{y}; without one the map draws municipalities and localities of its own.
    tile_url: str | None = Field(default=None, pattern=r"^https?://[^\s;,']+$")
    tile_attribution: str = ""
    poll_s: int = Field(default=10, ge=2, le=600)
    sharing_level: str = "Delas mellan kommunen och Polisen. Sprids inte vidare."
    rhythm_check_s: float = Field(default=60, gt=0)
    serious_severity: int = Field(default=3, ge=1, le=4)
    critical_severity: int = Field(default=4, ge=1, le=4)
    serious_window_days: int = Field(default=7, ge=1, le=60)
    serious_count: int = Field(default=3, ge=2)
    near_count: int = Field(default=2, ge=2)
    near_m: float = Field(default=5_000, gt=0)
    near_hours: int = Field(default=72, ge=1)
    quiet_days: int = Field(default=7, ge=1)

    @cached_property
    def rhythm_rule(self) -> RhythmRule:
        return RhythmRule(
            serious_severity=self.serious_severity,
            critical_severity=self.critical_severity,
            window_days=self.serious_window_days,
            serious_count=self.serious_count,
            near_count=self.near_count,
            near_m=self.near_m,
            near_hours=self.near_hours,
            quiet_days=self.quiet_days,
        )
