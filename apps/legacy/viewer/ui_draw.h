// SPDX-License-Identifier: MIT
// How the inside of the window looks; the frame is lib/window's.
#pragma once

#include "picture.h"
#include "ui.h"

// The picture for a link of the page, as it was laid out; NULL: none.
typedef const struct picture *ui_picture_t(void *self, uint32_t link);

struct ui_look { ui_picture_t *picture; void *self; };

// Paint and forget what is dirty; *changed is a rectangle around it.
void ui_draw(struct ui *ui, const struct canvas *c, const struct ui_look *look,
             struct rect *changed);
