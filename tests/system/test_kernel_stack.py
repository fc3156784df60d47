# SPDX-License-Identifier: MIT
"""The kernel's one stack: tools/kstack computes its depth from the machine code."""

import os
import re
import subprocess

import pytest

import guest
from guest import ROOT

KSTACK = os.path.join(ROOT, "tools", "kstack")
FINE = """
void syscall(void) {} void trap_user(void) {} void trap_kernel(void) {}
"""
CLASSES = "const void *const object_classes[] = { syscall, syscall, syscall };"


def kstack(elf):
    return subprocess.run([KSTACK, elf], capture_output=True, text=True, check=False)


def test_the_kernel_fits_its_stacks():
    assert guest.make("-s", "build/kernel/kernel.elf").returncode == 0
    done = kstack(os.path.join(ROOT, "build", "kernel", "kernel.elf"))
    assert done.returncode == 0, done.stderr
    for entry in ("boot_main", "syscall", "trap_user", "trap_kernel"):
        assert re.search(rf"^{entry}: \d+ bytes: {entry} > \w+ > \w+ > ", done.stdout, re.M)
    used, size = map(int, re.search(r"kernel stack: (\d+) of (\d+) bytes", done.stdout).groups())
    assert 500 < used < size / 2


@pytest.mark.parametrize("code, says", [
    ("int f(int n); int g(int n) { return n ? f(n - 1) * 3 : 1; }"
     "int f(int n) { return g(n) + 1; } int boot_main(int n) { return f(n); }",
     "recursion: f > g > f"),
    ("void use(char *p) { *(volatile char *)p = 1; }"
     "void boot_main(void) { char a[1000]; use(a); }", "boot_main: a frame of 10"),
    ("void use(char *p) { *(volatile char *)p = 1; }"
     "void boot_main(int n) { char a[n]; use(a); }", "no constant size"),
    ("void use(char *p) { *(volatile char *)p = 1; } void f(void) { char a[1000]; use(a); }"
     "void (*const object_classes[])(void) = { use_none, f, use_none };"
     "void syscall_object(int i) { object_classes[i](); }"
     "void boot_main(int i) { syscall_object(i); }", "f: a frame of 10"),
    ("void f(void) {} void (*const ops[])(void) = { use_none, f };"
     "void boot_main(int i) { ops[i](); }",
     "boot_main: an indirect call that is not known"),
    ("".join(f"void use{i}(char *p) {{ char a[400]; *(volatile char *)p = 1;" +
             (f"use{i - 1}(a); *(volatile char *)p = 2; }}" if i else "}") for i in range(25)) +
     "void boot_main(void) { use24((char *)0); }", "that is too much"),
], ids=["recursion", "large frame", "frame of any size", "by the table",
        "by another table", "too deep"])
def test_what_does_not_fit_is_refused(tmp_path, code, says):
    source, program = tmp_path / "k.c", tmp_path / "k.elf"
    source.write_text("void use_none(void) {}" + code + FINE
                      + ("" if "object_classes" in code else CLASSES))
    subprocess.run(["gcc", "-O1", "-fno-inline", "-fno-ipa-icf", "-fno-optimize-sibling-calls",
                    "-ffreestanding", "-fno-stack-protector", "-nostdlib", "-static",
                    "-fno-pie", "-no-pie", "-fcf-protection=none", "-Wl,-e,boot_main",
                    "-o", program, source], check=True)
    done = kstack(program)
    assert done.returncode != 0
    assert says in done.stderr
