"""Settings, from the environment (``DR_…``, and ``DATABASE_URL``) or a ``.env`` file."""

import re
from functools import cache
from pathlib import Path
from typing import Literal

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
    alg: Literal["sha256", "sm3"] = "sha256"
    """The digest of new draws: SHA-256 or SM3 (GB/T 32905). Change it only while no task has a commitment."""
    party_kinds: str = "organiser discipline enterprise"
    """Kinds of parties of which each draw has at least one (organiser, discipline, enterprise, other)."""
    beacon_chain: str = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
    """The drand chain (quicknet) whose rounds enter the seed of tasks that ask for a public beacon."""
    beacon_margin_seconds: int = Field(default=60, ge=30)
    """The round of a draw is the first one so long after the deadline of its reveals. A reveal that came in
    time may wait for the database almost as long as the least margin, and is still earlier than the round."""
    drand_relay: str = ""
    """Where rounds are fetched from, e.g. ``https://api.drand.sh``. Empty: nothing is fetched, rounds are
    handed in as files."""
    upkeep_seconds: int = Field(default=15, ge=1)
    """How often the server looks for reveals that are overdue and sealed draws that are due."""
    engine: Literal["inline", "dask"] = "inline"
    """What does the jobs: ``inline``, threads of the server; ``dask`` is kept for a cluster."""
    reveal_hours: int = Field(default=16, ge=0, le=24 * 31)
    """[K] An inspector's calendar names the entity so many hours before the visit: the afternoon before."""
    publish_inspector_names: bool = False
    """Whether the public page of a result names the inspectors."""
    publish_inspectors: Literal["none", "code", "name"] = "none"
    """What public pages of a pairing show of a person beside the alias: nothing, the staff number, or the
    name as well. The published files hold aliases alone."""

    log_key_file: Path | None = None
    """The signing key of the transparency log: 32 bytes, made when first needed; ``log.key`` of the data
    folder where nothing is chosen. Back it up: checkpoints by another key are another log's."""
    log_origin: str = Field(default="double-random.local/log", pattern=r"^[!-*,-~]{1,128}$")
    """The log's name on every checkpoint: no blanks, no plus. Choose it before the first draw, for good."""
    witness_keys: str = ""
    """Verifier keys (type 0x04) of those who may cosign checkpoints, with commas between them."""
    tsa_url: str = ""
    """Where an RFC 3161 authority answers. Empty: no time stamps unless brought by hand."""
    tsa_roots: Path | None = None
    """PEM file with the certificates that the authority's answers must lead to."""

    tile_url: str = ""
    """Pictures of the map of routes, e.g. ``https://tiles.example.gov.cn/{z}/{x}/{y}.png``: one origin, no
    ``{s}``. Empty: routes on a plain ground, and nothing is fetched."""
    tile_credit: str = ""
    """What the map says of who drew those pictures."""

    @property
    def tile_origin(self) -> str:
        """The one address from which the map's page may show pictures; empty where there is none."""
        found = re.match(r"https?://[A-Za-z0-9.-]+(?::[0-9]{1,5})?(?=/)", self.tile_url)
        return found.group() if found else ""

    @property
    def data_folder(self) -> Path:
        return Path("var")

    @property
    def log_key(self) -> Path:
        return self.log_key_file or self.data_folder / "log.key"


@cache
def settings() -> Settings:
    return Settings()
