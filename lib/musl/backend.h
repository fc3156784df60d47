// SPDX-License-Identifier: MIT
// What the back end consists of.  All functions return what a Linux system call
// does: a result, or the negated number of an error.  Arguments are those of the
// Linux call of that name.  One thread only.
#pragma once

#include <stddef.h>

struct posix_args { long a, b, c, d, e, f; };
typedef long posix_call_t(const struct posix_args *args);

// memory.c: the component's heap (`memory` of the scenario).
posix_call_t posix_mmap, posix_munmap, posix_mprotect, posix_mremap, posix_sysinfo;

// files.c: the component's boot modules as read-only files /rom/NAME.
posix_call_t posix_open, posix_close, posix_read, posix_readv, posix_pread, posix_lseek;
posix_call_t posix_prlimit, posix_fstat, posix_stat, posix_fcntl, posix_ioctl;
posix_call_t posix_write, posix_writev;

// Where the bytes of an open file are; NULL if fd is none.
const unsigned char *posix_file(long fd, size_t *size);

// signals.c: signals that the process sends itself.
posix_call_t posix_kill, posix_tgkill, posix_sigaction, posix_sigprocmask, posix_sigpending;

// console.c: standard output and error become lines of the log.
void console_write(const char *text, size_t size);
void console_flush(void);               // an unfinished line, too

// What musl calls; 0 .. or -errno.
long __uc_syscall(long n, long a, long b, long c, long d, long e, long f);
