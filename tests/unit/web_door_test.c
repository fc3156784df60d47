// SPDX-License-Identifier: MIT
// tools/web: who is let in, and whose connection a line of the kernel's list is.

#include <arpa/inet.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "tools/web/door.h"
#include "tools/web/peer.h"

static const uint8_t secret[DOOR_SECRET] = {
	0x00, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0x77,
	0x88, 0x99, 0xaa, 0xbb, 0xcc, 0xdd, 0xee, 0xff,
};
static struct door door;

static int
setup(void **state)
{
	(void)state;
	door_init(&door, secret, 8080);
	return 0;
}

static void
hosts(void **state)
{
	static const char *const bad[] = {
		NULL, "", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:80800", "127.0.0.1:8080 ",
		" 127.0.0.1:8080", "127.0.0.1:08080", "127.0.0.2:8080", "localhost",
		"LOCALHOST:8080", "localhost.:8080", "localhost:8080.example", "[::1]:8080",
		"user@127.0.0.1:8080", "evil.example:8080",
	};

	(void)state;
	assert_true(door_host(&door, "127.0.0.1:8080"));
	assert_true(door_host(&door, "localhost:8080"));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(door_host(&door, bad[i]));
}

static void
origins(void **state)
{
	static const char *const bad[] = {
		"", "null", "http://", "http:/", "127.0.0.1:8080", "https://127.0.0.1:8080",
		"HTTP://127.0.0.1:8080", "http://127.0.0.1", "http://127.0.0.1:8080/",
		"http://127.0.0.1:8081", "http://evil.example",
		"http://evil.example http://127.0.0.1:8080", "ws://127.0.0.1:8080", "data:",
		"file://",
	};

	(void)state;
	assert_true(door_origin(&door, "http://127.0.0.1:8080", true));
	assert_true(door_origin(&door, "http://localhost:8080", false));
	assert_true(door_origin(&door, NULL, false));
	assert_false(door_origin(&door, NULL, true));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(door_origin(&door, bad[i], true));
		assert_false(door_origin(&door, bad[i], false));
	}
}

// Every other token is refused, whichever digit is the other one, and every path
// that is shorter.
static void
tokens(void **state)
{
	char url[] = "/00112233445566778899aabbccddeeff/core/rfb.js";

	(void)state;
	assert_string_equal(door.token, "00112233445566778899aabbccddeeff");
	assert_string_equal(door_path(&door, url), "core/rfb.js");
	assert_string_equal(door_path(&door, "/00112233445566778899aabbccddeeff/"), "");
	assert_null(door_path(&door, "/00112233445566778899AABBCCDDEEFF/"));
	for (size_t i = 0; i <= DOOR_TOKEN + 1; i++) {
		char kept = url[i];

		url[i] = 'x';
		assert_null(door_path(&door, url));
		url[i] = '\0';
		char *exact = strdup(url);              // so that reading beyond is found
		assert_null(door_path(&door, exact));
		free(exact);
		url[i] = kept;
	}
}

static void
files(void **state)
{
	static const char *const good[] = { "index.html", "core/rfb.js", "a/b/c.d", "a..b", "_-9" };
	static const char *const bad[] = {
		"", "/", "/etc/passwd", ".", "..", "../x", "a/../b", "a/..", "a/.b",
		".git/config", "a//b", "a/", "a b", "a\\b", "a%2e", "a\nb", "a?b", "\xc3\xa4",
		"a:b", "~x",
	};
	char longest[DOOR_PATH + 2];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(door_file(good[i]));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(door_file(bad[i]));
	memset(longest, 'a', sizeof(longest));
	longest[DOOR_PATH + 1] = '\0';
	assert_false(door_file(longest));
	longest[DOOR_PATH] = '\0';
	assert_true(door_file(longest));
}

static void
types(void **state)
{
	(void)state;
	assert_string_equal(door_type("a.html"), "text/html; charset=utf-8");
	assert_string_equal(door_type("a/b.c.js"), "text/javascript; charset=utf-8");
	assert_string_equal(door_type("a.css"), "text/css; charset=utf-8");
	assert_null(door_type("made"));
	assert_null(door_type("a.js/made"));
	assert_null(door_type("a.json"));
	assert_null(door_type(""));
}

// A line of the list: addresses, state, user and inode are what is looked at.
#define LINE(local, remote, state, user, inode) "   1: " local " " remote " " state \
	" 00000000:00000000 00:00000000 00000000 " user " 0 " inode " 1 x"

static void
connections(void **state)
{
	static const struct { const char *line; long user; } lines[] = {
		{ LINE("0100007F:A001", "0100007F:1F90", "01", "1000", "47111"), 1000 },
		{ LINE("0000000000000000FFFF00000100007F:A001",
		       "0000000000000000FFFF00000100007F:1F90", "01", "65534", "47111"), 65534 },
		// our end of it; other ports; other addresses, two that only end alike
		{ LINE("0100007F:1F90", "0100007F:A001", "01", "1000", "47111"), -1 },
		{ LINE("0100007F:A002", "0100007F:1F90", "01", "1000", "47111"), -1 },
		{ LINE("0100007F:A001", "0100007F:1F91", "01", "1000", "47111"), -1 },
		{ LINE("0200007F:A001", "0100007F:1F90", "01", "1000", "47111"), -1 },
		{ LINE("0100007F:A001", "0200007F:1F90", "01", "1000", "47111"), -1 },
		{ LINE("0000000000000000000000000100007F:A001",
		       "0100007F:1F90", "01", "0", "4"), -1 },
		{ LINE("00000000FFFF00000100007F:A001", "0100007F:1F90", "01", "0", "4"), -1 },
		// left by its owner: waiting for the end, or without an inode
		{ LINE("0100007F:A001", "0100007F:1F90", "05", "0", "47111"), -1 },
		{ LINE("0100007F:A001", "0100007F:1F90", "01", "0", "0"), -1 },
		{ "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when", -1 },
		{ "", -1 }, { "   1: 0100007F:A001 0100007F:1F90 01", -1 },
	};
	struct sockaddr_in theirs = { .sin_family = AF_INET, .sin_port = htons(0xa001) };
	struct sockaddr_in ours = { .sin_family = AF_INET, .sin_port = htons(8080) };

	(void)state;
	theirs.sin_addr.s_addr = ours.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		assert_int_equal(peer_line(lines[i].line, &theirs, &ours), lines[i].user);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hosts),
		cmocka_unit_test(origins),
		cmocka_unit_test(tokens),
		cmocka_unit_test(files),
		cmocka_unit_test(types),
		cmocka_unit_test(connections),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}
