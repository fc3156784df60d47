// SPDX-License-Identifier: MIT
// The guest's screen: a window whose pixels are the guest's framebuffer (efifb), mapped from
// the gui session's memory.  Nothing is copied or compared: pieces of it are mapped when the guest
// accesses them, and 30 times a second what is mapped is unmapped and shown.
#pragma once

#include "virtio_input.h"

enum { SCREEN_WIDTH = 800, SCREEN_HEIGHT = 600 };

// Opens the window, once.  False: the scenario gives no gui session.
bool screen_open(struct virtio_input *keyboard, struct virtio_input *tablet);

// For a new guest: black, and in its boot_params.
void screen_start(uint8_t *params);

// As devices.h says for devices_*.
bool screen_signal(uint64_t label, uint64_t bits);
bool screen_fault(uint64_t at);
uint64_t screen_tick(uint64_t now);
void screen_halted(const char *text);
bool screen_restart(void);
