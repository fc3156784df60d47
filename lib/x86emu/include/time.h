// SPDX-License-Identifier: MIT
// The emulator includes this header for its timeout, which we do not use.
#pragma once

typedef long time_t;

time_t time(time_t *t);
