"""What is proved, by what, and at what size; the goals of docs/proof.md in their order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

EXPLORE = {"HYPOTHESIS_PROFILE": "default"}


@dataclass(frozen=True)
class Parts:
    """How a long goal is cut: so many of a unit in all, taken so many at a time."""

    whole: int
    each: int
    unit: str


@dataclass(frozen=True)
class Goal:
    """One goal: its id, what it says, what proves it, and its sizes at a release.

    tests: files or folders of the suite. module: a program of the tests with its arguments, for a
    release alone; or a script, which installs what nothing else needs. release: what the
    environment says of the size. In arguments and sizes {first}, {last} and {number} stand for the
    part. shares: where a program says "name 9/10", how much of each name must be reached by all
    parts together.
    """

    key: str
    says: str
    tests: tuple[str, ...] = ()
    release: Mapping[str, str] = field(default_factory=dict)
    module: tuple[str, ...] = ()
    parts: Parts | None = None
    pytest: tuple[str, ...] = ()
    shares: Mapping[str, float] = field(default_factory=dict)

    @property
    def whole(self) -> int:
        return self.parts.whole if self.parts else 1


# What is fuzzed: 100,000 definitions, 20,000 TOML files, 100,000 mails, 50,000
# requests, a million keys; and lines.
FUZZED = (
    ("definitions", "damaged definitions are refused in words, or work", "definitions", 100, 10,
     "1,000 definitions"),
    ("files", "damaged settings, timescales and directories", "files", 50, 10,
     "400 TOML files and 300 tables"),
    ("mail", "damaged mail is one letter and no answer", "inbound", 100, 10, "1,000 mails"),
    ("keys", "no guess is a key", "keys", 100, 25, "10,000 guesses"),
    ("forms", "random requests and forms are answered", "forms", 100, 10, "500 requests"),
    ("lines", "random command lines are answered", "lines", 100, 5, "1,000 command lines"),
)  # fmt: skip

GOALS = (
    Goal("R1", "death at every statement, commit and mail command, on both databases",
         ("tests/crash/test_points.py",)),
    Goal("R2", "random kills: nothing lost, nothing invented", ("tests/crash/test_kills.py",),
         {"CRASH_KILLS": "5000"}),
    Goal("R3", "no crash, no repeat",
         module=("tests.crash.crowd", "--messages", "{number}", "--couriers", "4"),
         parts=Parts(100_000, 10_000, "messages on each database")),
    Goal("R4", "the mail fault matrix", ("tests/notifications/test_verdicts.py",
                                         "tests/notifications/test_transport.py")),
    Goal("R5-R7", "one recipient, leases, retries", ("tests/notifications",)),
    Goal("R8", "the mail server away for two days", ("tests/notifications/test_outage.py",),
         {"OUTAGE_MESSAGES": "1000"}),
    Goal("R9", "a full disk", ("tests/store/test_full_disk.py",
                               "tests/sessions/test_full_volume.py"),
         {"FULL_VOLUME_ATTEMPTS": "1000"}),
    Goal("R10", "the database restarted under load",
         module=("tests.crash.restarts", "--times", "50")),
    Goal("R11", "a hundred backups of a house at work, each returned from",
         ("tests/drills", "tests/store/test_proofread.py"),
         module=("tests.drills.restores", "--backups", "100", "--cases", "10000")),
    Goal("R12", "a restored house mails nothing", ("tests/store/test_backup.py",)),
    Goal("R13", "sixteen workers on one case",
         module=("tests.crash.racing", "--attempts", "10000", "--first", "{first}",
                 "--last", "{last}"),
         parts=Parts(2, 1, "databases, each 16 workers x 10,000 attempts")),
    Goal("R14", "every pair of commands, interleaved", ("tests/sessions/test_pairs.py",),
         {"SESSIONS_PER_PAIR": "{last}", "SESSIONS_FROM": "{first}"},
         parts=Parts(200, 40, "interleavings of each pair, or all that differ")),
    Goal("R15", "sixteen writers at once",
         module=("tests.crash.load", "--seconds", "60", "--writers", "16")),
    Goal("R16", "a sweep is idempotent", ("tests/proof/test_sweeps.py",)),
    Goal("R17", "missed ticks", ("tests/proof/test_missed_ticks.py",)),
    Goal("R18-R20", "the calendar beside an independent one", ("tests/calendar",), EXPLORE),
    Goal("R21", "host zones and odd moments", ("tests/clocks",)),
    Goal("R22", "the engine is determined", ("tests/proof/test_determinism.py",)),
    Goal("R23", "a case is what a small model says", ("tests/proof/test_model.py",),
         {"MODEL_EXAMPLES": "{number}", "MODEL_STEPS": "60", **EXPLORE},
         parts=Parts(5_000, 50, "examples of 60 steps of each of four processes"),
         pytest=("--hypothesis-seed={first}",)),
    Goal("R24", "simulated years with faults", ("tests/simulation/test_years.py",),
         {"SIMULATED_FROM": "{first}", "SIMULATED_YEARS": "{number}"},
         parts=Parts(10_000, 100, "seeds")),
    Goal("R25", "recorded histories replay", ("tests/proof/test_replay.py",)),
    Goal("R26", "a case stays on its definition", ("tests/proof/test_pinning.py",)),
    Goal("S1", "the authority matrix", ("tests/proof/test_authority.py",)),
    Goal("S3", "nothing of one house is found in another", ("tests/hosting",),
         {"HOST_PROBES": "10000"}),
    Goal("S4", "tampering is found", ("tests/proof/test_tampering.py",
                                      "tests/proof/test_offline_verifier.py"), EXPLORE),
    Goal("S5", "canaries", ("tests/cli/test_canaries.py", "tests/notifications/test_lint.py",
                            "tests/web/test_canaries_of_answers.py")),
    Goal("S6", "injection", ("tests/notifications/test_injection.py", "tests/web/test_hostile.py")),
    *(Goal(f"S7-{what}", f"fuzzing: {says}", (f"tests/fuzz/test_{file}.py",),
           {"FUZZ_FROM": "{first}", "FUZZ_TO": "{last}", **EXPLORE},
           parts=Parts(times, each, f"times {number}"))
      for what, says, file, times, each, number in FUZZED),
    Goal("S13", "secrets", ("tests/cli/test_secrets.py", "tests/config/test_settings.py")),
    Goal("E1", "migrations up and down", ("tests/store/test_migrations.py",),
         {"MIGRATED_CASES": "10000"}),
    Goal("E2", "the earlier release works on the tables of this one",
         module=("tests.release.earlier",)),
    Goal("E4", "nobody waits long for a page, a notice or the service",
         module=("tests.service.speed",)),
    Goal("E5", "a service that ticks on and on grows by nothing",
         module=("tests.service.soak", "--ticks", "1000000", "--first", "{first}",
                 "--last", "{last}"),
         parts=Parts(2, 1, "databases, each 1,000,000 ticks of one process")),
    Goal("E6", "without helpers", ("tests/cli/test_without_helpers.py",)),
    Goal("E9", "seeded bugs are found by the tests",
         module=("script/mutate", "--seed", "2", "--number", "200", "--first", "{first}",
                 "--last", "{last}", "--keep", ".mutants"),
         parts=Parts(200, 100, "seeded bugs"),
         shares={"engine": 0.9, "store": 0.8, "notifications": 0.8}),
)  # fmt: skip
