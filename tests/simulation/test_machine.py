"""The same world without chance: Hypothesis chooses each step, and makes a failing history as short as it can.

Few tablets, few records and few steps, or later edits would heal what earlier ones broke.
"""

import logging
from contextlib import ExitStack
from pathlib import Path
from random import Random
from typing import ClassVar

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule, run_state_machine_as_test

from app.store import Edit
from sync.endpoint import storage
from sync.protocol.records import Kind
from tests.simulation.disk import simulated_disk
from tests.simulation.faults import NO_FAULTS, Fault
from tests.simulation.history import quiet
from tests.simulation.judge import verdict
from tests.simulation.mutants import MUTANTS
from tests.simulation.people import planned_sessions
from tests.simulation.planting import planted
from tests.simulation.tablet import Tablet
from tests.simulation.world import Town, restore, take_backup
from tests.torture.places import scratch

SEED, TABLETS, STEPS = 5, 2, 8
RECORDS = planned_sessions(SEED, 1)

tablets = st.integers(0, TABLETS - 1)
records = st.sampled_from(RECORDS)
faults = st.none() | st.sampled_from([fault for fault in Fault if fault not in NO_FAULTS])


class World(RuleBasedStateMachine):
    steps: ClassVar[list[str]] = []  # of the last history

    def __init__(self) -> None:
        super().__init__()
        World.steps = []
        self._stack = ExitStack()
        place = self._stack.enter_context(scratch())
        self._stack.enter_context(simulated_disk())
        self._stack.enter_context(planted((storage, "PAGE_RECORDS", 2)))
        self._stack.enter_context(quiet())
        self._town = Town(SEED, Path(place), size=TABLETS, is_deadly=False)
        self._stack.callback(self._town.close)
        self._fault: Fault | None = None
        self._town.wire.fate = self._fate
        self._values = 0

    @rule(tablet=tablets, record=records, field=st.sampled_from(["topic", "room"]))
    def write(self, tablet: int, record: str, field: str) -> None:
        self._values += 1
        self._save(tablet, Edit(record, Kind.SESSION, "C1", self._town.now, {field: f"value {self._values}"}))

    @rule(tablet=tablets, record=records)
    def delete(self, tablet: int, record: str) -> None:
        if self._tablet(tablet).see(record) is not None:
            self._save(tablet, Edit(record, Kind.SESSION, "C1", self._town.now, delete=True))

    @rule(tablet=tablets, fault=faults)
    def sync(self, tablet: int, fault: Fault | None) -> None:
        World.steps.append(f"sync {tablet} {fault}")
        self._fault = fault
        self._town.round(self._tablet(tablet))

    @rule()
    def late_copy(self) -> None:
        self._town.wire.deliver_late()

    @rule()
    def backup(self) -> None:
        World.steps.append("backup")
        take_backup(self._town)

    @rule(is_announced=st.booleans())
    def restore(self, is_announced: bool) -> None:
        World.steps.append("restore")
        restore(self._town, is_announced=is_announced)

    @rule(tablet=tablets)
    def kill(self, tablet: int) -> None:
        self._town.killed(self._tablet(tablet), "at rest")

    def teardown(self) -> None:
        with self._stack:
            assert self._town.settle_down()
            assert [*self._town.watch.violations, *verdict(self._town)] == []

    def _save(self, tablet: int, edit: Edit) -> None:
        World.steps.append(f"save {tablet} {edit.fields or 'deleted'}")
        self._town.save(self._tablet(tablet), "writes", (edit,))

    def _tablet(self, number: int) -> Tablet:
        return self._town.tablets[number]

    def _fate(self, _: Random) -> Fault | None:
        fault, self._fault = self._fault, None
        return fault


def lived(examples: int, *phases: Phase) -> settings:
    return settings(
        max_examples=examples,
        stateful_step_count=STEPS,
        derandomize=True,
        database=None,
        deadline=None,
        phases=phases,
        print_blob=False,
    )


def test_whatever_is_chosen_nothing_is_lost() -> None:
    run_state_machine_as_test(World, settings=lived(50, Phase.generate))


def test_a_planted_mistake_is_found_and_told_in_few_steps(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    with planted(*MUTANTS["last_writer_wins"]()), pytest.raises(AssertionError):
        run_state_machine_as_test(World, settings=lived(200, Phase.generate, Phase.shrink))

    assert len(World.steps) <= 5, World.steps
