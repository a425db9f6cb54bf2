"""Which small changes of the rule modules no test notices: `python -m bench.adaptation.mutants`.

The tests are collected once. Each change is put into the modules in memory of a forked process,
which then runs the tests that come by the changed lines; no file is written. Ends with 1 if a
test fails without any change.
"""

import argparse
import ast
import contextlib
import gc
import inspect
import os
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import FrameType, FunctionType, ModuleType
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from hypothesis import HealthCheck, Phase, settings

from bench.adaptation.mutations import Mutant, mutants

ROOT = Path(__file__).parents[2]
RULES = [
    "adaptation",
    "adapted_session",
    "pain_zone",
    "pain_rules",
    "put_away",
    "flares",
    "flare_signs",
    "pauses",
    "adherence",
    "energy",
    "pre_session",
    "preferences",
    "put_aside",
    "practice_past",
    "day_rules",
    "step_back_actions",
    "step_back",
    "step_back_triggers",
    "progression",
    "part_growth",
]
TESTS = [
    "adaptation",
    "adapted_session",
    "adherence",
    "after_session",
    "energy",
    "flare_limits",
    "flare_signs",
    "flares",
    "morning_asks",
    "pain_before",
    "pain_rules",
    "pain_zone",
    "part_growth",
    "pauses",
    "practice_past",
    "pre_session",
    "preferences",
    "progression",
    "put_away",
    "step_back",
    "step_back_limits",
    "step_back_triggers",
    "wished_session",
]
"""The tests of these, tests/domain/test_*.py."""
EXAMPLES = 25
"""So many of each property at first; survivors meet as many as in the tests."""
LEAST_CPU_S = 3
SLOWER = 10
"""Times what a test takes otherwise: then a change is taken for an endless loop."""
SETTINGS = "_hypothesis_internal_use_settings"


@dataclass
class Seen:
    """What one test does without any change."""

    took_s: float = 0
    lines: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))


