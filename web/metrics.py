"""The signs of a house as Prometheus reads them; labels are names of our own and nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from engine.health import Signs, faults
from engine.ticks import Outcome
from store.session import Waits


def exposition(signs: Signs, waits: Waits) -> bytes:
    """Every number of a house in Prometheus's text format; times are seconds of the Unix epoch."""
    registry = CollectorRegistry()
    registry.register(_Numbers(signs, waits))
    ProcessCollector(registry=registry)
    return generate_latest(registry)


class _Numbers(Collector):
    """The numbers of one moment; what the house has none of is left out."""

    def __init__(self, signs: Signs, waits: Waits) -> None:
        self.signs, self.waits = signs, waits

    def collect(self) -> Iterator[Metric]:
        signs = self.signs
        yield _gauge("well", "1 where the house is well.", not faults(signs))
        yield _gauge("on_hold", "1 where the house is on hold.", signs.on_hold)
        yield from self._waiting()
        yield from self._ticks()
        yield _labelled("messages", "Messages by state.", "state", signs.messages)
        last = "Tries at messages in the last day, by verdict."
        yield _labelled("verdicts_of_a_day", last, "verdict", signs.verdicts)
        begun = "How often this process began work on the database, and waited for its turn to."
        yield CounterMetricFamily("waymark_database_turns", begun, value=self.waits.begun)
        waited = "Seconds this process waited to begin work on the database."
        yield CounterMetricFamily("waymark_database_wait_seconds", waited, self.waits.seconds)

    def _waiting(self) -> Iterator[Metric]:
        signs = self.signs
        words = "Since when the oldest message that could be sent has waited; 0 where none does."
        yield _moment("oldest_owed_timestamp_seconds", words, signs.oldest_owed)
        words = "The same of messages that are urgent or tell of a statutory date."
        yield _moment("oldest_statutory_timestamp_seconds", words, signs.oldest_statutory)
        words = "The earliest running deadline; 0 where none runs."
        yield _moment("next_deadline_timestamp_seconds", words, signs.next_due)
        if signs.calendar_until is not None:
            ends = datetime.combine(signs.calendar_until, time(0), UTC)
            words = "The last day of the official list of bank holidays."
            yield _moment("calendar_end_timestamp_seconds", words, ends)

    def _ticks(self) -> Iterator[Metric]:
        done = {t.name: t.done_at.timestamp() for t in self.signs.ticks if t.done_at}
        words = "When a round was last done, by its name."
        yield _labelled("tick_done_timestamp_seconds", words, "round", done)
        failed = {t.name: t.outcome is Outcome.FAILED for t in self.signs.ticks}
        yield _labelled("tick_failed", "1 where the last round failed.", "round", failed)


def _gauge(name: str, words: str, value: float) -> Metric:
    return GaugeMetricFamily(f"waymark_{name}", words, value=float(value))


def _moment(name: str, words: str, moment: datetime | None) -> Metric:
    return _gauge(name, words, moment.timestamp() if moment else 0)


def _labelled(name: str, words: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(f"waymark_{name}", words, labels=[label])
    for key, value in sorted(values.items()):
        family.add_metric([key], float(value))
    return family
