// SPDX-License-Identifier: MIT
// The TCB report: the line counter against cloc on every file of the project,
// and the rules of the closure.  Long: a list of cases.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "tcb-report/report.h"
#include "tcb-report/sha256.h"

static void
counts(const char *text, enum language language, unsigned long code, unsigned long comment,
       unsigned long blank)
{
	struct lines n = count_text(text, strlen(text), language);

	assert_int_equal(n.code, code);
	assert_int_equal(n.comment, comment);
	assert_int_equal(n.blank, blank);
}

// Comment signs are put together here, so that this file is easy to count.
#define OPEN "/" "*"
#define CLOSE "*" "/"
#define LINE "/" "/"

static void
kinds_of_lines(void **state)
{
	(void)state;
	counts("", LANGUAGE_C, 0, 0, 0);
	counts("int a;", LANGUAGE_C, 1, 0, 0);
	counts("int a; " LINE " why\n" LINE " why\n\n \t\n", LANGUAGE_C, 1, 1, 2);
	counts(OPEN " a\n\n b " CLOSE "\nint x; " OPEN " c\n d " CLOSE " int y;\n", LANGUAGE_C, 2,
	       2, 1);
	counts("char *a = \"" OPEN "\";\nint b; " LINE " \"\nchar c = '\"'; " OPEN "\n" CLOSE "\n",
	       LANGUAGE_C, 3, 1, 0);
	counts("char *a = \"\\\"" OPEN "\";\nint b;\n", LANGUAGE_C, 2, 0, 0);
	counts(OPEN CLOSE " int a;\n" OPEN "/ b " CLOSE "\n", LANGUAGE_C, 1, 1, 0);
	counts("#include <a.h>\n\tmov %rax, %rbx\n" LINE " c\n" OPEN " d " CLOSE "\n", LANGUAGE_ASM,
	       1, 3, 0);
}

// Every C and assembly file here, counted by cloc and by us.
static void
agrees_with_cloc(void **state)
{
	FILE *f = popen(
		"git ls-files '*.c' '*.h' '*.S' > build/test-files.txt && "
		"cloc --by-file --csv --quiet --skip-uniqueness --list-file=build/test-files.txt",
		"r");
	char line[1024];
	unsigned n = 0;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof line, f) != NULL) {
		char path[512];
		unsigned long blank, comment, code;
		struct lines ours;

		if (sscanf(line, "%*[^,],%511[^,],%lu,%lu,%lu", path, &blank, &comment, &code) != 4)
			continue;
		if (access(path, R_OK) != 0)
			continue;
		assert_true(count_file(path, &ours));
		if (ours.code != code || ours.comment != comment || ours.blank != blank)
			fail_msg("%s: cloc says %lu %lu %lu, we say %lu %lu %lu", path, code,
			         comment, blank, ours.code, ours.comment, ours.blank);
		n++;
	}
	assert_int_equal(pclose(f), 0);
	assert_true(n > 50);
}

static const char head[] =
	"title = \"T\"; purpose = \"P\";\n"
	"goals = ( { asset = \"x\"; property = \"%s\"; holder = \"core\"; } );\n";

// Members of the closure of a scenario made of `components`, by name.
static void
members(const char *property, const char *components, const char *want)
{
	char path[] = "/tmp/tcb-test-XXXXXX", got[256] = "";
	FILE *f = fdopen(mkstemp(path), "w");
	struct scenario s;

	assert_non_null(f);
	fprintf(f, head, property);
	fprintf(f, "components = ( %s );\n", components);
	fclose(f);
	if (!scenario_open(&s, path))
		fail_msg("%s", s.error);
	bool *member = calloc(PART_FIRST + s.component_count, sizeof *member);
	char (*reason)[REASON] = calloc(PART_FIRST + s.component_count, sizeof *reason);
	assert_true(member != NULL && reason != NULL);
	closure(&s, &s.goals[0], member, reason);
	assert_true(member[PART_KERNEL] && member[PART_INIT]);
	for (unsigned i = 0; i < s.component_count; i++) {
		if (!member[PART_FIRST + i])
			continue;
		strcat(got, " ");
		strcat(got, s.components[i].name);
		assert_string_not_equal(reason[PART_FIRST + i], "");
	}
	assert_string_equal(got, want);
	free(member), free(reason);
	scenario_close(&s);
	unlink(path);
}

