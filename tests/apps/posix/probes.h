// SPDX-License-Identifier: MIT
// One question each to the C library, named as in the tables of lib/musl/README.md.
#pragma once

// A line "ok NAME" or "FAILED NAME" for each.
void probe_all(int argc, char **argv);
