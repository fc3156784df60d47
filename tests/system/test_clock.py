# SPDX-License-Identifier: MIT
"""No test and no tool depends on today's date: what deals with certificates, signatures and the
clock, on other days.  The host's tools see the day through faketime, the machine through its
real-time clock.  TEST_LONG=1: the whole unit layer, and the mail scenario on each of the days."""

import datetime
import glob
import os
import re
import subprocess

import pytest
import signer
from guest import ROOT, make

UTC = datetime.timezone.utc
LONG = os.environ.get("TEST_LONG") == "1"
# a day that a calendar may get wrong; the tests run into it, or past it
DAYS = ["2000-01-01T00:00:00",          # a clock without a battery
        # one and ten years later than this was written
        "2027-11-29T12:00:00", "2036-11-29T12:00:00",
        "2028-02-28T23:59:50", "2028-02-29T23:59:50", "2100-02-28T23:59:50",    # leap year; none
        "2038-01-19T03:14:00",          # 32 bits of seconds end
        "2049-12-31T23:59:40",          # UTCTime ends (RFC 5280 section 4.1.2.5)
        "2050-01-01T00:00:10"]
SHORT_DAYS = [day for day in DAYS if day[:4] in ("2000", "2036", "2049")]
MACHINE_DAYS = [day for day in DAYS if day < "2100"]    # the clock chip has two digits for the year
SIGNING = ["smime", "cms", "cred"]


def at(day):
    """The start of a command line that runs a command on that day."""
    then = datetime.datetime.fromisoformat(day).replace(tzinfo=UTC)
    ahead = int((then - datetime.datetime.now(UTC)).total_seconds())
    # the runtime of a sanitizer does not mind that faketime's library comes before it
    return ["env", "ASAN_OPTIONS=verify_asan_link_order=0", "CMOCKA_MESSAGE_OUTPUT=TAP", "faketime",
            "--exclude-monotonic", "-f", f"{ahead:+d}"]


def run(day, *command, cwd=ROOT):
    done = subprocess.run([*at(day), *command], cwd=cwd, text=True, check=False, errors="replace",
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert done.returncode == 0, f"{' '.join(command)} on {day}:\n{done.stdout[-2000:]}"
    return done.stdout


@pytest.fixture(scope="module")
def built():
    """The unit tests to run."""
    done = make("-s", *(["unit-tests", "tools"] if LONG else
                        [f"build/unit/{name}_test" for name in SIGNING]))
    assert done.returncode == 0, done.stderr
    return [f"{name}_test" for name in SIGNING] if not LONG else \
        sorted(os.path.basename(path)
               for path in glob.glob(os.path.join(ROOT, "build/unit/*_test")))


def elsewhere(folder):
    """A folder that looks to tests and tools like the top of the tree, with a build/ of its own:
    keys and certificates are made on the day, not found."""
    for name in os.listdir(ROOT):
        if name != "build" and not name.startswith("."):
            os.symlink(os.path.join(ROOT, name), folder / name)
    os.mkdir(folder / "build")
    for name in os.listdir(os.path.join(ROOT, "build")):
        if name not in ("unit", "test", "demo-pki"):
            os.symlink(os.path.join(ROOT, "build", name), folder / "build" / name)
    return folder


def test_faketime_works():
    """Else nothing here is a test."""
    assert run(DAYS[-1], "date", "-u", "+%F").strip() == DAYS[-1][:10]


@pytest.mark.parametrize("day", DAYS if LONG else SHORT_DAYS)
def test_unit(day, built, tmp_path):
    top = elsewhere(tmp_path)
    os.makedirs(top / "build" / "unit")
    for name in built:
        # what counts lines as git knows them must be where git is
        where = ROOT if name == "tcb_test" else top
        said = run(day, os.path.join(ROOT, "build", "unit", name), cwd=where)
        assert "\nok 1 " in said and "not ok" not in said, said


def signing_time(mail, folder):
    """What the signature says of its moment."""
    path = folder / "signed.eml"
    path.write_bytes(mail)
    said = subprocess.run(["openssl", "cms", "-cmsout", "-print", "-in", path], text=True,
                          check=True, stdout=subprocess.PIPE).stdout
    form, text = re.search(r"signingTime.*?(UTCTIME|GENERALIZEDTIME):(\w+ +\d+ [\d:]+ \d+) GMT",
                           said, re.S).groups()
    return form, datetime.datetime.strptime(text, "%b %d %H:%M:%S %Y").replace(tzinfo=UTC)


@pytest.mark.parametrize("day", MACHINE_DAYS if LONG else ["2036-11-29T12:00:00",
                                                           "2049-12-31T23:59:59"])
def test_mail_signer(day, tmp_path):
    """Keys made, signed and verified on that day: the signature carries the machine's time, in
    the form that the day demands, and both libraries call it good."""
    keys = tmp_path / "pki"
    run(day, "tests/pki.sh", str(keys))
    with signer.start(key=str(keys / "p256" / "key.pem"), cert=str(keys / "p256" / "cert.pem"),
                      extra=("-rtc", f"base={day}")) as guest:
        mail = signer.sign(guest, 0)
    form, when = signing_time(mail, tmp_path)
    assert when >= datetime.datetime.fromisoformat(day).replace(tzinfo=UTC)
    assert (when.year >= 2050) == (form == "GENERALIZEDTIME")
    said = run(day, "tests/tools/verify-mail", str(tmp_path / "signed.eml"),
               str(keys / "p256" / "ca.pem"), str(keys / "nss"))
    assert "openssl good" in said and "nss good" in said, said
