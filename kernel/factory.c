// SPDX-License-Identifier: MIT
// Quota accounting, the per-factory slab allocator, and the creation of objects.
#include <cap.h>
#include <class.h>
#include <debug.h>
#include <factory.h>
#include <string.h>
#include <task.h>
#include <thread.h>

void
factory_init(struct factory *f, struct factory *parent, uint64_t limit)
{
	f->parent = parent;
	f->limit = limit;
	f->used = 0;
	list_init(&f->objects);
	for (unsigned i = 0; i < SIZE_CLASSES; i++)
		list_init(&f->partial[i]);
	object_init(&f->obj, OBJ_FACTORY, parent);
}

void *
factory_alloc_frame(struct factory *f)
{
	if (f->used >= f->limit)
		return NULL;
	void *page = frame_alloc();

	assert(page != NULL);           // limits never add up to more than the pool
	f->used++;
	return page;
}

void
factory_free_frame(struct factory *f, void *page)
{
	assert(f->used > 0);
	f->used--;
	frame_free(page);
}

// Multiples of 64; 32 to 3 of them share a frame.
const uint16_t class_size[SIZE_CLASSES] = { 64, 128, 256, 512, 1024, 1216 };

static unsigned
size_class(uint64_t size)
{
	unsigned c = 0;

	while (class_size[c] < size)
		c++;
	return c;
}

// A new slab: objects chained through their first word, else zero.
static struct frame *
new_slab(struct factory *f, unsigned class)
{
	char *page = factory_alloc_frame(f);

	if (page == NULL)
		return NULL;
	struct frame *frame = frame_of(page);
	unsigned size = class_size[class];

	frame->owner = f;
	frame->size_class = (uint8_t)class;
	for (unsigned i = 4096 / size * size; i > 0; i -= size) {
		*(void **)(void *)(page + i - size) = frame->free;
		frame->free = page + i - size;
	}
	list_add_before(&f->partial[class], &frame->partial);
	return frame;
}

// The slab of `p`, whose objects are free: unchain them.
static void
free_slab(struct factory *f, void *p)
{
	char *page = (char *)((uint64_t)p & ~4095ull);
	unsigned size = class_size[frame_of(page)->size_class];

	for (unsigned i = 0; i + size <= 4096; i += size)
		*(void **)(void *)(page + i) = NULL;
	factory_free_frame(f, page);
}

void *
factory_alloc(struct factory *f, uint64_t size)
{
	unsigned class = size_class(size);
	struct frame *frame;

	if (!list_empty(&f->partial[class]))
		frame = container_of(f->partial[class].next, struct frame, partial);
	else if ((frame = new_slab(f, class)) == NULL)
		return NULL;
	void **p = frame->free;

	frame->free = *p;
	*p = NULL;
	frame->used++;
	if (frame->free == NULL)
		list_remove(&frame->partial);
	return p;
}

void
factory_free(struct factory *f, void *p)
{
	struct frame *frame = frame_of(p);

	assert(frame->owner == f && frame->used > 0);
	memset(p, 0, class_size[frame->size_class]);
	if (frame->free == NULL)
		list_add_before(&f->partial[frame->size_class], &frame->partial);
	*(void **)p = frame->free;
	frame->free = p;
	if (--frame->used == 0) {
		list_remove(&frame->partial);
		free_slab(f, p);
	}
}

bool
factory_fini(struct object *o, unsigned *steps)
{
	struct factory *f = (struct factory *)o;

	(void)steps;
	if (!list_empty(&f->objects)) {
		object_doom(container_of(f->objects.next, struct object, siblings));
		return false;
	}
	assert(f->used == 0);
	if (f->parent != NULL)
		f->parent->used -= f->limit;
	return true;
}

struct object *
factory_create(struct factory *f, uint64_t bytes)
{
	uint64_t limit = bytes >> 12;

	// The object itself may need a frame of f.
	if (limit == 0 || f->used >= f->limit || limit > f->limit - f->used - 1)
		return NULL;
	struct factory *child = factory_alloc(f, sizeof *child);

	if (child == NULL)
		return NULL;
	factory_init(child, f, limit);
	f->used += limit;
	return &child->obj;
}

static enum err
create(struct thread *t, struct factory *f)
{
	uint64_t *mr = t->utcb->mr, type = mr[0], index = mr[1], arg = mr[2];

	if (type >= OBJ_TYPES || object_classes[type].create == NULL)
		return ERR_ARG;
	if (type == OBJ_SEMAPHORE && arg > INT32_MAX)
		return ERR_ARG;
	struct cap *slot;
	enum err e = cap_slot_free(t->task, index, &slot);

	if (e != OK)
		return e;
	return cap_install(slot, object_classes[type].create(f, arg));
}

enum err
factory_invoke(struct thread *t, struct object *o, unsigned rights, uint32_t op)
{
	struct factory *f = (struct factory *)o;

	if (!(rights & CAP_SEND))
		return ERR_RIGHT;
	switch (op) {
	case FACTORY_CREATE:
		return create(t, f);
	case FACTORY_QUOTA:
		t->utcb->mr[0] = f->limit << 12;
		t->utcb->mr[1] = f->used << 12;
		t->reply_words = 2;
		return OK;
	}
	return ERR_OP;
}
