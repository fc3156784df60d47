// SPDX-License-Identifier: MIT
// Open files: boot modules, and the console as descriptors 0, 1 and 2.
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/startup_memory.h>
#include <sys/uio.h>
#include "backend.h"

enum { FILES = 32, CONSOLES = 3, PAGE = 4096, IOV_COUNT_MAX = 1024 };

static struct file {
	const struct startup_memory *rom;       // NULL: not open
	size_t at;
} files[FILES];

static bool console_closed[CONSOLES];

static const struct startup_memory *
find_rom(const char *path)
{
	static const char folder[] = "/rom/";
	const struct startup_memory *m;

	if (strncmp(path, folder, sizeof folder - 1) != 0)
		return NULL;
	m = startup_memory(path + sizeof folder - 1);
	return m != NULL && m->kind == MEMORY_ROM ? m : NULL;
}

static struct file *
find_file(long fd)
{
	return fd >= CONSOLES && fd < FILES && files[fd].rom != NULL ? &files[fd] : NULL;
}

static bool
is_console(long fd)
{
	return fd >= 0 && fd < CONSOLES && !console_closed[fd];
}

const unsigned char *
posix_file(long fd, size_t *size)
{
	const struct file *f = find_file(fd);

	if (f == NULL)
		return NULL;
	*size = f->rom->size;
	return (const unsigned char *)f->rom->addr;
}

long
posix_open(const struct posix_args *x)
{
	const struct startup_memory *m = find_rom((const char *)x->a);

	if ((x->b & O_ACCMODE) != O_RDONLY || (x->b & (O_CREAT | O_TRUNC)) != 0)
		return -EROFS;
	if (m == NULL)
		return -ENOENT;
	if ((x->b & O_DIRECTORY) != 0)
		return -ENOTDIR;
	for (long fd = CONSOLES; fd < FILES; fd++)
		if (files[fd].rom == NULL) {
			files[fd] = (struct file){ m, 0 };
			return fd;
		}
	return -EMFILE;
}

long
posix_close(const struct posix_args *x)
{
	struct file *f = find_file(x->a);

	if (f == NULL && !is_console(x->a))
		return -EBADF;
	if (f == NULL)
		console_closed[x->a] = true;
	else
		f->rom = NULL;
	return 0;
}

static size_t
copy_out(const struct startup_memory *m, size_t at, void *to, size_t size)
{
	size_t left = at < m->size ? m->size - at : 0, n = size < left ? size : left;

	memcpy(to, (const char *)m->addr + at, n);
	return n;
}

long
posix_pread(const struct posix_args *x)
{
	const struct file *f = find_file(x->a);

	if (f == NULL)
		return is_console(x->a) ? -ESPIPE : -EBADF;
	return x->d < 0 ? -EINVAL
	                : (long)copy_out(f->rom, (size_t)x->d, (void *)x->b, (size_t)x->c);
}

long
posix_read(const struct posix_args *x)
{
	struct iovec v = { (void *)x->b, (size_t)x->c };

	return posix_readv(&(struct posix_args){ .a = x->a, .b = (long)&v, .c = 1 });
}

// Nobody types on standard input: it is at its end.
long
posix_readv(const struct posix_args *x)
{
	const struct iovec *v = (const struct iovec *)x->b;
	struct file *f = find_file(x->a);
	size_t sum = 0;

	if (f == NULL)
		return x->a == 0 && is_console(0) ? 0 : -EBADF;
	if (x->c < 0 || x->c > IOV_COUNT_MAX)
		return -EINVAL;
	for (long i = 0; i < x->c; i++) {
		size_t n = copy_out(f->rom, f->at, v[i].iov_base, v[i].iov_len);

		f->at += n, sum += n;
	}
	return (long)sum;
}

long
posix_write(const struct posix_args *x)
{
	struct iovec v = { (void *)x->b, (size_t)x->c };

	return posix_writev(&(struct posix_args){ .a = x->a, .b = (long)&v, .c = 1 });
}

long
posix_writev(const struct posix_args *x)
{
	const struct iovec *v = (const struct iovec *)x->b;
	size_t sum = 0;

	if (x->a == 0 || !is_console(x->a))
		return -EBADF;
	if (x->c < 0 || x->c > IOV_COUNT_MAX)
		return -EINVAL;
	for (long i = 0; i < x->c; i++) {
		console_write(v[i].iov_base, v[i].iov_len);
		sum += v[i].iov_len;
	}
	return (long)sum;
}

long
posix_lseek(const struct posix_args *x)
{
	struct file *f = find_file(x->a);
	long from, to;

	if (f == NULL)
		return is_console(x->a) ? -ESPIPE : -EBADF;
	switch (x->c) {
	case SEEK_SET: from = 0; break;
	case SEEK_CUR: from = (long)f->at; break;
	case SEEK_END: from = (long)f->rom->size; break;
	default: return -EINVAL;
	}
	if (__builtin_add_overflow(from, x->b, &to) || to < 0)
		return -EINVAL;
	f->at = (size_t)to;
	return to;
}

// musl's struct stat is the kernel's.
static void
fill_stat(struct stat *st, const struct startup_memory *m)
{
	memset(st, 0, sizeof *st);
	st->st_nlink = 1;
	st->st_mode = m != NULL ? S_IFREG | 0444 : S_IFCHR | 0600;
	st->st_blksize = PAGE;
	if (m == NULL)
		return;
	st->st_ino = (ino_t)(m - startup_memories()) + 1;
	st->st_size = (off_t)m->size;
	st->st_blocks = (st->st_size + 511) / 512;
}

long
posix_fstat(const struct posix_args *x)
{
	const struct file *f = find_file(x->a);

	if (f == NULL && !is_console(x->a))
		return -EBADF;
	fill_stat((struct stat *)x->b, f != NULL ? f->rom : NULL);
	return 0;
}

long
posix_stat(const struct posix_args *x)
{
	const struct startup_memory *m = find_rom((const char *)x->a);

	if (m == NULL)
		return -ENOENT;
	fill_stat((struct stat *)x->b, m);
	return 0;
}

long
posix_fcntl(const struct posix_args *x)
{
	if (find_file(x->a) == NULL && !is_console(x->a))
		return -EBADF;
	switch (x->b) {
	case F_GETFD: return FD_CLOEXEC;
	case F_SETFD: return 0;
	case F_GETFL: return x->a == 1 || x->a == 2 ? O_WRONLY : O_RDONLY;
	default: return -EINVAL;
	}
}

// The one question of stdio: is this a terminal?  The console is, so that lines
// appear when they are finished.
long
posix_ioctl(const struct posix_args *x)
{
	if (x->b != TIOCGWINSZ || x->a == 0 || !is_console(x->a))
		return find_file(x->a) != NULL || is_console(x->a) ? -ENOTTY : -EBADF;
	*(struct winsize *)x->c = (struct winsize){ .ws_row = 25, .ws_col = 80 };
	return 0;
}

// The only limit that a program can find is that of open files; none can be changed.
long
posix_prlimit(const struct posix_args *x)
{
	const struct rlimit files_max = { FILES, FILES }, none = { RLIM_INFINITY, RLIM_INFINITY };

	if ((x->a != 0 && x->a != 1) || x->b < 0 || x->b >= RLIM_NLIMITS)
		return x->a != 0 && x->a != 1 ? -ESRCH : -EINVAL;
	if (x->c != 0)
		return -EPERM;
	if (x->d != 0)
		memcpy((void *)x->d, x->b == RLIMIT_NOFILE ? &files_max : &none, sizeof none);
	return 0;
}
