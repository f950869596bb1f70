"""An action done once more: what was recorded the first time no longer counts."""

from __future__ import annotations

from dataclasses import replace

from engine.conditions import ALWAYS, Condition
from engine.shape import Transition


def again(when: Condition, action: Transition, *facts: str) -> tuple[Transition, Transition]:
    """The action twice: where the condition holds these facts must be given anew, else as it is.

    A case that was reopened, or a draft that went back, keeps its old views, dates and
    agreements in its record; none of them may carry the new decision.
    """
    both = when if action.when == ALWAYS else when & action.when
    anew = tuple(dict.fromkeys((*action.anew, *facts)))
    return replace(action, when=both, anew=anew), action
