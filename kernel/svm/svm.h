// SPDX-License-Identifier: MIT
// Virtual machines: guests and vcpus as kernel objects, and the way into a guest and back.
#pragma once

#include <task.h>

struct regs;
struct thread;
struct vmcb;

// A memory space, and nothing else of a task.
struct guest {
	struct task space;
	struct list vcpus;
};

struct vcpu {
	struct object obj;
	struct guest *guest;            // NULL: it has ended
	struct list in_guest;
	struct vmcb *vmcb;              // a frame of the vcpu's factory
	[[gnu::aligned(16)]] uint8_t fpu[512];
};
_Static_assert(sizeof(struct guest) <= 1024 && sizeof(struct vcpu) <= 1024, "slab class");

// Not there in kernels without virtual machines (class.c).
[[gnu::weak]] struct object *guest_create(struct factory *payer, uint64_t arg);
[[gnu::weak]] enum err guest_invoke(struct thread *t, struct object *o, unsigned rights,
                                    uint32_t op);
[[gnu::weak]] bool guest_fini(struct object *o, unsigned *steps);
[[gnu::weak]] enum err vcpu_invoke(struct thread *t, struct object *o, unsigned rights,
                                   uint32_t op);
[[gnu::weak]] bool vcpu_fini(struct object *o, unsigned *steps);

// A processor for `g`; NULL: no memory.
struct object *vcpu_create(struct factory *payer, struct guest *g);

// Ready the processor for guests, once; false: it cannot have any.
bool svm_init(void);

// What the kernel alone says about a guest, and the state of a processor after reset.
void svm_fill(struct vcpu *v);

// The guest's FPU registers come into the processor, and go; `t` enters it.
void svm_load(struct vcpu *v, struct thread *t);
void svm_unload(struct vcpu *v);

// In between: run the guest with these registers (rip, rflags, rsp and rax are in the VMCB).
void svm_enter(struct vmcb *c, struct regs *r);

// `v` ends: its state must not be saved again.
void svm_forget(struct vcpu *v);
