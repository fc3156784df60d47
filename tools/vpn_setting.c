// SPDX-License-Identifier: MIT
// Reads settings of a VPN configuration with libconfig.
#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "tools/scenario/setting.h"
#include "tools/vpn_setting.h"

static const char *file;

const config_setting_t *
vpn_open(const char *name)
{
	static config_t c;
	static struct scenario s;       // for its error

	file = name;
	config_init(&c);
	if (!scenario_syntax(&s, file, "")) {
		fprintf(stderr, "%s\n", s.error);
		exit(1);
	}
	if (config_read_file(&c, file) != CONFIG_TRUE) {
		fprintf(stderr, "%s:%d: %s\n", file, config_error_line(&c), config_error_text(&c));
		exit(1);
	}
	return config_root_setting(&c);
}

const config_setting_t *
vpn_member(const config_setting_t *group, const char *name)
{
	return config_setting_lookup((config_setting_t *)(uintptr_t)group, name);
}

void
vpn_fail(const config_setting_t *at, const char *format, ...)
{
	va_list args;

	fprintf(stderr, "%s:%d: ", file, at != NULL ? config_setting_source_line(at) : 1);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

// Only these settings; NULL ends the list.
void
vpn_check_names(const config_setting_t *group, const char *const names[])
{
	for (int i = 0; i < config_setting_length(group); i++) {
		const config_setting_t *s = config_setting_get_elem(group, (unsigned)i);
		unsigned k = 0;

		while (names[k] != NULL && strcmp(names[k], config_setting_name(s)) != 0)
			k++;
		if (names[k] == NULL)
			vpn_fail(s, "unknown setting \"%s\"", config_setting_name(s));
	}
}

const char *
vpn_text(const config_setting_t *group, const char *name)
{
	const char *value;

	if (config_setting_lookup_string(group, name, &value) != CONFIG_TRUE)
		vpn_fail(vpn_member(group, name) != NULL ? vpn_member(group, name) : group,
		         vpn_member(group, name) != NULL ? "%s must be a text in quotes" :
		         "%s = \"...\" is missing", name);
	return value;
}

uint64_t
vpn_number(const config_setting_t *group, const char *name, uint64_t otherwise, uint64_t most)
{
	const config_setting_t *s = vpn_member(group, name);

	if (s == NULL)
		return otherwise;
	long long value = config_setting_get_int64(s);

	// 0xdeadbeef is positive
	if (config_setting_type(s) == CONFIG_TYPE_INT &&
	    config_setting_get_format(s) == CONFIG_FORMAT_HEX)
		value = (uint32_t)config_setting_get_int(s);
	if ((config_setting_type(s) != CONFIG_TYPE_INT &&
	     config_setting_type(s) != CONFIG_TYPE_INT64) || value < 0 || (uint64_t)value > most)
		vpn_fail(s, "%s must be a number from 0 to %llu", name, (unsigned long long)most);
	return (uint64_t)value;
}

uint32_t
vpn_address(const config_setting_t *at, const char *value)
{
	struct in_addr a;

	if (inet_pton(AF_INET, value, &a) != 1)
		vpn_fail(at, "\"%s\" is not an IPv4 address", value);
	return ntohl(a.s_addr);
}

// "10.1.0.0/24", "10.1.0.5-10.1.0.9" or "10.1.0.5".
struct sa_range
vpn_range(const config_setting_t *group, const char *name)
{
	const char *value = vpn_text(group, name);
	char copy[40], *mark;
	struct sa_range r;

	snprintf(copy, sizeof copy, "%s", value);
	mark = strpbrk(copy, "/-");
	char kind = mark != NULL ? *mark : '\0';

	if (mark != NULL)
		*mark++ = '\0';
	r.first = r.last = vpn_address(group, copy);
	if (kind == '-') {
		r.last = vpn_address(group, mark);
	} else if (kind == '/') {
		char *end;
		unsigned long bits = strtoul(mark, &end, 10);

		if (*mark < '0' || *mark > '9' || *end != '\0' || bits > 32)
			vpn_fail(group, "%s = \"%s\": the prefix has 0 to 32 bits", name, value);
		uint32_t host = bits == 0 ? UINT32_MAX : (uint32_t)((1ull << (32 - bits)) - 1);

		if ((r.first & host) != 0)
			vpn_fail(group, "%s = \"%s\": the address has bits beyond the prefix", name,
			         value);
		r.last = r.first | host;
	}
	if (r.first > r.last)
		vpn_fail(group, "%s = \"%s\": the last address is before the first", name, value);
	return r;
}

uint32_t
vpn_hex(const config_setting_t *group, const char *name, uint8_t *out, uint32_t max)
{
	const char *value = vpn_text(group, name);
	size_t n = strlen(value);

	if (n % 2 != 0 || n / 2 > max || strspn(value, "0123456789abcdefABCDEF") != n)
		vpn_fail(group, "%s must be at most %u hexadecimal digits, two for each byte", name,
		         2 * max);
	for (size_t i = 0; i < n / 2; i++) {
		char digits[3] = { value[2 * i], value[2 * i + 1], '\0' };

		out[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	return (uint32_t)n / 2;
}

const config_setting_t *
vpn_list(const config_setting_t *root, const char *name, uint32_t most, uint32_t *count)
{
	const config_setting_t *s = vpn_member(root, name);
	int n = s != NULL ? config_setting_length(s) : 0;

	if (s != NULL && !config_setting_is_list(s))
		vpn_fail(s, "%s must be a list: ( { ... }, { ... } )", name);
	if ((uint32_t)n > most)
		vpn_fail(s, "there may be at most %u %s", most, name);
	*count = (uint32_t)n;
	return s;
}

void
vpn_write(const char *name, const void *bytes, size_t n)
{
	FILE *out = fopen(name, "wb");

	if (out == NULL || fwrite(bytes, n, 1, out) != 1 || fclose(out) != 0) {
		fprintf(stderr, "%s: %s\n", name, strerror(errno));
		exit(1);
	}
}
