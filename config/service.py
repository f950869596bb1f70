"""What the service of a house does by itself, and who keeps its clock."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from config.certificate import Certificate

# embedded: `waymark serve`. heartbeat: `waymark heartbeat`, where there are several processes.
ClockKeeper = Literal["embedded", "heartbeat"]
Years = Annotated[int, Field(ge=1, le=200)]


class Service(BaseModel):
    """What the service does beside the rounds.

    Folders for its backups and checkpoints; the port it takes letters in at, 0 for none; the files
    by which it speaks TLS; whether Prefect keeps a history of the rounds, and for how many days.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    backups: Path | None = None
    checkpoints: Path | None = None
    door: Annotated[int, Field(ge=0, le=65_535)] = 0
    certificate: Path | None = None
    private_key: Path | None = None
    prefect: bool = True
    history_days: Annotated[int, Field(ge=1, le=3_650)] = 30

    @property
    def shown(self) -> Certificate:
        """What whoever calls the house is shown."""
        return Certificate(self.certificate, self.private_key)