#define DRIVER \
	"{ name = \"drv\"; program = \"p\"; role = \"trusted\"; priority = 200; serves = [ " \
	"\"fb\" ]; },"
#define SERVER \
	"{ name = \"srv\"; program = \"p\"; role = \"trusted\"; priority = 150; serves = [ " \
	"\"sign\" ];" \
	" uses = ( { session = \"fb\"; server = \"drv\"; } ); },"
#define CORE(more) "{ name = \"core\"; program = \"p\"; role = \"trusted\"; priority = 100;" \
	" uses = ( { session = \"sign\"; server = \"srv\"; " more " } ); }"

static void
servers_join_transitively(void **state)
{
	(void)state;
	members("integrity", DRIVER SERVER CORE(""), " drv srv core");
}

static void
clients_stay_out(void **state)
{
	(void)state;
	members("integrity",
	        DRIVER SERVER CORE(
			"") ", { name = \"app\"; program = \"p\"; role = \"legacy\"; "
	                    "priority = 9; uses = ( { session = \"sign\"; server = \"srv\"; } ); }",
	        " drv srv core");
}

static void
a_reason_cuts_only_its_property(void **state)
{
	static const char not[] = DRIVER SERVER
		CORE("relies_not = ( { property = \"confidentiality\"; reason = \"r\"; } );");

	(void)state;
	members("confidentiality", not, " core");
	members("integrity", not, " drv srv core");
}

#define REVIEWED "reviewed = \"N. N., 2026-11-30\"; "
#define HARMLESS(more) "ports = ( { first = 0x80; reason = \"harmless\"; " REVIEWED "}" more

static void
device_rights_without_reason_join(void **state)
{
	(void)state;
	members("integrity",
	        CORE("") "," DRIVER "{ name = \"srv\"; program = \"p\"; role = \"trusted\"; "
	                 "priority = 150; serves = [ \"sign\" ]; uses = ( { session = \"fb\"; "
	                 "server = \"drv\"; } ); },"
	                 "{ name = \"app\"; program = \"p\"; role = \"legacy\"; priority = 9; "
	                 HARMLESS(" ); }"),
	        " core drv srv");
	members("integrity",
	        CORE("") "," DRIVER "{ name = \"srv\"; program = \"p\"; role = \"trusted\"; "
	                 "priority = 150; serves = [ \"sign\" ]; uses = ( { session = \"fb\"; "
	                 "server = \"drv\"; } ); },"
	                 "{ name = \"app\"; program = \"p\"; role = \"legacy\"; priority = 9; "
	                 HARMLESS(", { first = 0x900; } ); }"),
	        " core drv srv app");
	members("integrity",
	        DRIVER SERVER CORE("") ", { name = \"app\"; program = \"p\"; role = \"legacy\"; "
	                               "priority = 9; framebuffer = { }; }",
	        " drv srv core app");
	members("integrity",
	        DRIVER SERVER CORE("") ", { name = \"app\"; program = \"p\"; role = \"legacy\"; "
	                               "priority = 9;"
	                               "framebuffer = { reason = \"r\"; " REVIEWED "}; "
	                               "irqs = ( "
	                               "{ line = 5; } ); }",
	        " drv srv core app");
	members("integrity",
	        DRIVER SERVER CORE("") ", { name = \"app\"; program = \"p\"; role = \"legacy\"; "
	                               "priority = 9; dma = \"4K\"; framebuffer = { reason = "
	                               "\"r\"; " REVIEWED "}; }",
	        " drv srv core app");
}

#define PCI(more) "{ name = \"pci\"; program = \"p\"; role = \"trusted\"; priority = 220; " \
	"dma = \"64K\"; serves = [ \"pci\" ]; devices = ( { name = \"bars\"; " \
	"address = 0xfe000000; size = \"1M\"; }" more " ); },"
