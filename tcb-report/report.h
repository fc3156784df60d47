// SPDX-License-Identifier: MIT
// What a TCB report knows: the parts of the system, what they are made of, and
// for each goal of the scenario the closure of parts it rests on.
#pragma once

#include <stdio.h>
#include "tools/scenario/asset.h"
#include "tools/scenario/closure.h"
#include "tools/scenario/count.h"
#include "tools/scenario/device.h"
#include "tools/scenario/size.h"

enum source_kind { SOURCE_OWN, SOURCE_GENERATED, SOURCE_THIRD_PARTY };

enum source_language { SOURCE_C, SOURCE_HEADER, SOURCE_ASSEMBLY };

// McCabe's: 1 and every branch of a function, a switch counted once.
struct complexity { unsigned functions, total, max; char max_name[64]; };

struct source {
	char *path;
	enum source_kind kind;
	enum source_language language;
	struct complexity complexity;
	unsigned long whole;            // third party: lines of code of the whole package
	char package[64];               // third party: NAME-VERSION, the folder below build/src
	struct lines lines;
};

// Bytes in memory by what one may do with them.
struct sizes { unsigned long text, rodata, data, bss; };

// Names, each once, with spaces between.
struct names { unsigned count; char text[2000]; };

struct part {
	const char *name, *program;
	bool trusted;
	unsigned *sources, source_count;        // indices into report.sources
	unsigned char **linked;         // by place in `sources`: bit per line that became code
	struct sizes sizes;
	char hash[65];                  // SHA-256 over its loaded segments
	struct names system_calls, stubs;       // of kernel and sessions that it contains
	unsigned caps, mappings;        // in the plan; 0: no plan is built
	const char *label;              // of its gui session; NULL: it has none
	struct tcb_size rests_on;       // for its integrity
	char rests_on_text[TCB_SIZE_TEXT];      // beside the label in X-ray mode
};

// `linked`: lines that became machine code.
// `header` and `assembly` are parts of the lines of code.
struct sum { unsigned files; struct lines lines; unsigned long linked, header, assembly; };

enum { PACKAGES = 16 };

struct package { char name[64]; struct sum sum; unsigned long whole; };

struct goal_report {
	const struct goal *goal;
	bool *member;                   // by part
	char (*reason)[REASON];         // by part: why it is in, or why not
	struct sum own, generated;      // union over the members
	unsigned package_count;
	struct package package[PACKAGES];
	unsigned long text, data;       // bytes of all members: code and constants; data
	unsigned share;                 // availability: percent of the time that others take first
	const char *violation; // name of a legacy member of a trusted holder's closure, or NULL
};

// Another system, counted as a whole package, and what of it is in its programs:
// compiled is 0 if nobody could count that.
struct baseline {
	char name[32], version[32];
	unsigned files, compiled_files;
	struct lines lines;
	unsigned long compiled, linked;
};

enum { BASELINES = 16 };

struct report {
	struct scenario *scenario;
	unsigned part_count, source_count, goal_count;
	struct part *parts;
	struct source *sources;
	struct goal_report *goals;
	unsigned long whole;            // lines of code of the whole project without tests
	unsigned baseline_count;
	struct baseline baseline[BASELINES];    // what the scenario is instead of
	char plan_hash[65];             // of the file in the image; empty: not built
};

// `build` is the build directory; NULL: only what the scenario alone says.
// False: *why says what is missing.  Either way report_free.
bool report_make(struct report *r, struct scenario *s, const char *build, char why[512]);
void report_free(struct report *r);

// Sum over the sources of one part, of one kind.
struct sum report_part(const struct report *r, unsigned part, enum source_kind kind);

// Lines of one source that became machine code, by a part's bits.
unsigned long report_linked(const struct source *src, const unsigned char *linked);

// part.c: reads build/FOLDER/PROGRAM.srcs and .elf.
bool part_read(struct report *r, struct part *p, const char *build, const char *folder,
               char why[512]);
unsigned report_bitmap(const struct source *src);       // bytes, a bit per line
bool report_fail(char why[512], const char *path, const char *text);

// complexity.c
void complexity_measure(struct report *r);
struct complexity complexity_of(const struct report *r, const struct part *p,
                                enum source_kind kind);

// entries.c: operations of a session type; what a program contains of the stubs.
unsigned entry_points(const char *type);
bool calls_collect(struct part *p, const char *elf);

// image.c: the plan in build/SCENARIO, if there is one, must contain the programs
// that were counted, and show sizes that the report says, too.
bool image_hash(struct part *p, const char *elf);
bool image_read(struct report *r, const char *build, char why[512]);

// baselines.c: those that the scenario names, from tcb-report/baselines.txt.
bool baselines_read(struct report *r, char why[512]);

// Lines of code of the whole packages of which a goal's members have parts.
// The largest goal's lines, compiled in and linked, beside those of the baselines that
// could be counted so; false if none was.
struct like { unsigned packages; unsigned long compiled, linked, ours, ours_linked; };
bool like_with_like(const struct report *r, struct like *out);

unsigned long goal_whole(const struct report *r, const struct goal_report *g);

// whole.c: lines of code below a folder, whatever was compiled.
struct sum whole_folder(const char *path);
// binary.c: of the package's files below `folder` those that were compiled into these
// programs with debug information, and their lines that became machine code.
bool binary_count(const char *folder, char **binaries, unsigned count, struct sum *sum);
void whole_measure(struct report *r, const char *build);

// subsystems.c: who starts and destroys what at run time; of component c.
void subsystems_text(const struct report *r, FILE *out);
void subsystems_html(const struct report *r, FILE *out);
void subsystems_json(const struct report *r, unsigned c, FILE *out);

void report_text(const struct report *r, FILE *out);
void report_json(const struct report *r, FILE *out);
// `svg`: path of the drawing; left out if there is none.
void report_html(const struct report *r, const char *svg, FILE *out);
void report_drawing(const struct report *r, FILE *out);
void report_index(const struct report *r, unsigned count, FILE *out);

// outside.c: what is not counted in lines, one after the other, and its bytes on this
// machine, 0 if it is not here; false when there are no more.
bool outside_thing(unsigned index, const char **name, unsigned long *bytes);

// What every report leaves out, said in it.
#define NOT_COUNTED "Not counted: the machine's firmware (BIOS, VGA BIOS), the boot loader GRUB, " \
	"the processor or QEMU, and the compiler and linker (GCC, binutils). Nor the scenario " \
	"compiler mkplan: make tcb VERIFY=1 compares capabilities, frames, ports, interrupts and " \
	"IOMMU tables of the running system with the scenario file, by a program that shares no " \
	"code with it, and so it does priorities, quotas and entry points; what is in startup " \
	"pages besides names of clients is believed."
