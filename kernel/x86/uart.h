// SPDX-License-Identifier: MIT
// COM1, transmit only: the kernel's log.
#pragma once

void uart_init(void);
void uart_putc(char c);
