// SPDX-License-Identifier: MIT
// Echo (RFC 862) by UDP and TCP, discard (RFC 863) by TCP.
#pragma once

#include <stdbool.h>

// False: lwIP has no memory for them.
bool services_init(void);
