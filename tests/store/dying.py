"""A process that is killed while three steps share a transaction: python -m tests.store.dying"""

from __future__ import annotations

import os
import sys

from engine.case import Step
from store.house import open_store
from tests.store.conftest import SECRET
from tests.store.test_groups import NAMES, a_step, at_once


def main(url: str) -> None:
    store = open_store(url, secret=SECRET)
    steps = [a_step(store, name) for name in NAMES[:3]]

    def kept(step: Step) -> None:
        with store.begin() as work:
            work.keep(step)
            if step is steps[1]:
                os._exit(9)
            work.commit()
        print("kept", flush=True)

    at_once(store, steps, kept)


if __name__ == "__main__":
    main(sys.argv[1])
