// SPDX-License-Identifier: MIT
// tools/outbox: saves what is whole, byte for byte, and never anything outside
// its directory or over another file, whatever comes.

#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

#include "tools/outbox_stream.h"

static char folder[] = "/tmp/outbox-test-XXXXXX";
static int dir;
static FILE *said;
static char *said_text;
static size_t said_size;

// Files that are not hidden; hidden ones must not be left over.
static int
files(bool remove)
{
	DIR *d = fdopendir(dup(dir));
	const struct dirent *e;
	int n = 0;

	rewinddir(d);
	while ((e = readdir(d)) != NULL) {
		if (strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0)
			continue;
		assert_int_not_equal(e->d_name[0], '.');
		n++;
		if (remove)
			assert_int_equal(unlinkat(dir, e->d_name, 0), 0);
	}
	closedir(d);
	return n;
}

static int
setup(void **state)
{
	(void)state;
	files(true);
	said = open_memstream(&said_text, &said_size);
	return 0;
}

static int
teardown(void **state)
{
	(void)state;
	fclose(said);
	free(said_text);
	return 0;
}

// Feed a stream in pieces of `piece` bytes; true if all was well.
static bool
feed_pieces(const char *s, size_t len, size_t piece)
{
	struct outbox o;

	outbox_init(&o, dir, said);
	for (size_t i = 0; i < len; i += piece) {
		size_t n = len - i < piece ? len - i : piece;
		char *copy = malloc(n);         // ASan watches its ends

		memcpy(copy, s + i, n);
		outbox_feed(&o, copy, n);
		free(copy);
	}
	bool good = outbox_fini(&o);
	fflush(said);
	return good;
}
#define FEED(text) feed_pieces(text, sizeof(text) - 1, 1000)

static void
check_file(const char *name, const char *expected, size_t len)
{
	char got[4096];
	int fd = openat(dir, name, O_RDONLY);

	assert_true(fd >= 0);
	assert_int_equal(read(fd, got, sizeof(got)), len);
	assert_memory_equal(got, expected, len);
	close(fd);
}

static void
test_messages(void **state)
{
	static const char stream[] =
		"message a-signed.eml 5\nhello\n"
		"message b 12\nmessage x 1\n\n"         // a head inside is content
		"message empty 0\n\n"
		"message bytes 4\n\0\r\n\xff\n";
	(void)state;

	for (size_t piece = 1; piece < sizeof(stream); piece += piece < 8 ? 1 : 7) {
		assert_true(feed_pieces(stream, sizeof(stream) - 1, piece));
		assert_int_equal(files(false), 4);
		check_file("a-signed.eml", "hello", 5);
		check_file("b", "message x 1\n", 12);
		check_file("empty", "", 0);
		check_file("bytes", "\0\r\n\xff", 4);
		files(true);
	}
	assert_non_null(strstr(said_text, "outbox: saved a-signed.eml, 5 bytes\n"));
}

static void
test_never_overwrites(void **state)
{
	(void)state;
	assert_true(FEED("message a.eml 1\n1\nmessage a.eml 1\n2\nmessage a.eml 1\n3\n"));
	assert_true(FEED("message b 1\n1\nmessage b 1\n2\n"));
	check_file("a.eml", "1", 1);
	check_file("a-2.eml", "2", 1);
	check_file("a-3.eml", "3", 1);
	check_file("b-2", "2", 1);
	// not through a link either
	assert_int_equal(symlinkat("/tmp/outbox-elsewhere", dir, "link"), 0);
	assert_true(FEED("message link 1\nx\n"));
	check_file("link-2", "x", 1);
	assert_int_equal(access("/tmp/outbox-elsewhere", F_OK), -1);
}

static void
test_bad_heads(void **state)
{
	static const char *const head[] = {
		"message ../a 1", "message a/b 1", "message /a 1", "message . 1", "message .. 1",
		"message .a 1", "message  1", "message a", "message a ", "message a -1",
		"message a 1 ", "message a  1", "message a 01", "message a 0x1", "message a 1a",
		"message a 99999999", "message a 16777217", "message a 18446744073709551617",
		"message a\xc3\xbc 1", "messagea 1", "Message a 1", "", "message",
		"message a 1\r", " message a 1",
		"message aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa 1",
	};
	(void)state;

	for (size_t i = 0; i < sizeof(head) / sizeof(head[0]); i++) {
		char stream[300];
		int n = snprintf(stream, sizeof(stream),
			"message first 1\n1\n%s\nx\nmessage good 2\nok\n", head[i]);

		assert_false(feed_pieces(stream, (size_t)n, 7));
		assert_int_equal(files(false), 2);
		check_file("good", "ok", 2);
		files(true);
	}
}

