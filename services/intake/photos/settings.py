"""Settings of photos, `INTAKE_PHOTOS_…`."""

from typing import Final, Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.intake.photos.origins import origin_of

S3: Final = "s3://"


class PhotoSettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="INTAKE_PHOTOS_", frozen=True)

    # A folder, which all processes of intake share, or `s3://bucket/prefix`.
    store: str = Field(default=".vardkase/photos", min_length=1)
    # Where S3 is spoken, when it is not Amazon's; `http://` only on a network of one's own.
    s3_endpoint: str = ""
    s3_region: str = "eu-north-1"
    # Without keys those of the machine's role are used.
    s3_access_key: SecretStr | None = None
    s3_secret_key: SecretStr | None = None
    # `endpoint/bucket/…` rather than `bucket.endpoint/…`.
    s3_path_style: bool = True

    # Of one report; 0 takes no photos at all.
    most: int = Field(default=5, ge=0, le=50)
    max_bytes: int = Field(default=10 * 1024 * 1024, ge=1024, le=100 * 1024 * 1024)
    max_pixels: int = Field(default=64_000_000, ge=1_000_000, le=500_000_000)
    display_px: int = Field(default=2048, ge=256, le=8192)
    thumbnail_px: int = Field(default=400, ge=64, le=1024)
    # Processes that draw photos anew, and what one photo may cost each.
    processes: int = Field(default=1, ge=1, le=16)
    timeout_s: float = Field(default=20, gt=0, le=300)
    memory_mb: int = Field(default=1024, ge=256, le=16_384)
    # How many photos may wait for a process, and how much of them may be on its way in at once.
    queue: int = Field(default=64, ge=1, le=10_000)
    uploads_mb: int = Field(default=512, ge=1, le=100_000)
    # A photo that no report has taken up is erased after so long.
    staged_hours: int = Field(default=24, ge=2, le=24 * 14)
    # What an address may send: a number at once and then one each so many seconds.
    address_burst: int = Field(default=60, ge=1, le=100_000)
    address_each_s: float = Field(default=20, gt=0, le=86_400)

    # Whose pictures are fetched when an Open311 client only tells where they lie: JSON, ["https://www.exempel.se"]. No one's, if left out.
    fetched_from: frozenset[str] = frozenset()

    @field_validator("fetched_from")
    @classmethod
    def _are_origins(cls, given: frozenset[str]) -> frozenset[str]:
        if wrong := sorted(each for each in given if origin_of(each) != each):
            raise ValueError(f"{wrong[0]!r} is not an origin such as https://www.exempel.se, without a path")
        return given

    @property
    def is_s3(self) -> bool:
        return self.store.startswith(S3)

    @model_validator(mode="after")
    def _keys_come_together(self) -> Self:
        if (self.s3_access_key is None) != (self.s3_secret_key is None):
            raise ValueError("INTAKE_PHOTOS_S3_ACCESS_KEY and INTAKE_PHOTOS_S3_SECRET_KEY belong together")
        if self.is_s3 and not self.store[len(S3) :].partition("/")[0]:
            raise ValueError("INTAKE_PHOTOS_STORE must name a bucket, as in s3://bucket/prefix")
        return self
