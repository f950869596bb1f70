"""What the service of a house does by itself, and who keeps its clock."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

# embedded: `waymark serve`. heartbeat: `waymark heartbeat`. prefect: deployments with a schedule.
ClockKeeper = Literal["embedded", "heartbeat", "prefect"]
Years = Annotated[int, Field(ge=1, le=200)]


class Service(BaseModel):
    """Where the service leaves its backups and checkpoints; whether Prefect
    keeps a history of the rounds, and for how many days."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    backups: Path | None = None
    checkpoints: Path | None = None
    prefect: bool = True
    history_days: Annotated[int, Field(ge=1, le=3_650)] = 30