class MutationRun:
    """A pytest plugin: in place of running the tests once it runs them for each change."""

    def __init__(self, names: Sequence[str], *, is_quick: bool) -> None:
        self.is_quick = is_quick
        self.modules = {name: import_module(f"fstpwa.domain.{name}") for name in names}
        self.sources = {name: inspect.getsource(module) for name, module in self.modules.items()}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Print what becomes of each change."""
        every = {item: getattr(item.obj, SETTINGS, None) for item in _functions(session)}
        few = {item: one and settings(one, max_examples=EXAMPLES) for item, one in every.items()}
        _use(few)
        seen = {item: self._watch(item) for item in every}
        gc.collect()
        gc.freeze()
        print("\nmodule                mutants  killed  survived  timed out  seconds")
        for name, module in self.modules.items():
            started, ends, left = time.monotonic(), Counter[str](), []
            for mutant in mutants(self.sources[name]):
                tests = self._tests_of(mutant, name, seen)
                _use(few)
                end = _try(module, mutant, tests, seen)
                rest = [] if self.is_quick else [each for each in tests if every[each]]
                if end == "survived" and rest:
                    _use(every)
                    end = _try(module, mutant, rest, seen)
                ends[end] += 1
                if end == "survived":
                    left.append((mutant, "" if tests else "  (no test comes here)"))
            print(
                f"{name:21} {ends.total():7} {ends['killed']:7} {ends['survived']:9} "
                f"{ends['timed out']:10} {time.monotonic() - started:8.0f}"
            )
            for mutant, note in left:
                print(f"    fstpwa/domain/{name}.py:{mutant.line}: {mutant.change}{note}")
            sys.stdout.flush()
        return True

    def _watch(self, item: pytest.Function) -> Seen:
        """Run a test and remember which lines of the rule modules it comes by."""
        seen = Seen()
        watched = {str(module.__file__): seen.lines[name] for name, module in self.modules.items()}

        def on_line(frame: FrameType, *_: Any) -> Any:
            watched[frame.f_code.co_filename].add(frame.f_lineno)
            return on_line

        def on_call(frame: FrameType, *_: Any) -> Any:
            return on_line(frame) if frame.f_code.co_filename in watched else None

        started = time.process_time()
        sys.settrace(on_call)
        try:
            passed = _passes(item)
        finally:
            sys.settrace(None)
        seen.took_s = time.process_time() - started
        if not passed:
            pytest.exit(f"{item.nodeid} fails without any change", returncode=1)
        return seen

    def _tests_of(
        self, mutant: Mutant, name: str, seen: dict[pytest.Function, Seen]
    ) -> list[pytest.Function]:
        """Return the tests that may notice a change, the quickest first."""
        users = [name, *(each for each in RULES if f"domain.{name} " in self.sources.get(each, ""))]
        found = [
            item
            for item, one in seen.items()
            if one.lines[name].intersection(mutant.lines)
            or (not mutant.lines and any(one.lines[each] for each in users))
        ]
        return sorted(found, key=lambda item: (not seen[item].lines[name], seen[item].took_s))


def _functions(session: pytest.Session) -> list[pytest.Function]:
    return [item for item in session.items if isinstance(item, pytest.Function)]


def _use(chosen: dict[pytest.Function, Any]) -> None:
    for item, one in chosen.items():
        if one:
            setattr(item.obj, SETTINGS, one)


def _passes(item: pytest.Function) -> bool:
    return all(not each.failed for each in runtestprotocol(item, log=False, nextitem=None))


def _passes_in_time(item: pytest.Function, usual_s: float) -> bool:
    signal.setitimer(signal.ITIMER_PROF, LEAST_CPU_S + SLOWER * usual_s)
    return _passes(item)


def _try(
    module: ModuleType,
    mutant: Mutant,
    tests: Sequence[pytest.Function],
    seen: dict[pytest.Function, Seen],
) -> str:
    """Return "killed", "survived" or "timed out"."""
    if not tests:
        return "survived"
    child = os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        noticed = True
        with contextlib.suppress(BaseException):
            put_in(module, mutant.statement)
            noticed = not all(_passes_in_time(each, seen[each].took_s) for each in tests)
        os._exit(int(noticed))
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status):
        return "timed out" if os.WTERMSIG(status) == signal.SIGPROF else "killed"
    return "killed" if os.WEXITSTATUS(status) else "survived"


def put_in(module: ModuleType, statement: ast.stmt) -> None:
    """Put a changed statement of its top level into a module that others have imported already.

    Functions and classes stay the same objects, with other code. Names are changed wherever they
    were imported; what the module works out of them later on is worked out anew.
    """
    names = dict(vars(module))
    _run(statement, module, names)
    if isinstance(statement, ast.FunctionDef):
        _become(getattr(module, statement.name), names[statement.name])
        return
    if isinstance(statement, ast.ClassDef):
        old, new = getattr(module, statement.name), names[statement.name]
        for name, value in vars(new).items():
            before = vars(old).get(name)
            if isinstance(before, property):
                _become(before.fget, value.fget)
            elif isinstance(before, cached_property):
                _become(before.func, value.func)
            elif isinstance(before, FunctionType):
                _become(before, value)
            elif isinstance(before, (int, float, str)) and before != value:
                setattr(old, name, value)
        return
    changed = {name for name, value in names.items() if vars(module).get(name) is not value}
    for later in ast.parse(inspect.getsource(module)).body:
        used = {each.id for each in ast.walk(later) if isinstance(each, ast.Name)}
        is_later = later.lineno > statement.lineno and isinstance(
            later, (ast.Assign, ast.AnnAssign)
        )
        if is_later and changed & used:
            _run(later, module, names)
            changed = {name for name in names if vars(module).get(name) is not names[name]}
    for other in list(sys.modules.values()):
        if getattr(other, "__name__", "").startswith(("fstpwa.domain", "tests.domain")):
            for name in changed & vars(other).keys():
                if other is not module and vars(other)[name] is vars(module).get(name):
                    setattr(other, name, names[name])
    vars(module).update({name: names[name] for name in changed})


def _run(statement: ast.stmt, module: ModuleType, names: dict[str, Any]) -> None:
    exec(compile(ast.Module([statement], []), str(module.__file__), "exec"), names)


def _become(old: Any, new: Any) -> None:
    """Give a function the code and the defaults of another."""
    if hasattr(old, "cache_clear"):
        old.cache_clear()
    old, new = inspect.unwrap(old), inspect.unwrap(new)
    old.__code__, old.__defaults__ = new.__code__, new.__defaults__
    old.__kwdefaults__ = new.__kwdefaults__


def main() -> int:
    """Run it for all rule modules, or some."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--module", action="append", choices=RULES, metavar="NAME")
    options.add_argument("--quick", action="store_true", help=f"only {EXAMPLES} of each property")
    options.add_argument("--tests", action="append", choices=TESTS, metavar="NAME")
    chosen = options.parse_args()
    settings.register_profile(
        "mutants",
        database=None,
        deadline=None,
        derandomize=True,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    settings.load_profile("mutants")
    files = [str(ROOT / "tests" / "domain" / f"test_{each}.py") for each in chosen.tests or TESTS]
    plain = [
        "-q",
        "-s",
        "--assert=plain",
        "--noconftest",
        "-p",
        "no:cacheprovider",
        "-p",
        "no:xdist",
    ]
    run = MutationRun(chosen.module or RULES, is_quick=chosen.quick)
    return int(pytest.main([*plain, *files], plugins=[run]))


if __name__ == "__main__":
    sys.exit(main())
