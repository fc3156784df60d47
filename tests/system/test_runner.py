# SPDX-License-Identifier: MIT
"""tools/test tells the truth: in a folder with tests that pass, fail, crash, are skipped or say
nothing, it counts each, names those that failed with their reasons, and fails."""

import os
import shutil
import subprocess

import pytest

from guest import ROOT

UNIT = {
    "good": "echo 1..2; echo 'ok 1 - a'; echo 'ok 2 - b'",
    "bad": "echo 1..2; echo 'not ok 1 - sums'; echo '# 4 != 5'; echo 'ok 2 - b'; exit 1",
    "crashing": "echo 1..3; echo 'ok 1 - a'; echo 'x.c:7: runtime error: sums' >&2; kill -SEGV $$",
    "late": "echo 1..1; echo 'ok 1 - a'; exit 3",       # after its last test
    "silent": "exit 0",
}
MODULES = {
    "good": "def test_a():\n    pass\n",
    "bad": "def test_a():\n    assert 2 + 2 == 5\n\n\ndef test_b():\n    pass\n",
    "skipped": "import pytest\n\n\ndef test_a():\n    pytest.skip('no such card')\n",
    "broken": "import nothing_of_that_name\n",
    "empty": "",
}


def run(folder, *tests, **environment):
    """What tools/test prints and how it ends."""
    env = {k: v for k, v in os.environ.items() if k not in ("LAYERS", "JOBS", "HANG")}
    done = subprocess.run([folder / "tools" / "test", *tests], cwd=folder, text=True, check=False,
                          env=env | {"MAKE": "true", **environment}, capture_output=True)
    return done.returncode, done.stdout.splitlines(), done.stderr


@pytest.fixture
def folder(tmp_path):
    for path in "tools", "build/unit", "build/fuzz", "tests/system", "tests/fuzz":
        (tmp_path / path).mkdir(parents=True)
    for name in "test", "test-long":
        shutil.copy(f"{ROOT}/tools/{name}", tmp_path / "tools")
    for name, text in UNIT.items():
        script(tmp_path / "build" / "unit" / f"{name}_test", text)
    return tmp_path


def script(path, text):
    path.write_text(f"#!/bin/bash\n{text}\n")
    path.chmod(0o755)


@pytest.mark.parametrize("layers, word", [("systm", "systm"), ("unit stile", "stile")])
def test_unknown_layer(folder, layers, word):
    code, out, err = run(folder, LAYERS=layers)
    assert code != 0 and out == []
    assert f'LAYERS={layers}: there is no layer "{word}"' in err and "unit guest system" in err


@pytest.mark.parametrize("layer", ["unit", "system"])
def test_no_test_is_a_failure(folder, layer):
    code, out, _ = run(folder, LAYERS=layer)
    assert code != 0 and out[-1] == "0 passed, 1 failed"


def test_good_ones(folder):
    code, out, _ = run(folder, "good_test", LAYERS="unit")
    assert code == 0 and out[-1] == "2 passed, 0 failed"
    assert not any("failed:" in line for line in out)


def test_unit_tests_that_fail(folder):
    """What the plan promises and a crash prevents has failed; so has a program without a plan, one
    that ends badly after its tests, and one that is not there."""
    names = [f"{name}_test" for name in UNIT] + ["missing_test"]
    code, out, _ = run(folder, *names, LAYERS="unit")
    assert code != 0 and out[-1] == "5 passed, 6 failed"
    end = "\n".join(out[out.index("These failed:"):])
    for reason in ("bad_test: sums: 4 != 5", "crashing_test: x.c:7: runtime error: sums",
                   "late_test: 1 of 1 (exit 3", "silent_test: no tests ran",
                   "missing_test: not built"):
        assert reason in end, end
    assert "good_test" not in end


def test_modules_that_fail(folder):
    for name, text in MODULES.items():
        (folder / "tests" / "system" / f"test_{name}.py").write_text(text)
    code, out, _ = run(folder, LAYERS="system", JOBS="3")
    assert code != 0 and out[-1] == "2 passed, 4 failed"
    end = "\n".join(out[out.index("These failed:"):])
    for reason in ("test_bad::test_a: assert (2 + 2) == 5", "test_skipped::test_a: no such card",
                   "No module named 'nothing_of_that_name'", "test_empty: it contains no tests"):
        assert reason in end, end
    assert "test_good" not in end


def test_long_forms(folder):
    """All are run, long, and counted: each mutant, and the modules that have a long form."""
    for name in "nitpicker_routing_model", "nitpicker_paint", "ike_random", "ike_fuzz":
        script(folder / "build" / "unit" / f"{name}_test",
               '[[ $ROUNDS -gt 1 ]] && echo 1..1 && echo "ok 1 - $*"')
    script(folder / "build" / "fuzz" / "fuzz", '[[ $* == *--invocations=10000000* ]]')
    script(folder / "tests" / "fuzz" / "mutants",
           'echo "a: found"; echo "FAILED  b: no test has found this bug"\n'
           'echo "1 mutants found, 1 not"')
    (folder / "tests" / "system" / "test_good.py").write_text(MODULES["good"])
    (folder / "tests" / "system" / "test_long.py").write_text(
        "import os\n\n\ndef test_a():\n    assert os.environ['TEST_LONG'] == '1'\n")
    code, out, err = run(folder, "--long")
    assert code != 0 and out[-1] == "7 passed, 1 failed", (out, err)
    assert any("mutants: b: no test has found this bug" in line for line in out)
    assert not any("test_good" in line for line in out)
