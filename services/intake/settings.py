"""Intake's settings, `INTAKE_…`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from services.intake.abuse.settings import AbuseSettings
from services.intake.domain.open311.privacy import OPENABLE
from services.intake.domain.tokens import ScopeError, checked_scopes
from services.intake.email.settings import EmailSettings, require_links
from services.intake.photos.settings import PhotoSettings
from services.intake.staff.settings import StaffSettings
from services.intake.tiles import Tiles, checked_tile_url
from shared.categories import CategoryCode
from shared.events import Source
from shared.geodata import municipalities
from shared.settings import ServiceSettings


class IntakeSettings(ServiceSettings):
    """`tokens`: a JSON object, source → token, put into the database at start; more are made by `vardkase tokens`."""

    model_config = SettingsConfigDict(env_prefix="INTAKE_", frozen=True)

    port: int = Field(default=8101, ge=1, le=65535)
    municipality: str = "1983"
    # For which other municipalities anybody may report by the API: codes, parted by commas. Any, if left out; the own one is always one.
    municipalities: Annotated[frozenset[str] | None, NoDecode] = None
    tokens: dict[Source, SecretStr] = Field(default_factory=dict)
    # Where people reach this service; only needed when a proxy hides the Host header or takes TLS.
    public_url: str = ""
    # jurisdiction_id → municipality's code; without it the municipality's own code is the only one.
    open311_jurisdictions: dict[str, str] = Field(default_factory=dict)
    # Services whose requests anybody may list, without their words; nobody may, if left out.
    open311_open_to_all: frozenset[CategoryCode] = frozenset()
    # How to reach those who answer for the interface.
    open311_contact: str = ""
    # So long a `media_url` opens its photo at least, and at most twice as long.
    open311_media_days: int = Field(default=7, ge=1, le=90)
    # The master keys that seal what people tell; `vardkase up` makes the file, elsewhere `vardkase keys new`.
    master_keys_file: Path = Path("master_keys.json")
    # Reports are disposed of so many days after they came; never, if left out. Set it to what the municipality has decided.
    retention_days: int | None = Field(default=None, ge=1, le=36500)
    # Kinds that are kept for another time than that, as JSON: {"unsafe_place": 90, "child_concern": 1825}.
    retention_days_by_category: dict[CategoryCode, Annotated[int, Field(ge=1, le=36500)]] = Field(
        default_factory=dict
    )
    # So long it is known at least that contact details were opened, by whom; as long as the report is kept in any case.
    disclosure_days: int = Field(default=730, ge=1, le=36500)
    queue_limit: int = Field(default=2048, ge=1, le=100_000)
    batch_limit: int = Field(default=256, ge=1, le=2000)
    idempotency_hours: int = Field(default=72, ge=48, le=24 * 90)
    purge_every_s: float = Field(default=600, gt=0)
    # A folder of further languages for the citizens' pages, one file each: fi.yaml, ar.yaml.
    languages_folder: Path | None = None
    # Where the form's map has its streets from, with {z}, {x} and {y}: that server sees the address of who opens the map. Without
    # it the map draws municipalities and localities of its own, and asks nobody.
    tile_url: str | None = None
    tile_attribution: str = Field(default="", max_length=300)
    # Who answers for what people tell here, and who the data protection officer is, with how to reach them; and a page with more.
    controller: str = Field(default="", max_length=300)
    data_protection_officer: str = Field(default="", max_length=300)
    privacy_url: str = Field(default="", pattern=r"^(https?://\S{1,300})?$")
    # `INTAKE_ABUSE_…`
    abuse: AbuseSettings = Field(default_factory=AbuseSettings)
    # `INTAKE_PHOTOS_…`
    photos: PhotoSettings = Field(default_factory=PhotoSettings)
    # `INTAKE_EMAIL_…`
    email: EmailSettings = Field(default_factory=EmailSettings)
    # `INTAKE_STAFF_…`
    staff: StaffSettings = Field(
        default_factory=lambda given: StaffSettings.served_at(given.get("public_url", ""))
    )

    @field_validator("municipality")
    @classmethod
    def _is_known(cls, code: str) -> str:
        if code not in municipalities():
            raise ValueError(f"{code!r} is not a municipality's code; Köping's is 1983")
        return code

    @field_validator("municipalities", mode="before")
    @classmethod
    def _are_parted(cls, given: object) -> object:
        return (
            [code.strip() for code in given.split(",") if code.strip()] if isinstance(given, str) else given
        )

    @field_validator("municipalities")
    @classmethod
    def _are_known(cls, given: frozenset[str] | None) -> frozenset[str] | None:
        if unknown := (given or frozenset()) - set(municipalities()):
            raise ValueError(f"{', '.join(sorted(unknown))} is not a municipality's code; Köping's is 1983")
        return given

    @field_validator("open311_jurisdictions")
    @classmethod
    def _are_jurisdictions(cls, given: dict[str, str]) -> dict[str, str]:
        try:
            checked_scopes([f"open311:{jurisdiction}" for jurisdiction in given] or ["read"])
        except ScopeError as error:
            raise ValueError("a jurisdiction has letters, digits, dots and dashes") from error
        if unknown := set(given.values()) - set(municipalities()):
            raise ValueError(f"{', '.join(sorted(unknown))} is not a municipality's code; Köping's is 1983")
        return given

    @field_validator("open311_open_to_all")
    @classmethod
    def _may_be_opened(cls, given: frozenset[CategoryCode]) -> frozenset[CategoryCode]:
        if closed := given - OPENABLE:
            raise ValueError(
                f"{', '.join(sorted(closed))} can point at a person; only {', '.join(sorted(OPENABLE))} may be open to all"
            )
        return given

    @field_validator("tile_url")
    @classmethod
    def _is_tile_url(cls, given: str | None) -> str | None:
        return checked_tile_url(given) if given else None

    @property
    def tiles(self) -> Tiles | None:
        return None if self.tile_url is None else Tiles(self.tile_url, self.tile_attribution)

    def takes_reports_for(self, municipality: str) -> bool:
        """Of those who report without a token."""
        return self.municipalities is None or municipality in {self.municipality, *self.municipalities}

    @property
    def jurisdictions(self) -> Mapping[str, str]:
        return self.open311_jurisdictions or {self.municipality: self.municipality}

    @model_validator(mode="after")
    def _messages_lead_somewhere(self) -> Self:
        require_links(self.email, self.public_url)
        return self

    @model_validator(mode="after")
    def _tokens_are_secret(self) -> Self:
        if Source.CITIZEN in self.tokens:
            raise ValueError("a citizen needs no token; remove it from INTAKE_TOKENS")
        values = [token.get_secret_value() for token in self.tokens.values()]
        if any(len(value) < 16 for value in values):
            raise ValueError("every token in INTAKE_TOKENS must have at least 16 characters")
        if len(set(values)) < len(values):
            raise ValueError("two sources in INTAKE_TOKENS share a token, so their reports would mix")
        return self
