// SPDX-License-Identifier: MIT
// mkvpn VPN.cfg FILE: compiles the viaduct's part of a VPN configuration (policy,
// manual keys) into its boot module, apps/secure/viaduct/config.h.  docs/vpn.md
// explains the settings; those of ike are not looked at.
#define _GNU_SOURCE     // strptime, timegm
#include <arpa/inet.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <libconfig.h>
#include "apps/secure/viaduct/config.h"

static struct viaduct_config config = { .magic = VIADUCT_MAGIC };
static const char *file;

[[gnu::format(printf, 2, 3), gnu::noreturn]] static void
fail(const config_setting_t *at, const char *format, ...)
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
static void
check_names(const config_setting_t *group, const char *const names[])
{
	for (int i = 0; i < config_setting_length(group); i++) {
		const config_setting_t *s = config_setting_get_elem(group, (unsigned)i);
		unsigned k = 0;

		while (names[k] != NULL && strcmp(names[k], config_setting_name(s)) != 0)
			k++;
		if (names[k] == NULL)
			fail(s, "unknown setting \"%s\"", config_setting_name(s));
	}
}

static const char *
text(const config_setting_t *group, const char *name)
{
	const char *value;

	if (config_setting_lookup_string(group, name, &value) != CONFIG_TRUE)
		fail(group, "%s = \"...\" is missing", name);
	return value;
}

static uint64_t
number(const config_setting_t *group, const char *name, uint64_t otherwise, uint64_t most)
{
	const config_setting_t *s = config_setting_lookup((config_setting_t *)(uintptr_t)group, name);

	if (s == NULL)
		return otherwise;
	long long value = config_setting_get_int64(s);

	if ((config_setting_type(s) != CONFIG_TYPE_INT && config_setting_type(s) != CONFIG_TYPE_INT64) ||
	    value < 0 || (uint64_t)value > most)
		fail(s, "%s must be a number from 0 to %llu", name, (unsigned long long)most);
	return (uint64_t)value;
}

static uint32_t
address(const config_setting_t *at, const char *value)
{
	struct in_addr a;

	if (inet_pton(AF_INET, value, &a) != 1)
		fail(at, "\"%s\" is not an IPv4 address", value);
	return ntohl(a.s_addr);
}

// "10.1.0.0/24", "10.1.0.5-10.1.0.9" or "10.1.0.5".
static struct sa_range
range(const config_setting_t *group, const char *name)
{
	const char *value = text(group, name);
	char copy[40], *mark;
	struct sa_range r;

	snprintf(copy, sizeof copy, "%s", value);
	mark = strpbrk(copy, "/-");
	char kind = mark != NULL ? *mark : '\0';

	if (mark != NULL)
		*mark++ = '\0';
	r.first = r.last = address(group, copy);
	if (kind == '-') {
		r.last = address(group, mark);
	} else if (kind == '/') {
		char *end;
		unsigned long bits = strtoul(mark, &end, 10);

		if (*mark < '0' || *mark > '9' || *end != '\0' || bits > 32)
			fail(group, "%s = \"%s\": the prefix has 0 to 32 bits", name, value);
		uint32_t host = bits == 0 ? UINT32_MAX : (uint32_t)((1ull << (32 - bits)) - 1);

		if ((r.first & host) != 0)
			fail(group, "%s = \"%s\": the address has bits beyond the prefix", name, value);
		r.last = r.first | host;
	}
	if (r.first > r.last)
		fail(group, "%s = \"%s\": the last address is before the first", name, value);
	return r;
}

static uint32_t
hex(const config_setting_t *group, const char *name, uint8_t *out, uint32_t max)
{
	const char *value = text(group, name);
	size_t n = strlen(value);

	if (n % 2 != 0 || n / 2 > max || strspn(value, "0123456789abcdefABCDEF") != n)
		fail(group, "%s must be at most %u hexadecimal digits, two for each byte", name, 2 * max);
	for (size_t i = 0; i < n / 2; i++) {
		char digits[3] = { value[2 * i], value[2 * i + 1], '\0' };

		out[i] = (uint8_t)strtoul(digits, NULL, 16);
	}
	return (uint32_t)n / 2;
}

static void
read_policy(const config_setting_t *s, struct viaduct_policy *p)
{
	check_names(s, (const char *const[]){ "local", "remote", NULL });
	p->local = range(s, "local");
	p->remote = range(s, "remote");
}

static struct sa_life
life(const config_setting_t *group, const char *name)
{
	const config_setting_t *s = config_setting_lookup((config_setting_t *)(uintptr_t)group, name);

	if (s == NULL)
		return (struct sa_life){ 0 };
	check_names(s, (const char *const[]){ "packets", "bytes", "seconds", NULL });
	return (struct sa_life){ number(s, "packets", 0, INT64_MAX), number(s, "bytes", 0, INT64_MAX),
	                         (uint32_t)number(s, "seconds", 0, UINT32_MAX), 0 };
}

