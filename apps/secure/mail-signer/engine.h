// SPDX-License-Identifier: MIT
// The signing side of the core: certificate, key and clock behind what the
// window needs of them.
#pragma once

#include "ui_draw.h"

enum { SIGNED_MAX = MESSAGE_MAX + 64 * 1024 };  // bytes of a signed message

// Reads the certificate; what it says goes to *key.  False when key or
// certificate are missing or broken: nothing can be signed then.
bool engine_init(struct ui_key *key);

// For struct ui_ops; self is not used.
bool engine_unlock(void *self, const char *passphrase, size_t len, enum sign_refusal *why);
void engine_lock(void *self);

// Signs m with the open key into out[0..cap): on SIGN_OK *n bytes.
enum sign_refusal engine_sign(const struct message *m, uint8_t *out, size_t cap, size_t *n);
