// SPDX-License-Identifier: MIT
// mkvpn VPN.cfg FILE: compiles the viaduct's part of a VPN configuration (policy,
// manual keys) into its boot module, apps/secure/viaduct/config.h.  docs/vpn.md
// explains the settings; those of ike are not looked at.
#define _GNU_SOURCE     // strptime, timegm
#include <stdio.h>
#include <string.h>
#include <time.h>
#include "apps/secure/viaduct/config.h"
#include "tools/vpn_setting.h"

static struct viaduct_config config = { .magic = VIADUCT_MAGIC };
static void
read_policy(const config_setting_t *s, struct viaduct_policy *p)
{
	vpn_check_names(s, (const char *const[]){ "local", "remote", NULL });
	p->local = vpn_range(s, "local");
	p->remote = vpn_range(s, "remote");
}

static struct sa_life
life(const config_setting_t *group, const char *name)
{
	const config_setting_t *s = vpn_member(group, name);

	if (s == NULL)
		return (struct sa_life){ 0 };
	vpn_check_names(s, (const char *const[]){ "packets", "bytes", "seconds", NULL });
	return (struct sa_life){ vpn_number(s, "packets", 0, INT64_MAX),
	                         vpn_number(s, "bytes", 0, INT64_MAX),
	                         (uint32_t)vpn_number(s, "seconds", 0, UINT32_MAX), 0 };
}

static void
read_manual(const config_setting_t *s, struct sa *sa)
{
	vpn_check_names(s, (const char *const[]){ "direction", "spi", "key", "salt", "local",
	            "remote", "local_port", "remote_port", "mtu", "tfc", "inner_local",
	            "inner_remote", "soft", "hard", NULL });
	const char *direction = vpn_text(s, "direction");

	if (strcmp(direction, "in") != 0 && strcmp(direction, "out") != 0)
		vpn_fail(s, "direction must be \"in\" or \"out\"");
	sa->direction = strcmp(direction, "out") == 0 ? SA_OUT : SA_IN;
	sa->spi = (uint32_t)vpn_number(s, "spi", 0, UINT32_MAX);
	if (sa->spi < SA_SPI_MIN)
		vpn_fail(s, "spi must be at least %d", SA_SPI_MIN);
	sa->key_bytes = (uint8_t)vpn_hex(s, "key", sa->key, SA_KEY_MAX);
	if (sa->key_bytes != 16 && sa->key_bytes != 32)
		vpn_fail(s, "key must have 16 or 32 bytes");
	if (vpn_hex(s, "salt", sa->salt, SA_SALT) != SA_SALT)
		vpn_fail(s, "salt must have %d bytes", SA_SALT);
	sa->local = vpn_address(s, vpn_text(s, "local"));
	sa->remote = vpn_address(s, vpn_text(s, "remote"));
	sa->local_port = (uint16_t)vpn_number(s, "local_port", 0, UINT16_MAX);
	sa->remote_port = (uint16_t)vpn_number(s, "remote_port", 0, UINT16_MAX);
	if ((sa->local_port == 0) != (sa->remote_port == 0))
		vpn_fail(s, "local_port and remote_port are given together (UDP) or not at all");
	sa->flags = sa->local_port != 0 ? SA_UDP : 0;
	sa->mtu = (uint16_t)vpn_number(s, "mtu", 0, UINT16_MAX);
	sa->tfc = (uint16_t)vpn_number(s, "tfc", 0, UINT16_MAX);
	sa->inner_local = vpn_range(s, "inner_local");
	sa->inner_remote = vpn_range(s, "inner_remote");
	sa->soft = life(s, "soft");
	sa->hard = life(s, "hard");
}

static uint64_t
date(const config_setting_t *root)
{
	struct tm t = { 0 };
	const char *value = vpn_text(root, "issued"), *end = strptime(value, "%Y-%m-%d", &t);

	if (end == NULL || *end != '\0')
		vpn_fail(root, "issued must be a day such as \"2026-01-31\"");
	return (uint64_t)timegm(&t);
}

static void
read_config(const config_setting_t *root)
{
	const config_setting_t *policies = vpn_list(root, "policies", VIADUCT_POLICIES,
	                                            &config.policies);
	const config_setting_t *manuals = vpn_list(root, "manual", VIADUCT_MANUAL, &config.manuals);

	vpn_check_names(root, (const char *const[]){ "policies", "manual", "issued", "dummy_ms",
	            "connections", NULL });
	if (config.policies == 0)
		vpn_fail(root, "policies is missing: nothing would ever pass");
	for (uint32_t i = 0; i < config.policies; i++)
		read_policy(config_setting_get_elem(policies, i), &config.policy[i]);
	for (uint32_t i = 0; i < config.manuals; i++)
		read_manual(config_setting_get_elem(manuals, i), &config.manual[i]);
	config.issued = config.manuals > 0 ? date(root) : 0;
	config.dummy_ms = (uint32_t)vpn_number(root, "dummy_ms", 0, 3600000);
}

int
main(int argc, char **argv)
{
	if (argc != 3) {
		fputs("usage: mkvpn VPN.cfg FILE\n", stderr);
		return 2;
	}
	read_config(vpn_open(argv[1]));
	vpn_write(argv[2], &config, sizeof config);
	return 0;
}
