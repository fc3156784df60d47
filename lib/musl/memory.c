// SPDX-License-Identifier: MIT
// Memory calls.  Addresses cannot be chosen and pages have no rights of their
// own: the heap is readable and writable, and never executable.
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/startup_memory.h>
#include <sys/sys.h>
#include <sys/sysinfo.h>
#include "backend.h"
#include "pages.h"

static struct pages heap;

static struct pages *
the_heap(void)
{
	const struct startup_memory *m;

	if (heap.start == NULL) {
		m = startup_memory("heap");
		if (m != NULL)
			pages_init(&heap, (void *)m->addr, m->size);
	}
	return &heap;
}

// A file mapped read-only is shown where it lies.
static long
map_file(const struct posix_args *x)
{
	size_t size, length = (size_t)x->b, offset = (size_t)x->f;
	const unsigned char *file = posix_file(x->e, &size);

	if (file == NULL)
		return -EBADF;
	if (offset % PAGES_SIZE != 0 || length == 0 || offset > size ||
	    length > (size - offset + PAGES_SIZE - 1) / PAGES_SIZE * PAGES_SIZE)
		return -EINVAL;
	if ((x->c & PROT_WRITE) == 0)
		return (long)(file + offset);
	if ((x->d & MAP_TYPE) != MAP_PRIVATE)
		return -EACCES;
	void *copy = pages_take(the_heap(), length);
	if (copy == NULL)
		return -ENOMEM;
	memcpy(copy, file + offset, length < size - offset ? length : size - offset);
	return (long)copy;
}

long
posix_mmap(const struct posix_args *x)
{
	if ((x->c & PROT_EXEC) != 0)
		return -EACCES;
	if (x->b == 0 || (x->d & MAP_FIXED) != 0)
		return -EINVAL;
	if ((x->d & MAP_ANONYMOUS) == 0)
		return map_file(x);
	void *pages = pages_take(the_heap(), (size_t)x->b);
	return pages != NULL ? (long)pages : -ENOMEM;
}

long
posix_munmap(const struct posix_args *x)
{
	if (x->a % PAGES_SIZE != 0 || x->b == 0)
		return -EINVAL;
	// anything else can only be a boot module, which stays
	if (pages_own(the_heap(), (void *)x->a, (size_t)x->b))
		pages_give(&heap, (void *)x->a, (size_t)x->b);
	return 0;
}

long
posix_mprotect(const struct posix_args *x)
{
	const long both = PROT_READ | PROT_WRITE;

	if (!pages_own(the_heap(), (void *)x->a, (size_t)x->b))
		return -EINVAL;
	if ((x->c & PROT_EXEC) != 0)
		return -EACCES;
	return (x->c & both) == both ? 0 : -ENOSYS;
}

// The machine is what the component has of it: its heap.
long
posix_sysinfo(const struct posix_args *x)
{
	const struct pages *p = the_heap();
	size_t free = 0;

	for (size_t i = 0; i < p->count; i++)
		free += (p->used[i / 8] >> i % 8 & 1) == 0;
	*(struct sysinfo *)x->a = (struct sysinfo){
		.uptime = sys_now() / kip()->tsc_khz / 1000,
		.totalram = p->count * PAGES_SIZE, .freeram = free * PAGES_SIZE, .procs = 1,
		.mem_unit = 1 };
	return 0;
}

// In place and only smaller; malloc does the rest by itself.
long
posix_mremap(const struct posix_args *x)
{
	size_t was = (size_t)x->b, wanted = (size_t)x->c;
	size_t keep = (wanted + PAGES_SIZE - 1) / PAGES_SIZE * PAGES_SIZE;

	if (wanted == 0 || was > PTRDIFF_MAX || !pages_own(the_heap(), (void *)x->a, was))
		return -EINVAL;
	if (wanted > was)
		return -ENOMEM;
	if (was > keep)
		pages_give(&heap, (char *)x->a + keep, was - keep);
	return x->a;
}
