// SPDX-License-Identifier: MIT
// Settings of a VPN configuration: what mkvpn and mkike read it with.  A mistake
// is told with file and line, and ends the program.
#pragma once

#include <stdint.h>
#include <libconfig.h>
#include <app/sa.h>

// The whole file; stays until the program ends.
const config_setting_t *vpn_open(const char *name);
[[gnu::format(printf, 2, 3), gnu::noreturn]] void vpn_fail(const config_setting_t *at,
                                                            const char *format, ...);
// Only these settings are known; NULL ends the list.
void vpn_check_names(const config_setting_t *group, const char *const names[]);
const config_setting_t *vpn_member(const config_setting_t *group, const char *name);    // or NULL
// These must be there.
const char *vpn_text(const config_setting_t *group, const char *name);
uint32_t vpn_address(const config_setting_t *at, const char *value);
// "10.1.0.0/24", "10.1.0.5-10.1.0.9" or "10.1.0.5".
struct sa_range vpn_range(const config_setting_t *group, const char *name);
// Hexadecimal digits, at most max bytes; returns how many.
uint32_t vpn_hex(const config_setting_t *group, const char *name, uint8_t *out, uint32_t max);
// `otherwise` when it is not there.
uint64_t vpn_number(const config_setting_t *group, const char *name, uint64_t otherwise,
                    uint64_t most);
// *count: 0 when it is not there.
const config_setting_t *vpn_list(const config_setting_t *root, const char *name, uint32_t most,
                                 uint32_t *count);
// Writes the boot module.
void vpn_write(const char *name, const void *bytes, size_t n);
