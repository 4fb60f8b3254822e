"""Settings, from the environment (``DR_…``, and ``DATABASE_URL``) or a ``.env`` file."""

from functools import cache
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an office may choose. Numbers that come from rules name the rule (see docs/operate.md)."""

    model_config = SettingsConfigDict(env_prefix="DR_", env_file=".env", extra="ignore")

    database_url: str = Field(default="sqlite:///var/double-random.db", validation_alias="DATABASE_URL")
    site_name: str = "双随机、一公开监管平台"
    public_address: str = "http://127.0.0.1:8000"
    secure_cookies: bool = False
    """Set to true when the site is served over HTTPS."""
    sign_in_hours: int = 10
    sign_in_attempts_per_minute: int = 10
    max_upload_mb: int = 200

    undirected_floor_ppm: int = 30_000
    """R10: a non-directional draw takes at least 3 % of the enterprises; below it the preview warns."""
    annual_visit_cap: int = 2
    """R12: visits to one entity by one organ in a calendar year; entities at the cap leave the frame."""
    publication_working_days: int = 20
    """R21: working days from the inspection to its publication."""
    min_anonymity: int = 5
    """draw/1 part 3: a drawn entity hides among at least so many drawn entities of its public path."""
    min_parties: int = 2
    """Parties that commit a secret to each draw: the organiser and at least one witness."""
    publish_inspector_names: bool = False
    """Whether the public page of a result names the inspectors."""

    @property
    def data_folder(self) -> Path:
        return Path("var")


@cache
def settings() -> Settings:
    return Settings()