static void
test_longest_name(void **state)
{
	char name[OUTBOX_NAME + 1], stream[200];
	(void)state;

	memset(name, 'n', OUTBOX_NAME);
	name[OUTBOX_NAME] = '\0';
	int n = snprintf(stream, sizeof(stream), "message %s 1\nx\nmessage %s 1\ny\n", name, name);
	assert_true(feed_pieces(stream, (size_t)n, 1000));
	check_file(name, "x", 1);
	assert_int_equal(files(false), 2);
}

static void
test_long_garbage(void **state)
{
	char stream[1000];
	(void)state;

	memset(stream, 'm', sizeof(stream));
	memcpy(stream + 900, "\nmessage good 2\nok\n", 19);
	assert_true(feed_pieces(stream, 919, 50));
	check_file("good", "ok", 2);
	// a head with more behind it than a line holds is none
	memset(stream, ' ', sizeof(stream));
	memcpy(stream, "message bad 2", 13);
	memcpy(stream + 900, "\nok\n", 4);
	assert_false(feed_pieces(stream, 904, 50));
	assert_int_equal(files(false), 1);
}

// Firmware writes first, and leaves its last line open; the programs begin with a line end.
static void
test_firmware(void **state)
{
	(void)state;
	assert_true(FEED("\033[2J\033[01;01HBdsDxe: starting Boot0001\r\nBdsDxe: x\n\0"
		"more\nmessage good 2\nok\n"));
	check_file("good", "ok", 2);
	assert_true(FEED("\033[2J nothing else"));
	assert_true(FEED("one line\nand another"));
	// what somebody meant as a message is not noise, nor is anything behind one
	assert_false(FEED("noise\nmessage a b 3\nnoise\n"));
	assert_false(FEED("noise\nmess"));
	assert_false(FEED("noise\nmessage a 1\nx\nnoise"));
	assert_false(FEED("noise\nmessage a 1\nx\nnoise\n"));
}

static void
test_wrong_length(void **state)
{
	(void)state;
	assert_false(FEED("message long 3\nabcdef\nmessage good 2\nok\n"));
	assert_int_equal(files(true), 1);
	assert_false(FEED("message short 30\nabc\n"));
	assert_int_equal(files(false), 0);
	assert_non_null(strstr(said_text, "short is cut short"));
	assert_false(FEED("message exact 3\nabc"));
	assert_int_equal(files(false), 0);
	assert_false(FEED("mess"));
	assert_true(FEED(""));
}

static void
test_random(void **state)
{
	static const char *const piece[] = {
		"message ", "a", "b.eml", " ", "1", "3", "\n", "\n\n", "..", "/", "x\n",
		"message a 2\nab\n",
	};
	uint32_t seed = 3;
	(void)state;

	for (int round = 0; round < 300; round++) {
		char stream[800];
		size_t len = 0;

		while (len < 700) {
			seed = seed * 1664525 + 1013904223;
			const char *s = piece[(seed >> 16) % 12];

			if ((seed >> 8) % 16 == 0)
				stream[len++] = (char)(seed >> 24);
			memcpy(stream + len, s, strlen(s));
			len += strlen(s);
		}
		feed_pieces(stream, len, 1 + (seed >> 10) % 90);
		files(true);
	}
}

static void
test_full_folder(void **state)
{
	struct outbox o;
	(void)state;

	// a directory that is gone: a complaint, no crash
	char gone[] = "/tmp/outbox-gone-XXXXXX";
	assert_non_null(mkdtemp(gone));
	int fd = open(gone, O_RDONLY | O_DIRECTORY);
	assert_int_equal(rmdir(gone), 0);
	outbox_init(&o, fd, said);
	outbox_feed(&o, "message a 1\nx\n", 14);
	assert_false(outbox_fini(&o));
	fflush(said);
	assert_non_null(strstr(said_text, "a cannot be saved"));
	close(fd);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		TEST(test_messages), TEST(test_never_overwrites), TEST(test_bad_heads),
		TEST(test_longest_name), TEST(test_long_garbage), TEST(test_firmware),
		TEST(test_wrong_length), TEST(test_random), TEST(test_full_folder),
	};

	if (mkdtemp(folder) == NULL)
		return 1;
	dir = open(folder, O_RDONLY | O_DIRECTORY);
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	files(true);
	close(dir);
	rmdir(folder);
	return failed;
}