#define NIC(more) ", { name = \"nic\"; program = \"p\"; role = \"legacy\"; priority = 9; " \
	"dma = \"4K\"; uses = ( { session = \"pci\"; server = \"pci\"; label = \"00:03.0\"; }" \
	more " ); }"

// A driver of a bus-master device is in every closure, unless the IOMMU confines
// the device; then who holds the IOMMU is.
static void
the_iommu_keeps_bus_masters_out(void **state)
{
	static const char iommu[] = ", { name = \"iommu\"; address = 0xfed90000; size = \"4K\"; "
		"iommu = true; }";
	static const char other[] = "{ name = \"pci2\"; program = \"p\"; role = \"trusted\"; "
		"priority = 221; serves = [ \"pci\" ]; },";
	char text[4096];

	(void)state;
	members("integrity", PCI("") DRIVER SERVER CORE("") NIC(""), " pci drv srv core nic");
	snprintf(text, sizeof text, PCI("%s") DRIVER SERVER CORE("") NIC(""), iommu);
	members("integrity", text, " pci drv srv core");
	members("availability", text, " pci drv srv core nic");
	// a second device from one who has no IOMMU
	snprintf(text, sizeof text, PCI("%s") "%s" DRIVER SERVER CORE("")
	         NIC(", { session = \"pci\"; name = \"b\"; server = \"pci2\"; "
	             "label = \"00:04.0\"; }"), iommu, other);
	members("integrity", text, " pci pci2 drv srv core nic");
}

static void
higher_priority_matters_to_availability_only(void **state)
{
	static const char text[] = DRIVER SERVER CORE("") ", { name = \"app\"; program = \"p\"; "
		"role = \"legacy\"; priority = 120; }";

	(void)state;
	members("integrity", text, " drv srv core");
	members("availability", text, " drv srv core app");
	members("availability", DRIVER SERVER CORE("") ", { name = \"app\"; program = \"p\"; "
	        "role = \"legacy\"; priority = 120; share = 20; }", " drv srv core");
	members("availability", DRIVER SERVER CORE("") ", { name = \"app\"; program = \"p\"; "
	        "role = \"legacy\"; priority = 120; share = 60; }, { name = \"app2\"; "
	        "program = \"p\"; role = \"legacy\"; priority = 120; share = 40; }",
	        " drv srv core app app2");
}

#define APP(more) ", { name = \"app\"; program = \"p\"; role = \"legacy\"; priority = 9; " more " }"
#define REASON_FOR "reason = \"harmless\"; " REVIEWED
#define KEYS "{ name = \"keys\"; program = \"p\"; role = \"trusted\"; priority = 220; " \
	"serves = [ \"input\" ]; ports = ( { first = 0x60; " REASON_FOR "} ); },"
#define WITH_KEYS KEYS DRIVER SERVER CORE(\
	"}, { session = \"input\"; server = \"keys\";")

// What the table says of a right matters more than its reason.
static void
no_reason_excuses_every_right(void **state)
{
	(void)state;
	// unknown; known, and not checked; both, and part of it unknown
	members("integrity", DRIVER SERVER CORE("") APP("ports = ( { first = 0x5658; " REASON_FOR
	        "} );"), " drv srv core app");
	members("integrity", DRIVER SERVER CORE("") APP("ports = ( { first = 0x80; "
	        "reason = \"r\"; } );"), " drv srv core app");
	members("integrity", DRIVER SERVER CORE("") APP("ports = ( { first = 0x2f0; count = 16; "
	        REASON_FOR "} );"), " drv srv core app");
	members("integrity", DRIVER SERVER CORE("") APP("ports = ( { first = 0x2f8; count = 8; "
	        REASON_FOR "} );"), " drv srv core");
	members("integrity", DRIVER SERVER CORE("") APP("devices = ( { name = \"d\"; "
	        "address = 0xff000000; size = \"4K\"; " REASON_FOR "} );"), " drv srv core app");
	// what only stops the machine
	members("integrity", DRIVER SERVER CORE("") APP("ports = ( { first = 0x64; " REASON_FOR
	        "} );"), " drv srv core");
	members("availability", DRIVER SERVER CORE("") APP("ports = ( { first = 0x64; " REASON_FOR
	        "} );"), " drv srv core app");
	members("availability", DRIVER SERVER CORE("") APP("ports = ( { first = 0x70; "
	        REASON_FOR "} );"), " drv srv core app");
}