static void
read_manual(const config_setting_t *s, struct sa *sa)
{
	check_names(s, (const char *const[]){ "direction", "spi", "key", "salt", "local", "remote",
	            "local_port", "remote_port", "mtu", "tfc", "inner_local", "inner_remote", "soft",
	            "hard", NULL });
	const char *direction = text(s, "direction");

	if (strcmp(direction, "in") != 0 && strcmp(direction, "out") != 0)
		fail(s, "direction must be \"in\" or \"out\"");
	sa->direction = strcmp(direction, "out") == 0 ? SA_OUT : SA_IN;
	sa->spi = (uint32_t)number(s, "spi", 0, UINT32_MAX);
	if (sa->spi < SA_SPI_MIN)
		fail(s, "spi must be at least %d", SA_SPI_MIN);
	sa->key_bytes = (uint8_t)hex(s, "key", sa->key, SA_KEY_MAX);
	if (sa->key_bytes != 16 && sa->key_bytes != 32)
		fail(s, "key must have 16 or 32 bytes");
	if (hex(s, "salt", sa->salt, SA_SALT) != SA_SALT)
		fail(s, "salt must have %d bytes", SA_SALT);
	sa->local = address(s, text(s, "local"));
	sa->remote = address(s, text(s, "remote"));
	sa->local_port = (uint16_t)number(s, "local_port", 0, UINT16_MAX);
	sa->remote_port = (uint16_t)number(s, "remote_port", 0, UINT16_MAX);
	if ((sa->local_port == 0) != (sa->remote_port == 0))
		fail(s, "local_port and remote_port are given together (UDP) or not at all");
	sa->flags = sa->local_port != 0 ? SA_UDP : 0;
	sa->mtu = (uint16_t)number(s, "mtu", 0, UINT16_MAX);
	sa->tfc = (uint16_t)number(s, "tfc", 0, UINT16_MAX);
	sa->inner_local = range(s, "inner_local");
	sa->inner_remote = range(s, "inner_remote");
	sa->soft = life(s, "soft");
	sa->hard = life(s, "hard");
}

static config_setting_t *
list(const config_setting_t *root, const char *name, uint32_t most, uint32_t *count)
{
	config_setting_t *s = config_setting_lookup((config_setting_t *)(uintptr_t)root, name);
	int n = s != NULL ? config_setting_length(s) : 0;

	if (s != NULL && !config_setting_is_list(s))
		fail(s, "%s must be a list: ( { ... }, { ... } )", name);
	if ((uint32_t)n > most)
		fail(s, "there may be at most %u %s", most, name);
	*count = (uint32_t)n;
	return s;
}

static uint64_t
date(const config_setting_t *root)
{
	struct tm t = { 0 };
	const char *value = text(root, "issued"), *end = strptime(value, "%Y-%m-%d", &t);

	if (end == NULL || *end != '\0')
		fail(root, "issued must be a day such as \"2026-01-31\"");
	return (uint64_t)timegm(&t);
}

static void
read_config(const config_setting_t *root)
{
	config_setting_t *policies = list(root, "policies", VIADUCT_POLICIES, &config.policies);
	config_setting_t *manuals = list(root, "manual", VIADUCT_MANUAL, &config.manuals);

	check_names(root, (const char *const[]){ "policies", "manual", "issued", "dummy_ms",
	            "connections", NULL });
	if (config.policies == 0)
		fail(root, "policies is missing: nothing would ever pass");
	for (uint32_t i = 0; i < config.policies; i++)
		read_policy(config_setting_get_elem(policies, i), &config.policy[i]);
	for (uint32_t i = 0; i < config.manuals; i++)
		read_manual(config_setting_get_elem(manuals, i), &config.manual[i]);
	config.issued = config.manuals > 0 ? date(root) : 0;
	config.dummy_ms = (uint32_t)number(root, "dummy_ms", 0, 3600000);
}

int
main(int argc, char **argv)
{
	config_t c;

	if (argc != 3) {
		fputs("usage: mkvpn VPN.cfg FILE\n", stderr);
		return 2;
	}
	file = argv[1];
	config_init(&c);
	if (config_read_file(&c, file) != CONFIG_TRUE) {
		fprintf(stderr, "%s:%d: %s\n", file, config_error_line(&c), config_error_text(&c));
		return 1;
	}
	read_config(config_root_setting(&c));
	config_destroy(&c);
	FILE *out = fopen(argv[2], "wb");

	if (out == NULL || fwrite(&config, sizeof config, 1, out) != 1 || fclose(out) != 0) {
		fprintf(stderr, "%s: %s\n", argv[2], strerror(errno));
		return 1;
	}
	return 0;
}
