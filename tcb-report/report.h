// SPDX-License-Identifier: MIT
// What a TCB report knows: the parts of the system, what they are made of, and
// for each goal of the scenario the closure of parts it rests on.
#pragma once

#include <stdio.h>
#include "tcb-report/count.h"
#include "tools/scenario.h"

enum source_kind { SOURCE_OWN, SOURCE_GENERATED, SOURCE_THIRD_PARTY };

struct source {
	char *path;
	enum source_kind kind;
	char package[64];               // third party: NAME-VERSION, the folder below build/src
	struct lines lines;
};

// Bytes in memory by what one may do with them.
struct sizes { unsigned long text, rodata, data, bss; };

// kernel, init, then the components of the scenario in its order.
enum { PART_KERNEL, PART_INIT, PART_FIRST };

struct part {
	const char *name, *program;
	bool trusted;
	unsigned *sources, source_count;        // indices into report.sources
	unsigned char **linked;         // by place in `sources`: bit per line that became code
	struct sizes sizes;
};

// `linked`: lines that became machine code.
struct sum { unsigned files; struct lines lines; unsigned long linked; };

enum { REASON = 200, PACKAGES = 16 };

struct package { char name[64]; struct sum sum; };

struct goal_report {
	const struct goal *goal;
	bool *member;                   // by part
	char (*reason)[REASON];         // by part: why it is in
	struct sum own, generated;      // union over the members
	unsigned package_count;
	struct package package[PACKAGES];
	unsigned long text, data;       // bytes of all members: code and constants; data
	const char *violation; // name of a legacy member of a trusted holder's closure, or NULL
};

struct report {
	struct scenario *scenario;
	unsigned part_count, source_count, goal_count;
	struct part *parts;
	struct source *sources;
	struct goal_report *goals;
};

// `build` is the build directory.  False: *why says what is missing.
bool report_make(struct report *r, struct scenario *s, const char *build, char why[512]);
void report_free(struct report *r);

// Sum over the sources of one part, of one kind.
struct sum report_part(const struct report *r, unsigned part, enum source_kind kind);

// closure.c: members and reasons of one goal.
void closure(const struct scenario *s, const struct goal *g, bool *member, char (*reason)[REASON]);

// The reason stated for a device right of this component, one after the other:
// false when there are no more.  `right` says which, `why` is NULL if there is none.
bool device_right(const struct component *k, unsigned index, char right[64], const char **why);

void report_text(const struct report *r, FILE *out);
void report_json(const struct report *r, FILE *out);
void report_html(const struct report *r, FILE *out);
void report_index(const struct report *r, unsigned count, FILE *out);

// What every report leaves out, said in it.
#define NOT_COUNTED "Not counted: the machine's firmware (BIOS, VGA BIOS), the boot loader GRUB, " \
	"the processor or QEMU, and the compiler and linker (GCC, binutils)."
