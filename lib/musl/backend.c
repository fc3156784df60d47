// SPDX-License-Identifier: MIT
// The system calls that musl makes, and who answers.  What is not in the table
// fails with ENOSYS and is logged once.
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/startup.h>
#include <sys/syscall.h>
#include <sys/sys.h>
#include <time.h>
#include "backend.h"

enum { SYSCALLS = 512 };

// Also of a futex: with one thread, nobody waits for one.
static long
none(const struct posix_args *x)
{
	(void)x;
	return 0;
}

// The one process, the one thread.
static long
one(const struct posix_args *x)
{
	(void)x;
	return 1;
}

// There are no users: this is the one called nobody.
static long
nobody(const struct posix_args *x)
{
	(void)x;
	return 65534;
}

// No break to move: the allocator turns to mmap.
#define posix_brk none

static long
posix_set_thread_area(const struct posix_args *x)
{
	utcb()->mr[0] = (uint64_t)x->a;
	return sys_request(STARTUP_OWN_THREAD, THREAD_FS_BASE, 1) == OK ? 0 : -EPERM;
}

// Time since the machine was switched on.  Nobody here knows the date.
static long
posix_clock_gettime(const struct posix_args *x)
{
	struct timespec *t = (struct timespec *)x->b;
	uint64_t khz = kip()->tsc_khz, now = sys_now(), ms = now / khz;

	// not ENOSYS: of that, musl makes a question that it takes no answer to
	if (x->a != CLOCK_MONOTONIC && x->a != CLOCK_BOOTTIME)
		return -EINVAL;
	t->tv_sec = (time_t)(ms / 1000);
	t->tv_nsec = (long)(ms % 1000 * 1000000 + now % khz * 1000000 / khz);
	return 0;
}

static long
posix_nanosleep(const struct posix_args *x)
{
	const struct timespec *t = (const struct timespec *)x->a;
	uint64_t khz = kip()->tsc_khz;

	if (t->tv_sec < 0 || t->tv_nsec < 0 || t->tv_nsec >= 1000000000)
		return -EINVAL;
	uint64_t s = t->tv_sec < INT_MAX ? (uint64_t)t->tv_sec : INT_MAX;
	// not less: of the millisecond that sys_now says a part may be over
	sys_sleep(sys_now() + (s * 1000 + 1) * khz + (uint64_t)t->tv_nsec * khz / 1000000);
	return 0;
}

// The component stays, idle: there is nobody who would wait for its end.
static _Noreturn long
posix_exit(const struct posix_args *x)
{
	char text[32];

	console_flush();
	snprintf(text, sizeof text, "exit %ld", x->a & 0xff);
	log_line(text);
	for (;;)
		sys_sleep(DEADLINE_NONE);
}

static long
posix_tkill(const struct posix_args *x)
{
	return posix_tgkill(&(struct posix_args){ .a = 1, .b = x->a, .c = x->b });
}

static posix_call_t *const calls[SYSCALLS] = {
	[SYS_read] = posix_read, [SYS_readv] = posix_readv, [SYS_pread64] = posix_pread,
	[SYS_write] = posix_write, [SYS_writev] = posix_writev,
	[SYS_open] = posix_open, [SYS_close] = posix_close, [SYS_lseek] = posix_lseek,
	[SYS_stat] = posix_stat, [SYS_lstat] = posix_stat, [SYS_fstat] = posix_fstat,
	[SYS_fcntl] = posix_fcntl, [SYS_ioctl] = posix_ioctl,
	[SYS_mmap] = posix_mmap, [SYS_munmap] = posix_munmap,
	[SYS_mprotect] = posix_mprotect, [SYS_mremap] = posix_mremap, [SYS_brk] = posix_brk,
	[SYS_clock_gettime] = posix_clock_gettime, [SYS_nanosleep] = posix_nanosleep,
	[SYS_set_thread_area] = posix_set_thread_area,
	[SYS_set_tid_address] = one, [SYS_getpid] = one, [SYS_gettid] = one,
	[SYS_rt_sigprocmask] = posix_sigprocmask, [SYS_rt_sigaction] = posix_sigaction,
	[SYS_rt_sigpending] = posix_sigpending, [SYS_tkill] = posix_tkill,
	[SYS_tgkill] = posix_tgkill, [SYS_kill] = posix_kill, [SYS_futex] = none,
	[SYS_getuid] = nobody, [SYS_geteuid] = nobody, [SYS_getgid] = nobody,
	[SYS_getegid] = nobody, [SYS_getppid] = none,
	[SYS_prlimit64] = posix_prlimit, [SYS_sysinfo] = posix_sysinfo,
	[SYS_exit] = posix_exit, [SYS_exit_group] = posix_exit,
};

static long
unknown(long n)
{
	static uint8_t said[SYSCALLS];
	char text[64];

	if (n < 0 || n >= SYSCALLS || said[n])
		return -ENOSYS;
	said[n] = 1;
	snprintf(text, sizeof text, "system call %ld does not exist here", n);
	log_line(text);
	return -ENOSYS;
}

long
__uc_syscall(long n, long a, long b, long c, long d, long e, long f)
{
	const struct posix_args args = { a, b, c, d, e, f };

	if (n < 0 || n >= SYSCALLS || calls[n] == NULL)
		return unknown(n);
	return calls[n](&args);
}
