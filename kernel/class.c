// SPDX-License-Identifier: MIT
// The table of all types.
#include <class.h>
#include <factory.h>
#include <gate.h>
#include <irq.h>
#include <scheduler.h>
#include <sema.h>
#include <svm/svm.h>
#include <task.h>
#include <vcon.h>

const struct object_class object_classes[OBJ_TYPES] = {
	[OBJ_TASK] = { task_create, task_invoke, task_fini },
	[OBJ_THREAD] = { thread_create, thread_invoke, thread_fini },
	[OBJ_GATE] = { gate_create, NULL, gate_fini },          // syscall.c passes messages on
	[OBJ_SIGNAL] = { signal_create, signal_invoke, source_fini },
	[OBJ_IRQ] = { NULL, irq_invoke, irq_fini },
	[OBJ_SEMAPHORE] = { semaphore_create, semaphore_invoke, semaphore_fini },
	[OBJ_FACTORY] = { factory_create, factory_invoke, factory_fini },
	[OBJ_SCHEDULER] = { NULL, scheduler_invoke, NULL },
	[OBJ_VCON] = { NULL, vcon_invoke, NULL },
	// all NULL in kernels without virtual machines
	[OBJ_GUEST] = { guest_create, guest_invoke, guest_fini },
	[OBJ_VCPU] = { NULL, vcpu_invoke, vcpu_fini },
};
