// SPDX-License-Identifier: MIT
// Draws the signer's window.  Our own words are in proportional type, the
// message is in cells of a fixed width: content cannot look like our words.
#pragma once

#include <draw/draw.h>
#include "ui_state.h"

struct ui_text { const char *text; size_t len; };      // UTF-8, not trusted

// What is known about the signing key; all empty without one.
struct ui_key {
	struct ui_text subject, mail, issuer;
	bool foreign;                   // mail is not the From address
	bool expired;                   // not valid at this time
	struct ui_text demo;            // passphrase of a demo key, else empty
};

enum ui_part { UI_ALL, UI_PANE, UI_PANEL };

// Draws that part, or all, on a canvas of UI_WIDTH x UI_HEIGHT; returns where.
struct rect ui_draw(const struct canvas *c, const struct ui *ui, const struct ui_key *key,
                    enum ui_part part);
