// SPDX-License-Identifier: MIT
// Guests: memory that is mapped, paid, taken back and ended like a task's.
#include <cap.h>
#include <factory.h>
#include <svm/svm.h>
#include <thread.h>
#include <x86/mmu.h>

struct object *
guest_create(struct factory *payer, uint64_t arg)
{
	struct guest *g = factory_alloc(payer, sizeof *g);
	struct task *t = &g->space;

	(void)arg;
	if (g == NULL)
		return NULL;
	object_init(&t->obj, OBJ_GUEST, payer);
	list_init(&t->threads);
	list_init(&t->ports);
	list_init(&g->vcpus);
	for (unsigned i = 0; i < CAP_TABLES; i++)
		t->caps[i] = cap_table_none;
	if (space_init(t) != OK) {
		list_remove(&t->obj.siblings);
		factory_free(payer, g);
		return NULL;
	}
	mmu_unshare_kernel(t->pml4);            // a guest-physical address may be any
	return &t->obj;
}

bool
guest_fini(struct object *o, unsigned *steps)
{
	struct guest *g = (struct guest *)o;

	while (!list_empty(&g->vcpus)) {
		struct vcpu *v = container_of(g->vcpus.next, struct vcpu, in_guest);

		if (!step(steps))
			return false;
		list_remove(&v->in_guest);
		v->guest = NULL;
	}
	return task_fini(o, steps);
}

static enum err
new_vcpu(struct guest *g, struct thread *caller, const uint64_t *mr)
{
	struct object *factory;
	struct cap *slot;
	enum err e = cap_lookup(caller->task, mr[0], OBJ_FACTORY, CAP_SEND, &factory);

	if (e == OK)
		e = cap_slot_free(caller->task, mr[1], &slot);
	if (e == OK && !svm_init())
		e = ERR_OP;
	if (e != OK)
		return e;
	return cap_install(slot, vcpu_create((struct factory *)factory, g));
}

enum err
guest_invoke(struct thread *t, struct object *o, unsigned rights, uint32_t op)
{
	uint64_t *mr = t->utcb->mr;

	if (!(rights & CAP_CTL))
		return ERR_RIGHT;
	switch (op) {
	case TASK_MAP:
	case TASK_UNMAP:
		return fpage_type(mr[0]) == FPAGE_MEM ? task_invoke(t, o, rights, op) : ERR_ARG;
	case GUEST_VCPU:
		return new_vcpu((struct guest *)o, t, mr);
	}
	return ERR_OP;
}