// Who has another register, or the interrupt, of a member's device may speak for it.
static void
parts_of_a_device_join(void **state)
{
	(void)state;
	members("integrity", WITH_KEYS APP("ports = ( { first = 0x64; " REASON_FOR "} );"),
	        " keys drv srv core app");
	members("integrity", WITH_KEYS APP("irqs = ( { line = 12; " REASON_FOR "} );"),
	        " keys drv srv core app");
	members("integrity", WITH_KEYS APP("irqs = ( { line = 3; " REASON_FOR "} );"),
	        " keys drv srv core");
	members("integrity", "{ name = \"vga\"; program = \"p\"; role = \"legacy\"; priority = 9; "
	        "ports = ( { first = 0x3c0; " REASON_FOR "} ); }, { name = \"core\"; "
	        "program = \"p\"; role = \"trusted\"; priority = 10; framebuffer = { " REASON_FOR
	        "}; }", " vga core");
}

// A second reader of the keyboard, a second painter on the screen.
static void
clients_of_a_members_device_join(void **state)
{
	(void)state;
	members("confidentiality", WITH_KEYS APP("uses = ( { session = \"input\"; "
	        "server = \"keys\"; } );"), " keys drv srv core app");
	members("integrity", WITH_KEYS APP("uses = ( { session = \"fb\"; "
	        "server = \"drv\"; } );"), " keys drv srv core app");
}

#define SECRET(owners) "); assets = ( { name = \"key\"; modules = [ \"key\" ]; " \
	"owners = [ " owners " ]; } "
#define KEY "modules = [ \"key\" ];"

// A second owner is counted; a module of a legacy component that no asset has, too.
static void
owners_of_assets_join(void **state)
{
	static const char core[] = "{ name = \"core\"; program = \"p\"; role = \"trusted\"; "
		"priority = 100; " KEY " }";
	char text[1024];

	(void)state;
	snprintf(text, sizeof text, "%s%s", core, APP("") SECRET("\"core\""));
	members("confidentiality", text, " core");
	snprintf(text, sizeof text, "%s%s", core, APP(KEY) SECRET("\"core\", \"app\""));
	members("confidentiality", text, " core app");
	members("integrity", text, " core app");
	members("availability", text, " core");
	snprintf(text, sizeof text, "%s%s", core, APP("modules = [ \"other\" ];")
	         SECRET("\"core\""));
	members("confidentiality", text, " core app");
	// an open pattern is not covered by one name
	snprintf(text, sizeof text, "%s%s", core, APP("modules = [ \"other*\" ];")
	         SECRET("\"core\"") ", { name = \"o\"; modules = [ \"other1\" ]; "
	         "owners = [ \"app\" ]; }");
	members("confidentiality", text, " core app");
}

