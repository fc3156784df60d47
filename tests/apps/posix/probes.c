// SPDX-License-Identifier: MIT
// What lib/musl/README.md says that works, or fails with ENOSYS, does: no call answers what is
// not true.  The first parameter of a probe is its name there.
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "probes.h"

#define MAIL "/rom/mail/1-order"

#define PROBE(name, condition) say(name, (errno = 0, (condition)))
// fails, and says that the call does not exist
#define ABSENT(name, call) say(name, (errno = 0, (call) == -1 && errno == ENOSYS))

static volatile sig_atomic_t heard, code;
static sigjmp_buf away;

static void
say(const char *name, bool good)
{
	printf("%s %s\n", good ? "ok" : "FAILED", name);
}

static void
hear(int sig)
{
	heard = heard * 100 + sig;
}

static void
hear_info(int sig, siginfo_t *info, void *context)
{
	(void)context;
	heard = sig;
	code = info->si_code;
}

static void
jump(int sig)
{
	siglongjmp(away, sig);
}

static bool
signals_wait_while_blocked(void)
{
	sigset_t set, waiting;

	heard = 0;
	signal(SIGUSR1, hear);
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	if (sigprocmask(SIG_BLOCK, &set, NULL) != 0 || raise(SIGUSR1) != 0 || heard != 0 ||
	    sigpending(&waiting) != 0 || !sigismember(&waiting, SIGUSR1))
		return false;
	return sigprocmask(SIG_UNBLOCK, &set, NULL) == 0 && heard == SIGUSR1;
}

static bool
action_is_kept(void)
{
	struct sigaction a = { .sa_sigaction = hear_info, .sa_flags = SA_SIGINFO };
	struct sigaction now;

	a.sa_flags |= (int)SA_RESETHAND;

	heard = 0;
	if (sigaction(SIGUSR2, &a, NULL) != 0 || kill(getpid(), SIGUSR2) != 0 ||
	    heard != SIGUSR2 || code != SI_TKILL)
		return false;
	return sigaction(SIGUSR2, NULL, &now) == 0 && now.sa_handler == SIG_DFL;
}

static void
probe_signals(void)
{
	PROBE("signal", signal(SIGTERM, hear) == SIG_DFL && signal(SIGTERM, SIG_IGN) == hear);
	heard = 0;
	PROBE("raise", signal(SIGINT, hear) != SIG_ERR && raise(SIGINT) == 0 && heard == SIGINT);
	PROBE("kill", kill(getpid(), SIGTERM) == 0 && kill(17, SIGTERM) == -1 && errno == ESRCH);
	PROBE("sigaction", action_is_kept());
	PROBE("sigprocmask", signals_wait_while_blocked());
	sigset_t waiting;
	PROBE("sigpending", sigpending(&waiting) == 0 && !sigismember(&waiting, SIGUSR1));
	signal(SIGUSR1, jump);
	int got = sigsetjmp(away, 1);
	if (got == 0)
		raise(SIGUSR1);
	PROBE("siglongjmp", got == SIGUSR1 && sigprocmask(SIG_BLOCK, NULL, &waiting) == 0 &&
	                    !sigismember(&waiting, SIGUSR1));
	PROBE("pthread_kill", pthread_kill(pthread_self(), 0) == 0);
	ABSENT("pause", pause());
	ABSENT("sigsuspend", sigsuspend(&waiting));
	ABSENT("sigtimedwait", sigtimedwait(&waiting, NULL, &(struct timespec){ 0 }));
	ABSENT("sigaltstack", sigaltstack(NULL, &(stack_t){ 0 }));
	ABSENT("setitimer", setitimer(ITIMER_REAL, &(struct itimerval){ 0 }, NULL));
	ABSENT("SIGSTOP", raise(SIGSTOP));
}

static void
probe_time(void)
{
	struct timespec t;
	struct timeval tv;

	PROBE("clock_gettime", clock_gettime(CLOCK_MONOTONIC, &t) == 0 &&
	                       clock_gettime(CLOCK_BOOTTIME, &t) == 0);
	PROBE("nanosleep", nanosleep(&(struct timespec){ 0, 1000 }, NULL) == 0);
	PROBE("sleep", sleep(0) == 0 && usleep(1) == 0);
	PROBE("gmtime", gmtime(&(time_t){ 86400 })->tm_mday == 2);
	PROBE("clock", clock() == (clock_t)-1);
	PROBE("CLOCK_REALTIME", clock_gettime(CLOCK_REALTIME, &t) == -1 && errno == EINVAL);
	PROBE("time", time(NULL) == -1 && errno == EINVAL);
	PROBE("gettimeofday", gettimeofday(&tv, NULL) == -1 && errno == EINVAL);
	PROBE("timespec_get", timespec_get(&t, TIME_UTC) == 0);
	ABSENT("clock_settime", clock_settime(CLOCK_REALTIME, &t));
	ABSENT("clock_getres", clock_getres(CLOCK_MONOTONIC, &t));
	ABSENT("timer_create", timer_create(CLOCK_MONOTONIC, NULL, &(timer_t){ 0 }));
}

