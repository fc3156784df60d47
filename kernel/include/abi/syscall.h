// SPDX-License-Identifier: MIT
// The one system call: invoke a capability.
//
//   rdi  capability index | flags << 32        rax  tag, with kind and error
//   rsi  tag                                   rdx  label: who sent it
//   rdx  deadline, of sending and receiving
//
// rbx, rbp, r12-r15 and rsp survive; the other registers come back cleared.
// Message words and items are in the caller's UTCB.
#pragma once

#include <abi/msg.h>

enum invoke_flags {
	IPC_SEND  = 1,          // send to the capability
	IPC_RECV  = 2,          // then receive: the answer, or with IPC_OPEN anything
	IPC_OPEN  = 4,
	IPC_REPLY = 8,          // send to the caller whose call was received last; no capability

	IPC_TIME           = 0, // no message: rdx is the time-stamp counter's value, rounded down
				// to a millisecond

	IPC_CALL           = IPC_SEND | IPC_RECV,
	IPC_WAIT           = IPC_RECV | IPC_OPEN,
	IPC_REPLY_AND_WAIT = IPC_SEND | IPC_REPLY | IPC_RECV | IPC_OPEN,
	// IPC_RECV alone receives nothing: it sleeps until the deadline.
};

// Deadlines are absolute values of the time-stamp counter (struct kip: tsc_khz).  Tasks that
// may not read it (TASK_COUNTER) know whole milliseconds only: their deadlines are rounded up.
// That of a call or send also covers the time until the partner takes the message: after
// ERR_TIMEOUT it has got nothing, unless it was to answer.  While more urgent threads run,
// nobody looks.
#define DEADLINE_NONE (~0ull)   // wait for ever
#define DEADLINE_ZERO 0ull      // do not wait

// Kernel objects.  Gates pass messages on; all others are served by the kernel
// and are invoked with IPC_CALL, operation in the tag's label.
enum object_type {
	OBJ_NONE, OBJ_TASK, OBJ_THREAD, OBJ_GATE, OBJ_SIGNAL, OBJ_IRQ,
	OBJ_SEMAPHORE, OBJ_FACTORY, OBJ_SCHEDULER, OBJ_VCON,
	OBJ_GUEST, OBJ_VCPU,    // kernels with virtual machines only: vcpu.h
	OBJ_TYPES,
};

enum {
	// every object but gates, which end when their first capability is unmapped
	OP_DESTROY = 1,         // CAP_DELETE: the object and every capability to it end

	FACTORY_CREATE = 16,    // CAP_SEND; mr0 type: task, thread, gate, signal (bind these two
				//   with THREAD_BIND), semaphore, factory, guest; mr1 free
				//   index for the capability; mr2 semaphore: initial count,
				//   factory: bytes of quota, taken from this one
	FACTORY_QUOTA,          // -> mr0 limit, mr1 used, in bytes

	TASK_MAP = 32,          // CAP_CTL; mr0 fpage of the caller, mr1 destination address (index
				//   << 12 for ports and capabilities) | ITEM_GRANT | cache << 1
	TASK_UNMAP,             // CAP_CTL; mr0 fpage (rights = rights to take away),
				//   mr1 1: also from this task itself, 0: only what it passed on.
				//   What lies partly in the fpage (2 MiB pages) goes whole
	TASK_CAP_TYPE,          // CAP_CTL; mr0 index -> mr0 object type, mr1 rights
	TASK_COUNTER,           // CAP_CTL; before its first thread: they may read the time-stamp
				//   counter, as the caller's may (else ERR_RIGHT).  For others
				//   rdtsc is an exception

	THREAD_CONTROL = 48,    // CAP_CTL; once, before the first start: mr0 task, mr1 UTCB
				//   address, mr2 gate for page faults, mr3 gate for exceptions
				//   (capabilities; 0 = none: the fault stops the thread)
	THREAD_START,           // CAP_CTL; mr0 ip, mr1 sp, mr2 first argument (rdi)
	THREAD_STOP,            // CAP_CTL; cancels a wait; runs again after THREAD_RESUME
	THREAD_RESUME,          // CAP_CTL
	THREAD_REGS,            // CAP_CTL, stopped threads: -> struct regs in mr0..17
	THREAD_SET_REGS,        // CAP_CTL, stopped threads: struct regs in mr0..17
	THREAD_BIND,            // CAP_CTL; mr0 gate, signal or irq (CAP_CTL), mr1 label: this
				//   thread receives from it; also moves it from another thread
	THREAD_FS_BASE,         // CAP_CTL; mr0 address
	THREAD_YIELD,           // CAP_SEND; the caller's slice is over, and what is left of it is
				//   this thread's, which comes first of its priority; or nobody's,
				//   if it is the caller itself

	SIGNAL_RAISE = 64,      // CAP_SEND; mr0 bits, not 0

	IRQ_UNMASK = 80,        // CAP_SEND; ready for the next interrupt.  The kernel masks a line
				//   at each one until all its objects that were unmasked are again
	IRQ_MASK,               // CAP_SEND; no more interrupts to this object
	IRQ_SHARE,              // CAP_CTL; mr0 factory (CAP_SEND), mr1 free index: another object
				//   for the same line, masked; IRQ_SHARES_MAX of them

	SEM_UP = 96,            // CAP_SEND
	SEM_DOWN,               // CAP_SEND; waits until the deadline

	SCHED_SET = 112,        // CAP_CTL; mr0 thread (CAP_CTL), mr1 priority 1..bound,
				//   mr2 slice in µs
	SCHED_INFO,             // CAP_SEND; mr0 thread, 0 for idle -> mr0 CPU time in TSC ticks,
				//   in whole milliseconds for tasks without TASK_COUNTER
	SCHED_BOUND,            // CAP_CTL; mr0 factory (CAP_SEND), mr1 free index, mr2 priority: a
				//   scheduler that gives no more than that; not above its own bound
	SCHED_BUDGET,           // CAP_CTL; mr0 thread (CAP_CTL), mr1 period, mr2 budget (0: no
				//   limit), in µs.  In each period the thread, and servers for it,
				//   run no longer than that; a call that is served then is still
				//   finished, at the expense of the next periods

	VCON_WRITE = 128,       // CAP_SEND; mr0 bytes (1..504), text in mr1...
	VCON_SHOW,              // CAP_SEND; the same, also on the screen, until VCON_SCREEN_END
	VCON_SCREEN_END,        // CAP_SEND; the screen is no longer the kernel's

	// also TASK_MAP and TASK_UNMAP, of memory
	GUEST_VCPU = 144,       // CAP_CTL; mr0 factory (CAP_SEND), mr1 free index: a processor for
				//   this guest; ERR_OP: ours cannot have guests

	VCPU_RUN = 160,         // CAP_CTL; the caller enters the guest until the deadline, or
				//   until it has to look at something: vcpu.h
};
