// SPDX-License-Identifier: MIT
// The system as the stack sees it.  A file of its own, because lwIP's names of
// errors and its clock are those of our headers, too.
#pragma once

#include <stdbool.h>
#include <stdint.h>

enum { PORT_ADDRESS = 6, PORT_FRAME_MIN = 14, PORT_FRAME_MAX = 1514, PORT_BURST = 64 };

// The component's argument in the scenario.
const char *port_argument(void);

void port_say(const char *line);
_Noreturn void port_fail(const char *why);

// Opens the session "net", which has this address.
void port_open(uint8_t address[PORT_ADDRESS]);

// False: no room, the frame is lost.
bool port_send(const uint8_t *frame, uint32_t length);

// The next frame's length; 0: there is none.  Bad ones are left out.  Take at
// most PORT_BURST, then port_taken().
uint32_t port_receive(uint8_t frame[PORT_FRAME_MAX]);
void port_taken(void);

// How many frames for us the driver had no room for.
uint64_t port_lost(void);

// Waits for frames, or until the time has passed.
void port_wait(uint32_t ms);

// Milliseconds since the machine started.
uint64_t port_now(void);

// Hard enough to guess for a legacy stack's ports and sequence numbers.
uint32_t port_random(void);