static void
probe_files(void)
{
	char text[8];
	struct stat st;
	int fd = open(MAIL, O_RDONLY);

	PROBE("stdin", read(0, text, sizeof text) == 0 && getchar() == EOF && feof(stdin));
	PROBE("open", fd >= 3 && open(MAIL, O_RDWR) == -1 && errno == EROFS);
	PROBE("read", read(fd, text, 5) == 5 && memcmp(text, "From:", 5) == 0);
	PROBE("lseek", lseek(fd, 2, SEEK_SET) == 2 && lseek(0, 0, SEEK_SET) == -1 &&
	               errno == ESPIPE);
	PROBE("fstat", fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 5);
	PROBE("write", write(fd, text, 1) == -1 && errno == EBADF && write(0, text, 1) == -1);
	PROBE("close", close(fd) == 0 && close(fd) == -1 && errno == EBADF &&
	               close(0) == 0 && read(0, text, 1) == -1 && errno == EBADF);
	PROBE("isatty", isatty(1) == 1 && isatty(0) == 0);
	ABSENT("access", access(MAIL, R_OK));
	ABSENT("mkdir", mkdir("/x", 0700));
	ABSENT("unlink", unlink(MAIL));
	ABSENT("rename", rename(MAIL, "/rom/x"));
	ABSENT("chdir", chdir("/rom"));
	PROBE("getcwd", getcwd(text, sizeof text) == NULL && errno == ENOSYS);
	ABSENT("dup", dup(1));
	ABSENT("pipe", pipe((int[2]){ 0 }));
	ABSENT("ftruncate", ftruncate(1, 0));
	ABSENT("socket", socket(AF_INET, SOCK_STREAM, 0));
}

static void *
never(void *x)
{
	return x;
}

static void
probe_process(int argc, char **argv)
{
	pthread_t thread;
	struct rlimit limit;
	void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	PROBE("argv", argc == 4 && strcmp(argv[0], "posix") == 0 && argv[4] == NULL &&
	              strcmp(argv[1], "one") == 0 && strcmp(argv[2], "-t") == 0 &&
	              strcmp(argv[3], "three") == 0);
	PROBE("getenv", getenv("HOME") == NULL && setenv("A", "b", 1) == 0 &&
	                strcmp(getenv("A"), "b") == 0);
	PROBE("getpid", getpid() == 1 && getppid() == 0);
	PROBE("getuid", getuid() == 65534 && geteuid() == 65534 && getgid() == 65534);
	PROBE("sysconf", sysconf(_SC_PAGESIZE) == 4096 && sysconf(_SC_NPROCESSORS_ONLN) == 1 &&
	                 sysconf(_SC_OPEN_MAX) == 32);
	PROBE("sysinfo", sysconf(_SC_PHYS_PAGES) == 2048 && sysconf(_SC_AVPHYS_PAGES) > 0 &&
	                     sysconf(_SC_AVPHYS_PAGES) < 2048);
	PROBE("getrlimit", getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur == 32);
	PROBE("mmap", page != MAP_FAILED && *(char *)page == 0);
	ABSENT("mprotect", mprotect(page, 4096, PROT_READ));
	PROBE("munmap", munmap(page, 4096) == 0);
	PROBE("mutex", pthread_mutex_trylock(&(pthread_mutex_t)PTHREAD_MUTEX_INITIALIZER) == 0);
	PROBE("pthread_create", pthread_create(&thread, NULL, never, NULL) != 0);
	ABSENT("fork", fork());
	ABSENT("execv", execv(MAIL, argv));
	ABSENT("wait", wait(NULL));
	ABSENT("system", system("true"));
	ABSENT("uname", uname(&(struct utsname){ 0 }));
	ABSENT("setuid", setuid(0));
	ABSENT("getrusage", getrusage(RUSAGE_SELF, &(struct rusage){ 0 }));
	ABSENT("nice", nice(1));
}

void
probe_all(int argc, char **argv)
{
	probe_signals();
	probe_time();
	probe_process(argc, argv);
	probe_files();
}
