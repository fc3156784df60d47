// SPDX-License-Identifier: MIT
// init as a component: it has plans of subsystems among its boot modules and
// carries them out when a launcher session asks for it (lib/session/launcher.h),
// with what its own parent gave it and nothing else.
#pragma once

#include <abi/msg.h>

// Find plans and memory in the startup page; start nothing.
void subsystems_init(void);

// A call of a launcher session is in the UTCB; the answer goes there, too.
tag_t subsystems_serve(tag_t call);

// A component of this subsystem stays stopped.
void subsystem_faulted(unsigned index);
