// SPDX-License-Identifier: MIT
// Third-party sources include this header; what they call from it is replaced
// by their configuration.
#pragma once

#include <stddef.h>
