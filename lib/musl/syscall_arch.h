// SPDX-License-Identifier: MIT
// Replaces musl's arch/x86_64/syscall_arch.h: a system call is a call of the
// back end.  Without VDSO_USEFUL the clock takes the same way.
#define __SYSCALL_LL_E(x) (x)
#define __SYSCALL_LL_O(x) (x)
#define IPC_64 0

long __uc_syscall(long n, long a, long b, long c, long d, long e, long f);

static inline long
__syscall0(long n)
{
	return __uc_syscall(n, 0, 0, 0, 0, 0, 0);
}

static inline long
__syscall1(long n, long a)
{
	return __uc_syscall(n, a, 0, 0, 0, 0, 0);
}

static inline long
__syscall2(long n, long a, long b)
{
	return __uc_syscall(n, a, b, 0, 0, 0, 0);
}

static inline long
__syscall3(long n, long a, long b, long c)
{
	return __uc_syscall(n, a, b, c, 0, 0, 0);
}

static inline long
__syscall4(long n, long a, long b, long c, long d)
{
	return __uc_syscall(n, a, b, c, d, 0, 0);
}

static inline long
__syscall5(long n, long a, long b, long c, long d, long e)
{
	return __uc_syscall(n, a, b, c, d, e, 0);
}

static inline long
__syscall6(long n, long a, long b, long c, long d, long e, long f)
{
	return __uc_syscall(n, a, b, c, d, e, f);
}
