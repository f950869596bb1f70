"""SpiffWorkflow: a case is a process in BPMN, read from a row and written back in one commit."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from io import BytesIO
from pathlib import Path

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.parser import BpmnParser
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.util.task import TaskState

from benchmarks.sent import Sent, send

STAGES = ("notified", "accepted", "decided", "gathering", "meeting", "analysis", "panel")
PASSED = 5  # stages before the step
MODEL = "http://www.omg.org/spec/BPMN/20100524/MODEL"


@contextmanager
def prepare(database: Path, steps: Sequence[Sequence[Sent]]) -> Iterator[Callable[[int], None]]:
    """As many cases as steps, each in the middle of its stages."""
    keeper = BpmnWorkflowSerializer()
    with closing(sqlite3.connect(database, isolation_level=None)) as wire:
        wire.execute("PRAGMA journal_mode=WAL")
        wire.execute("PRAGMA synchronous=FULL")
        wire.execute("CREATE TABLE workflow (id INTEGER PRIMARY KEY, state TEXT)")
        stands = keeper.serialize_json(_in_the_middle())
        rows = [(number, stands) for number in range(len(steps))]
        wire.executemany("INSERT INTO workflow VALUES (?, ?)", rows)

        def take(number: int) -> None:
            wire.execute("BEGIN IMMEDIATE")
            found = wire.execute("SELECT state FROM workflow WHERE id = ?", (number,)).fetchone()
            case = keeper.deserialize_json(found[0])
            _move_on(case)
            kept = keeper.serialize_json(case)
            wire.execute("UPDATE workflow SET state = ? WHERE id = ?", (kept, number))
            send(wire, steps[number])
            wire.execute("COMMIT")

        yield take


def _in_the_middle() -> BpmnWorkflow:
    parser = BpmnParser()
    parser.add_bpmn_io(BytesIO(_process().encode()))
    case = BpmnWorkflow(parser.get_spec("review"))
    case.do_engine_steps()
    for _ in range(PASSED):
        _move_on(case)
    return case


def _move_on(case: BpmnWorkflow) -> None:
    (stage,) = case.get_tasks(state=TaskState.READY, manual=True)
    stage.data["draft_analysis"] = "A-1"
    stage.run()
    case.do_engine_steps()


def _process() -> str:
    """The stages one after another, as manual tasks."""
    ends = ("start", *STAGES, "end")
    flows = "".join(
        f'<sequenceFlow id="f{n}" sourceRef="{ends[n]}" targetRef="{ends[n + 1]}"/>'
        for n in range(len(ends) - 1)
    )
    tasks = "".join(
        f'<manualTask id="{stage}" name="{stage}">'
        f"<incoming>f{n}</incoming><outgoing>f{n + 1}</outgoing></manualTask>"
        for n, stage in enumerate(STAGES)
    )
    return (
        f'<definitions xmlns="{MODEL}" targetNamespace="review">'
        '<process id="review" isExecutable="true">'
        f'<startEvent id="start"><outgoing>f0</outgoing></startEvent>{tasks}'
        f'<endEvent id="end"><incoming>f{len(STAGES)}</incoming></endEvent>{flows}'
        "</process></definitions>"
    )
