// SPDX-License-Identifier: MIT
// One line for a passphrase.  Characters are kept as UTF-8, shown as dots, and
// wiped as soon as they are not needed: secret_wipe is the owner's duty.
#pragma once

#include <draw/draw.h>

enum { SECRET_MAX = 128 };      // bytes

struct secret {
	char   text[SECRET_MAX];        // not terminated; wiped behind length
	size_t length;
};

// A character typed (INPUT_TEXT); control characters are ignored.  False if
// there is no room for it: nothing has changed.
bool secret_type(struct secret *s, uint32_t cp);

// Takes the last character away, if there is one.
void secret_backspace(struct secret *s);

void secret_wipe(struct secret *s);

// A field with a dot per character, as many as fit; with a caret if it is `active`,
// which also says how its edge looks.
void secret_draw(const struct canvas *c, struct rect field, const struct secret *s,
                 bool focused, bool active);
