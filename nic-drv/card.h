// SPDX-License-Identifier: MIT
// A network card as main.c drives it; each kind of card is a file that defines
// these, and a program.  The card receives all frames: which of them a client
// may see is nic-mux's matter.
#pragma once

#include <session/pci.h>
#include <stdbool.h>
#include <stdint.h>

// Resets and starts the card, which may run still for the one before us.  Ends
// the program with a sentence if it is not of this kind.
void card_open(struct pci_session pci, const struct pci_info *info);

// The card's interrupt came: it withdraws it.
void card_acknowledge(void);

// The next frame that came in, of at most 1514 bytes, or NULL; it is ours until
// card_release.  There are never more than 64 at once.
const uint8_t *card_take(uint32_t *length);
void card_release(void);

// Room for a frame to send, 1514 bytes, or NULL while there is none; card_send
// sends what was written there.
uint8_t *card_room(void);
void card_send(uint32_t length);

// After releases and sends: the card may look at them.
void card_flush(void);
