// SPDX-License-Identifier: MIT
// Messages: the tag that travels in a register, the UTCB that holds words and
// items, flexpages.  Shared by the kernel and every program.
//
// A message is `words` untyped words mr[0..words) followed by `items` typed
// items of two words each, all in the sender's UTCB.  Words arrive in the same
// places of the receiver's UTCB; items are carried out into the receiver's
// windows and do not arrive as words.  Either all of a message comes or nothing: one
// item that is refused undoes those before it.  (Only a call whose time ends while it
// is being answered keeps what had come.)
#pragma once

#include <stdint.h>
#include <abi/err.h>

typedef uint32_t cap_t;         // index into the caller's capability space
typedef uint64_t tag_t;

enum {
	MR_MAX    = 64,         // message registers of a UTCB
	ITEMS_MAX = 8,
	SEND_ITEMS_MAX = 3,     // of a call or send: it is one piece, a reply can be preempted
	SEND_MAX  = 4,          // pages and capabilities in them; in a reply: no limit
	CAP_MAX   = 4096,       // capability indices of a task
	PORT_RANGES_MAX = 32,   // port ranges of a task
	IRQ_SHARES_MAX = 8,     // objects for one interrupt line
	CAP_SELF  = 0,          // the caller's own task; always valid, cannot be mapped
};

// Tag: what the sender may set, and what only the kernel sets.
//   bits  0..6   words (0..64)         sender
//   bits  8..11  items (0..8)          sender
//   bits 16..47  label                 sender: operation, or enum err in a reply
//   bits 48..51  enum msg_kind         kernel
//   bits 56..63  enum err of the IPC   kernel
enum msg_kind {
	MSG_IPC,                // a message from another thread
	MSG_SIGNAL,             // mr[0]: the bits raised since the last time
	MSG_IRQ,                // mr[0]: always 1
	MSG_FAULT,              // page fault: mr[0] address, [1] ip, [2] error code
	MSG_EXCEPTION,          // mr[0] vector, [1] error code, then struct regs
};

static inline tag_t
tag(uint32_t label, unsigned words, unsigned items)
{
	return (uint64_t)label << 16 | (uint64_t)items << 8 | words;
}

static inline unsigned tag_words(tag_t t) { return t & 0x7f; }
static inline unsigned tag_items(tag_t t) { return t >> 8 & 0xf; }
static inline uint32_t tag_label(tag_t t) { return (uint32_t)(t >> 16); }
static inline enum msg_kind tag_kind(tag_t t) { return t >> 48 & 0xf; }
static inline enum err tag_err(tag_t t) { return t >> 56; }

// Flexpage: an aligned power-of-two piece of one of the three spaces.
//   bits  0..3   rights
//   bits  4..5   enum fpage_type
//   bits  6..11  order: log2 of the size in bytes, ports or capabilities
//   bits 12..63  memory: address >> 12; ports and capabilities: first index
typedef uint64_t fpage_t;

enum fpage_type { FPAGE_NONE, FPAGE_MEM, FPAGE_PORT, FPAGE_CAP };

enum {
	MEM_R = 1, MEM_W = 2, MEM_X = 4, MEM_RW = 3, MEM_RX = 5,

	CAP_SEND   = 1,         // call, raise, create: use the object
	CAP_CTL    = 2,         // bind, configure, map into: rule the object
	CAP_DELETE = 4,         // destroy the object
	CAP_ALL    = 7,
};

static inline fpage_t
fpage_mem(uint64_t addr, unsigned order, unsigned rights)
{
	return (addr & ~0xfffull) | order << 6 | FPAGE_MEM << 4 | rights;
}

static inline fpage_t
fpage_port(unsigned first, unsigned order, unsigned rights)
{
	return (uint64_t)first << 12 | order << 6 | FPAGE_PORT << 4 | rights;
}

static inline fpage_t
fpage_cap(cap_t first, unsigned order, unsigned rights)
{
	return (uint64_t)first << 12 | order << 6 | FPAGE_CAP << 4 | rights;
}

static inline unsigned fpage_rights(fpage_t f) { return f & 0xf; }
static inline enum fpage_type fpage_type(fpage_t f) { return f >> 4 & 3; }
static inline unsigned fpage_order(fpage_t f) { return f >> 6 & 0x3f; }
static inline uint64_t fpage_addr(fpage_t f) { return f & ~0xfffull; }     // memory
static inline uint64_t fpage_index(fpage_t f) { return f >> 12; }          // ports, capabilities

// Typed item: what to send, and where inside the receiver's window.
// The receiver's window (struct utcb) says where it may land; `to` selects the
// place when the window is larger than the flexpage:
//   bit  0       grant: the sender loses it; the last item only, and one page,
//                capability or range of ports
//   bits 1..2    enum mem_cache, memory only
//   bits 12..63  offset from the window's start (memory: bytes & ~0xfff; else index)
struct item { fpage_t what; uint64_t to; };

enum { ITEM_GRANT = 1 };
enum mem_cache { MEM_KEEP, MEM_WC, MEM_UC };    // others than MEM_KEEP: device memory only

// One page per thread, allocated by the kernel, writable by the thread's task.
struct utcb {
	uint64_t mr[MR_MAX];
	fpage_t  window[4];     // by enum fpage_type: where items may land; 0 = nowhere
	uint64_t counter;       // not 0: the task had TASK_COUNTER when the thread entered it
	uint64_t user[59];      // never touched by the kernel
};
_Static_assert(sizeof(struct item) == 16, "ABI");
_Static_assert(sizeof(struct utcb) == 1024, "ABI");
_Static_assert(__builtin_offsetof(struct utcb, window) == 512, "ABI");

// Register state of a thread, as exception messages and THREAD_REGS carry it.
struct regs {
	uint64_t r15, r14, r13, r12, r11, r10, r9, r8;
	uint64_t rdi, rsi, rbp, rbx, rdx, rcx, rax;
	uint64_t rip, rflags, rsp;
};
_Static_assert(sizeof(struct regs) == 18 * 8, "ABI");
