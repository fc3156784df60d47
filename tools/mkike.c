// SPDX-License-Identifier: MIT
// mkike VPN.cfg FILE: compiles the connections of a VPN configuration into the
// boot module of ike, apps/secure/ike/config.h.  docs/vpn.md explains the settings.
#include <stdio.h>
#include <string.h>
#include "apps/secure/ike/config.h"
#include "tools/vpn_setting.h"

static struct ike_config config = { .magic = IKE_MAGIC };

// An address, a mail address, or else a domain name.
static void
read_id(const config_setting_t *s, const char *name, struct ike_id *id)
{
	const char *value = vpn_text(s, name);
	size_t n = strlen(value);

	if (n == 0 || n > IKE_ID_MAX)
		vpn_fail(s, "%s must have 1 to %d characters", name, IKE_ID_MAX);
	id->type = strchr(value, '@') != NULL ? IKE_ID_MAIL :
	           strspn(value, "0123456789.") == n ? IKE_ID_IPV4 : IKE_ID_FQDN;
	if (id->type == IKE_ID_IPV4) {
		uint32_t a = vpn_address(s, value);

		id->length = 4;
		for (unsigned i = 0; i < 4; i++)
			id->bytes[i] = (uint8_t)(a >> (24 - 8 * i));
		return;
	}
	id->length = (uint8_t)n;
	memcpy(id->bytes, value, n);
}

static uint32_t
flag(const config_setting_t *s, const char *name, bool otherwise, uint32_t bit)
{
	const config_setting_t *value = vpn_member(s, name);

	if (value == NULL)
		return otherwise ? bit : 0;
	if (config_setting_type(value) != CONFIG_TYPE_BOOL)
		vpn_fail(value, "%s must be true or false", name);
	return config_setting_get_bool(value) ? bit : 0;
}

static void
read_psk(const config_setting_t *s, struct ike_peer *p)
{
	const char *psk = vpn_text(s, "psk");
	size_t n = strlen(psk);

	if (n < IKE_PSK_MIN || n > IKE_PSK_MAX)
		vpn_fail(s, "psk must have %d to %d characters", IKE_PSK_MIN, IKE_PSK_MAX);
	p->psk_length = (uint8_t)n;
	memcpy(p->psk, psk, n);
}

static void
read_connection(const config_setting_t *s, struct ike_peer *p)
{
	vpn_check_names(s, (const char *const[]){ "name", "local", "remote", "local_id",
	                "remote_id", "psk", "inner_local", "inner_remote", "initiate", "encap",
	                "esn", "pfs",
	                "aes128", "aes256", "p256", "x25519", "ike_seconds", "child_seconds",
	                "child_packets", "dpd_seconds", "mtu", "tfc", NULL });
	if (snprintf(p->name, sizeof p->name, "%s", vpn_text(s, "name")) >= (int)sizeof p->name)
		vpn_fail(s, "name must have at most %zu characters", sizeof p->name - 1);
	p->local = vpn_address(s, vpn_text(s, "local"));
	p->remote = strcmp(vpn_text(s, "remote"), "any") != 0 ?
	            vpn_address(s, vpn_text(s, "remote")) : 0;
	p->inner_local = vpn_range(s, "inner_local");
	p->inner_remote = vpn_range(s, "inner_remote");
	read_id(s, "local_id", &p->local_id);
	read_id(s, "remote_id", &p->remote_id);
	read_psk(s, p);
	p->flags = flag(s, "initiate", true, IKE_INITIATE) | flag(s, "encap", false, IKE_ENCAP) |
	           flag(s, "esn", true, IKE_ESN) | flag(s, "pfs", true, IKE_PFS) |
	           flag(s, "aes128", true, IKE_AES128) | flag(s, "aes256", true, IKE_AES256) |
	           flag(s, "p256", true, IKE_P256) | flag(s, "x25519", true, IKE_X25519);
	p->ike_seconds = (uint32_t)vpn_number(s, "ike_seconds", 14400, IKE_SECONDS_MAX);
	p->child_seconds = (uint32_t)vpn_number(s, "child_seconds", 3600, IKE_SECONDS_MAX);
	p->child_packets = (uint32_t)vpn_number(s, "child_packets", 0, UINT32_MAX);
	p->dpd_seconds = (uint32_t)vpn_number(s, "dpd_seconds", 30, IKE_SECONDS_MAX);
	p->mtu = (uint16_t)vpn_number(s, "mtu", 0, UINT16_MAX);
	p->tfc = (uint16_t)vpn_number(s, "tfc", 0, UINT16_MAX);
}

int
main(int argc, char **argv)
{
	const config_setting_t *root, *list;
	const char *why;

	if (argc != 3) {
		fputs("usage: mkike VPN.cfg FILE\n", stderr);
		return 2;
	}
	root = vpn_open(argv[1]);
	list = vpn_list(root, "connections", IKE_PEERS, &config.count);
	if (config.count == 0)
		vpn_fail(list != NULL ? list : root,
		         "there are no connections: IKE needs one at least");
	for (uint32_t i = 0; i < config.count; i++)
		read_connection(config_setting_get_elem(list, i), &config.peer[i]);
	why = ike_config_check(&config);
	if (why != NULL)
		vpn_fail(list != NULL ? list : root, "%s", why);
	vpn_write(argv[2], &config, sizeof config);
	return 0;
}
