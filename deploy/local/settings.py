from pathlib import Path
from typing import Any, Self

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from deploy.errors import CannotGoOn


class LocalSettings(BaseSettings):
    """Where the embedded servers keep their state and listen. Read from VARDKASE_STATE, VARDKASE_KAFKA_PORT, …"""

    model_config = SettingsConfigDict(env_prefix="VARDKASE_", frozen=True)

    state: Path = Path(".vardkase")
    kafka_port: int = Field(default=19092, ge=1, le=65535)
    controller_port: int = Field(default=19093, ge=1, le=65535)
    postgres_port: int = Field(default=15432, ge=1, le=65535)
    fsync: bool = True

    @classmethod
    def load(cls, **given: Any) -> Self:
        try:
            return cls(**given)
        except ValidationError as error:
            raise CannotGoOn(bad_setting("VARDKASE_", error)) from error


def bad_setting(prefix: str, error: ValidationError) -> str:
    """The first fault of `error` as a sentence: which variable, what it holds, what it should be."""
    fault = error.errors()[0]
    name = prefix + "_".join(str(part) for part in fault["loc"]).upper()
    return f"The setting {name} is {fault['input']!r}, which will not do: {fault['msg']}. Change it and try again."
