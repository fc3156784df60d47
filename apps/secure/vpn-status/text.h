// SPDX-License-Identifier: MIT
// What the status window and the log say, as text.
#pragma once

#include <app/tunnel.h>

enum { TEXT_MAX = 64 };         // bytes of one text, with its end

// A few words: why packets were dropped.
const char *text_drop(enum tunnel_drop why);

// "10.1.0.1"
void text_address(char out[TEXT_MAX], uint32_t address);

// "3 packets, 252 bytes"
void text_packets(char out[TEXT_MAX], uint64_t packets, uint64_t bytes);

// `words` and a number behind it.
void text_count(char out[TEXT_MAX], const char *words, uint64_t n);
