// SPDX-License-Identifier: MIT
// Signals within the process: there is no other process, no terminal and no timer that could
// send one, so that a signal is a call of its handler by the one who raises it.  What the
// processor finds wrong (SIGSEGV, SIGFPE) is none: init is told of it and ends the component.
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/startup.h>
#include "backend.h"

enum { SIGNALS = 64 };

// What musl's sigaction passes on (its ksigaction.h).
struct action {
	void (*handler)(int);
	unsigned long flags;
	void (*restorer)(void);
	uint64_t mask;
};

static struct action actions[SIGNALS + 1];
static uint64_t blocked, pending;

#define NEVER_BLOCKED (bit(SIGKILL) | bit(SIGSTOP))

static uint64_t
bit(long sig)
{
	return 1ull << (sig - 1);
}

// Not inlined: it is the name that init's report has.
[[gnu::noinline]] static _Noreturn void
killed_by_signal(long sig)
{
	char text[32];

	console_flush();
	snprintf(text, sizeof text, "killed by signal %ld", sig);
	log_line(text);
	__builtin_trap();
}

// Nobody would ever continue what has stopped.
static bool
stops(long sig)
{
	return sig == SIGSTOP || sig == SIGTSTP || sig == SIGTTIN || sig == SIGTTOU;
}

static bool
does_nothing(long sig)
{
	return sig == SIGCHLD || sig == SIGCONT || sig == SIGURG || sig == SIGWINCH;
}

static void
deliver(long sig)
{
	const struct action a = actions[sig];
	const uint64_t before = blocked;
	siginfo_t info = { .si_signo = (int)sig, .si_code = SI_TKILL, .si_pid = 1 };
	static ucontext_t context;      // of the interrupted code: there is none

	if (a.handler == SIG_IGN || (a.handler == SIG_DFL && does_nothing(sig)))
		return;
	if (a.handler == SIG_DFL)
		killed_by_signal(sig);
	if ((a.flags & SA_RESETHAND) != 0)
		actions[sig] = (struct action){ .handler = SIG_DFL };
	blocked |= a.mask & ~NEVER_BLOCKED;
	if ((a.flags & SA_NODEFER) == 0)
		blocked |= bit(sig) & ~NEVER_BLOCKED;
	if ((a.flags & SA_SIGINFO) != 0)
		((void (*)(int, siginfo_t *, void *))(uintptr_t)a.handler)
			((int)sig, &info, &context);
	else
		a.handler((int)sig);
	blocked = before;
}

static void
deliver_pending(void)
{
	for (long sig = 1; sig <= SIGNALS; sig++)
		if ((pending & ~blocked & bit(sig)) != 0) {
			pending &= ~bit(sig);
			deliver(sig);
		}
}

static long
raise_here(long sig)
{
	if (sig < 0 || sig > SIGNALS)
		return -EINVAL;
	if (sig == 0)
		return 0;
	if (stops(sig) && (sig == SIGSTOP || actions[sig].handler == SIG_DFL))
		return -ENOSYS;
	pending |= bit(sig);
	deliver_pending();
	return 0;
}

// The one process and thread is number 1; -1 is everybody but oneself, 0 one's own group.
long
posix_kill(const struct posix_args *x)
{
	return x->a == 1 || x->a == 0 ? raise_here(x->b) : -ESRCH;
}

long
posix_tgkill(const struct posix_args *x)
{
	return x->a == 1 && x->b == 1 ? raise_here(x->c) : -ESRCH;
}

long
posix_sigaction(const struct posix_args *x)
{
	struct action *now;

	if (x->a < 1 || x->a > SIGNALS || x->d != sizeof now->mask)
		return -EINVAL;
	if (x->b != 0 && (x->a == SIGKILL || x->a == SIGSTOP))
		return -EINVAL;
	now = &actions[x->a];
	const struct action before = *now;
	if (x->b != 0)
		memcpy(now, (const void *)x->b, sizeof *now);
	if (x->c != 0)
		memcpy((void *)x->c, &before, sizeof before);
	return 0;
}

long
posix_sigprocmask(const struct posix_args *x)
{
	const uint64_t before = blocked;
	uint64_t set;

	if (x->d != sizeof set)
		return -EINVAL;
	if (x->b != 0) {
		memcpy(&set, (const void *)x->b, sizeof set);
		switch (x->a) {
		case SIG_BLOCK: blocked |= set; break;
		case SIG_UNBLOCK: blocked &= ~set; break;
		case SIG_SETMASK: blocked = set; break;
		default: return -EINVAL;
		}
		blocked &= ~NEVER_BLOCKED;
	}
	if (x->c != 0)
		memcpy((void *)x->c, &before, sizeof before);
	deliver_pending();
	return 0;
}

long
posix_sigpending(const struct posix_args *x)
{
	if (x->b != sizeof pending)
		return -EINVAL;
	memcpy((void *)x->a, &pending, sizeof pending);
	return 0;
}
