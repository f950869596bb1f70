"""The process of the step by Viewflow; what it needs of Django must be set up before."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection, transaction
from viewflow import this
from viewflow.workflow import flow
from viewflow.workflow.models import Process

from benchmarks.sent import Sent, send


class Review(flow.Flow):
    """Stages one after another, each a task that is done by calling it."""

    process_class = Process

    start = flow.StartHandle(this.begin).Next(this.analysis)
    analysis = flow.Handle(this.keep).Next(this.panel)
    panel = flow.Handle(this.keep).Next(this.end)
    end = flow.End()

    def begin(self, activation: Any) -> Any:
        return activation.process

    def keep(self, _activation: Any, statements: Sequence[Sent]) -> None:
        send(connection.connection, statements)


def begun(steps: Sequence[Sequence[Sent]]) -> Callable[[int], None]:
    """A process for each step; what is given back finds one and does its task."""
    with transaction.atomic():
        for _ in steps:
            Review.start.run()
    keys = list(Process.objects.order_by("pk").values_list("pk", flat=True))

    def take(number: int) -> None:
        with transaction.atomic():
            process = Process.objects.get(pk=keys[number])
            task = process.task_set.get(flow_task=Review.analysis)
            Review.analysis.run(task, statements=steps[number])

    return take
