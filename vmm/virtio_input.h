// SPDX-License-Identifier: MIT
// Keyboard and absolute tablet (Virtio 1.1, 5.8).  What the guest is told is the difference
// between what the user holds and what it was told last.  So nothing piles up while it does not
// listen, and no key stays down in it that the user has let go.
#pragma once

#include "virtio.h"

enum { INPUT_CODES = 0x120 };           // keys and buttons, as in session/keys.h

struct virtio_input {
	struct virtio v;                // first
	bool tablet;
	uint32_t last[2];               // of its pixels, x and y
	// what is, and what the guest knows
	uint64_t held[INPUT_CODES / 64 + 1], told[INPUT_CODES / 64 + 1];
	uint32_t at[2], told_at[2];     // x, y
	int32_t wheel;                  // notches that it does not know, towards the user
	uint16_t repeated;              // a key; 0: none
};

void virtio_input_init(struct virtio_input *d);

// With a screen of this size it is a tablet.
void virtio_input_tablet(struct virtio_input *d, uint32_t width, uint32_t height);

// The user: a key or button goes down or up, is repeated, everything is let go; the pointer,
// from 0, clipped; notches of the wheel.
void virtio_input_key(struct virtio_input *d, uint32_t code, bool down);
void virtio_input_repeat(struct virtio_input *d, uint32_t code);
void virtio_input_release(struct virtio_input *d);
void virtio_input_move(struct virtio_input *d, int32_t x, int32_t y);
void virtio_input_wheel(struct virtio_input *d, int32_t notches);
