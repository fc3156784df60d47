// SPDX-License-Identifier: MIT
// A second opinion on what a running system's tasks hold: from the scenario file to the dump
// that tools/rights.gdb.py makes of the kernel.  It shares no code with the scenario compiler
// and does not read the boot plan, so that neither has to be believed.
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <libconfig.h>

enum { TASKS = 64, CHILDREN = 128, PAGE = 4096, NOBODY = -1, INIT = -2 };
enum { LOGS = 1 << 16 };                // labels of log gates, which hear of faults (init_plan.h)

#define DEVICES 0x80000000ull           // RAM is below it, or above 4 GiB

// Of the dump.
struct cap { long type, rights, label, line, to, index, owner; };       // owner: who pays
struct page { uint64_t va, pa; bool w, x, matched; uint32_t crc; };
struct thread {
	long priority, slice, share, counter, utcb;
	struct { long to, label; } fault[2];    // of pages, of other exceptions
};
struct task {
	bool there, gone;               // gone: somebody has ended it, and was allowed to
	int owner;                      // the component whose factory paid for it
	struct thread thread;           // the last of them
	long threads, quota, entry, stack;
	struct cap *cap;
	struct page *page;
	unsigned caps, pages;
	unsigned char port[65536];
	unsigned char startup[16384];
	unsigned startup_size;
};
struct reach { unsigned place; uint64_t at, frame; };

struct dump {
	struct task task[TASKS];
	struct reach *reach;
	unsigned reaches, children;
	struct task *child[CHILDREN];   // tasks that are no components
	bool window[DEVICES / PAGE];    // frames that are init's to give, not the kernel's
	bool iommu, translates;
};

// Of the scenario.  `type` is NULL-terminated text of libconfig's.
struct client {
	config_setting_t *c;
	int from, server;               // components
	const char *type, *label;
	uint64_t shared, private;
	bool up, down, kill, relayed;
	unsigned number, subsystem;     // among its client's uses, from 0
	unsigned id;                    // among its server's clients, from 1
};

struct wanted {
	config_t config;
	config_setting_t *component[TASKS];
	unsigned components, clients;
	struct client client[512];
	const char *build, *modules;
};

// Both end the program with a sentence when they cannot read.
void wanted_read(struct wanted *w, const char *path);
void dump_read(struct dump *d, const char *path);
int find(const struct wanted *w, const char *name);     // or ends the program

[[gnu::noreturn, gnu::format(printf, 1, 2)]] void stop(const char *format, ...);
void *more(void *array, unsigned n, size_t size);       // room for one more after n

const char *text_of(config_setting_t *c, const char *name, const char *none);
uint64_t size_of(config_setting_t *c, const char *name, uint64_t none);
long number_of(config_setting_t *c, const char *name, long none);

// tcb-vet.c
extern struct wanted want;
extern struct dump have;
extern unsigned char *frames[TASKS];    // by frame: 1 reads, 2 writes
extern uint64_t machine;                // end of the RAM that tasks see
[[gnu::format(printf, 2, 3)]] void differ(int task, const char *format, ...);
bool has_list(int i, const char *name);
bool uses(int client, int server, const char *type);    // any if type is NULL

// Element n of a component's list; NULL behind the last.
config_setting_t *element(int i, const char *name, unsigned n);

// tcb-vet-run.c: of a component's task; of one that a component has made.
void vet_run(int i);
void vet_child(const struct task *t);

// tcb-vet-memory.c: of one task; of two.
void vet_memory(int i);
void vet_shared(int a, int b);
