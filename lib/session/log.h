// SPDX-License-Identifier: MIT
// Log session, served by init to every component.  The line appears on COM1
// as "[name] text": the name is the plan's, control characters become '?'.
#pragma once

#include <sys/sys.h>

enum log_op {
	LOG_WRITE = 1,          // mr0 length 0..480, then the text, 8 bytes a word
};

enum { LOG_TEXT_MAX = 480 };