static void
sha256_of_known_texts(void **state)
{
	// FIPS 180-2, appendix B
	static const char *const texts[][2] = {
		{ "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
		{ "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
		  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1" },
		{ "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
	};
	char hex[65];

	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
		struct sha256 s;

		sha256_init(&s);
		sha256_add(&s, texts[i][0], strlen(texts[i][0]));
		sha256_hex(&s, hex);
		assert_string_equal(hex, texts[i][1]);
	}
}

static void
entry_points_are_the_operations(void **state)
{
	(void)state;
	assert_int_equal(entry_points("sign"), 3);
	assert_int_equal(entry_points("log"), 1);
	assert_int_equal(entry_points("input"), 0);
	assert_int_equal(entry_points("none"), 0);
}

// Classes say which goals a component and a session belong to.
static void
drawings_show_members(void **state)
{
	char path[] = "/tmp/tcb-test-XXXXXX", *text = NULL, why[512];
	FILE *f = fdopen(mkstemp(path), "w");
	size_t size = 0;
	struct scenario s;
	struct report r;

	(void)state;
	assert_non_null(f);
	fprintf(f, head, "integrity");
	fprintf(f, "components = ( " DRIVER SERVER CORE("") ", { name = \"app\"; program = \"p\"; "
	        "role = \"legacy\"; priority = 9; " HARMLESS(" ); ")
	        "uses = ( { session = \"sign\"; server = \"srv\"; } ); } );\n");
	fclose(f);
	assert_true(scenario_open(&s, path));
	assert_true(report_make(&r, &s, NULL, why));
	assert_string_equal(r.goals[0].reason[PART_FIRST + 3],
	                    "no member relies on it; what it may do to devices is said "
	                    "to be harmless");
	f = open_memstream(&text, &size);
	assert_non_null(f);
	report_drawing(&r, f);
	fclose(f);
	assert_non_null(strstr(text, "c0 [label=\"drv\\ntrusted, priority 200\""));
	assert_non_null(strstr(text, "c3 [label=\"app\\nlegacy, priority 9\""));
	assert_non_null(strstr(text, "tooltip=\"core\", class=\"part in0\"]"));
	assert_non_null(strstr(text, "tooltip=\"app\", class=\"part\"]"));
	assert_non_null(strstr(text, "c2 -> c1 [label=\" sign \\n 512K shared \""));
	assert_non_null(strstr(text, "d3 [shape=plain"));
	free(text);
	report_free(&r);
	scenario_close(&s);
	unlink(path);
}

// A build directory with just enough in it, for reports.
static void
put_file(const char *dir, const char *name, const void *data, size_t size)
{
	char path[256];

	snprintf(path, sizeof path, "%s/%s", dir, name);
	FILE *f = fopen(path, "wb");
	assert_non_null(f);
	assert_true(fwrite(data, 1, size, f) == size && fclose(f) == 0);
}

// The program that this is serves as one with debug information.
static void
link_self(const char *dir, const char *name)
{
	char path[256], self[256] = "";

	snprintf(path, sizeof path, "%s/%s", dir, name);
	assert_true(readlink("/proc/self/exe", self, sizeof self - 1) > 0);
	assert_int_equal(symlink(self, path), 0);
}

static void
fake_build(const char *dir)
{
	static const char *const folders[] = { "target", "kernel", "gen", "src", "src/libx-1.2" };
	char list[512];

	for (size_t i = 0; i < sizeof folders / sizeof folders[0]; i++) {
		char path[256];
		snprintf(path, sizeof path, "%s/%s", dir, folders[i]);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	put_file(dir, "src/libx-1.2/x.c", "int x;\nint y;\n", 14);
	put_file(dir, "gen/table.c", "int t[1];\n", 10);
	snprintf(list, sizeof list, "kernel/include/abi/err.h\ntests/unit/tcb_test.c\n"
	         "%s/gen/table.c\n%s/src/libx-1.2/x.c\n", dir, dir);
	put_file(dir, "target/p.srcs", list, strlen(list));
	link_self(dir, "target/p.elf");
	put_file(dir, "target/init.srcs",
	         "kernel/include/abi/err.h\nkernel/include/abi/msg.h\n", 50);
	link_self(dir, "target/init.elf");
	put_file(dir, "kernel/kernel.srcs", "kernel/include/abi/msg.h\n", 25);
	link_self(dir, "kernel/kernel.elf");
}

static void
report_of(const char *dir, const char *more, const char *violation)
{
	struct scenario s;
	struct report r;
	struct lines err, msg, test;
	char why[512] = "", path[256], text[1024];

	snprintf(text, sizeof text,
	         "title = \"T\"; purpose = \"P\"; goals = ( { asset = \"x\"; property = "
	         "\"integrity\"; holder = \"core\"; } ); components = ( " DRIVER SERVER CORE(
			 "") " %s );\n",
	         more);
	put_file(dir, "s.cfg", text, strlen(text));
	snprintf(path, sizeof path, "%s/s.cfg", dir);
	assert_true(scenario_open(&s, path));
	if (!report_make(&r, &s, dir, why))
		fail_msg("%s", why);
	const struct goal_report *g = &r.goals[0];
	assert_true(count_file("kernel/include/abi/err.h", &err));
	assert_true(count_file("kernel/include/abi/msg.h", &msg));
	assert_true(count_file("tests/unit/tcb_test.c", &test));
	assert_int_equal(g->own.files, 3);
	assert_int_equal(g->own.lines.code, err.code + msg.code + test.code);
	// much of this very file became machine code, and of no header
	assert_true(g->own.linked > test.code / 3 && g->own.linked < test.code);
	assert_int_equal(report_part(&r, PART_INIT, SOURCE_OWN).linked, 0);
	assert_int_equal(g->generated.lines.code, 1);
	assert_int_equal(g->package_count, 1);
	assert_string_equal(g->package[0].name, "libx-1.2");
	assert_int_equal(g->package[0].sum.lines.code, 2);
	assert_int_equal(g->package[0].whole, 2);
	assert_true(g->own.header == err.code + msg.code && g->own.assembly == 0);
	assert_true(r.whole > g->own.header);
	// many functions in this file, each at least 1; the largest has a name
	struct complexity c = complexity_of(&r, &r.parts[PART_FIRST], SOURCE_OWN);
	assert_true(c.functions > 15 && c.total > c.functions && c.max > 1 &&
	            c.max_name[0] != '\0');
	assert_int_equal(strlen(r.parts[PART_KERNEL].hash), 64);
	assert_string_equal(g->violation != NULL ? g->violation : "", violation);
	report_free(&r);
	scenario_close(&s);
}

// Files are counted once, kinds apart, and a legacy member is a violation.
static void
reports_sum_and_judge(void **state)
{
	char dir[] = "/tmp/tcb-build-XXXXXX", command[64];

	(void)state;
	assert_non_null(mkdtemp(dir));
	fake_build(dir);
	report_of(dir, ", { name = \"app\"; program = \"p\"; role = \"legacy\"; priority = 9; }",
	          "");
	report_of(dir, ", { name = \"app\"; program = \"p\"; role = \"legacy\"; priority = 9; "
	          "ports = ( { first = 0x900; count = 8; } ); }", "app");
	snprintf(command, sizeof command, "rm -r %s", dir);
	assert_int_equal(system(command), 0);
}

static void
sizes_fit_beside_a_label(void **state)
{
	static const struct { struct tcb_size size; const char *text; } cases[] = {
		{ { 0, 0 }, "0 lines" },
		{ { 999, 0 }, "999 lines" },
		{ { 8005, 0 }, "8,005 lines" },
		{ { 11715, 32934 }, "11,715 + 32,934 lines" },
		{ { 999999, 999999 }, "999,999 + 999,999 lines" },
		{ { 1000000, 0 }, "over a million lines" },
		{ { 1, 1000000 }, "over a million lines" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		char text[TCB_SIZE_TEXT];

		tcb_size_text(cases[i].size, text);
		assert_string_equal(text, cases[i].text);
	}
}

int
main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(kinds_of_lines),
		cmocka_unit_test(agrees_with_cloc),
		cmocka_unit_test(servers_join_transitively),
		cmocka_unit_test(clients_stay_out),
		cmocka_unit_test(a_reason_cuts_only_its_property),
		cmocka_unit_test(device_rights_without_reason_join),
		cmocka_unit_test(the_iommu_keeps_bus_masters_out),
		cmocka_unit_test(higher_priority_matters_to_availability_only),
		cmocka_unit_test(no_reason_excuses_every_right),
		cmocka_unit_test(parts_of_a_device_join),
		cmocka_unit_test(clients_of_a_members_device_join),
		cmocka_unit_test(owners_of_assets_join),
		cmocka_unit_test(sha256_of_known_texts),
		cmocka_unit_test(entry_points_are_the_operations),
		cmocka_unit_test(sizes_fit_beside_a_label),
		cmocka_unit_test(drawings_show_members),
		cmocka_unit_test(reports_sum_and_judge),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
