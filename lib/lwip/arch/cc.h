// SPDX-License-Identifier: MIT
// What lwIP's arch.h asks of compiler and system.
#pragma once

#include <stddef.h>

#define LWIP_NO_STDIO_H 1
#define LWIP_NO_CTYPE_H 1
#define LWIP_NO_UNISTD_H 1
#define LWIP_NO_INTTYPES_H 1
#define SSIZE_MAX __LONG_MAX__
typedef long ssize_t;

#define X8_F  "02x"
#define U16_F "u"
#define S16_F "d"
#define X16_F "x"
#define U32_F "u"
#define S32_F "d"
#define X32_F "x"
#define SZT_F "zu"

#define LWIP_PLATFORM_DIAG(x) do { } while (0)
#define LWIP_PLATFORM_ASSERT(x) lwip_panic(x)
#define LWIP_RAND() lwip_random()

// lwIP found its own state broken.
_Noreturn void lwip_panic(const char *why);

// Hard to guess: ports, sequence numbers.
unsigned lwip_random(void);

// Asked about each packet that is for somebody else: 0, lwIP does nothing more.
struct pbuf;
int lwip_forward(struct pbuf *packet, unsigned to);

// Only netif_find calls it, which nobody does: it is not linked.
int atoi(const char *text);
