/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Advice for make.conf, and what is wrong with one. */
#include "masq/confcheck.h"

#include <stdlib.h>

#include "masq/advice.h"
#include "masq/confblock.h"
#include "masq/native.h"
#include "tests/unit/check.h"

#define GOOD "FEATURES=\"distcc ccache\"\nMAKEOPTS=\"-j20 -l4\"\n"

/* The findings a text gives, in order, with blanks between. */
static const struct {
	const char *text, *codes;
} mistakes[] = {
	{GOOD, ""},
	{"", "features-without-distcc"},
	{"FEATURES=\"ccache -distcc\"\n", "features-without-distcc"},
	{"FEATURES=distcc\n", "makeopts-missing"},
	{"FEATURES=distcc\nMAKEOPTS=-j4\n", "makeopts-small makeopts-load"},
	{"FEATURES=distcc\nMAKEOPTS=\"-j20\"\n", "makeopts-load"},
	{"FEATURES=distcc\nMAKEOPTS=\"-j -l4\"\n", "makeopts-unlimited"},
	{GOOD "FEATURES=\"${FEATURES} distcc-pump\"\n", "features-pump"},
	{GOOD "COMMON_FLAGS=\"-O2 -march=native\"\nCFLAGS=\"${COMMON_FLAGS}\"\n", "flags-native"},
	{GOOD "CFLAGS=\"-mtune=native\"\nCXXFLAGS=\"-mcpu=native\"\n", "flags-native flags-native"},
	{GOOD "CC=\"distcc gcc\"\n", "compiler-names-distcc"},
	{GOOD "CXX=/usr/bin/distcc\n", "compiler-names-distcc"},
	{GOOD "CC=gcc\n", ""},
	{GOOD "CCACHE_PREFIX=distcc\n", "ccache-prefix"},
	{GOOD "PATH=\"/usr/lib/distcc:${PATH}\"\n", "make-conf-path"},
	{GOOD "DISTCC_VERBOSE=1\n", "verbose-without-log"},
	{GOOD "DISTCC_VERBOSE=1\nDISTCC_LOG=/var/log/x\n", ""},
	{GOOD "DISTCC_DIR=/var/distcc\n", "distcc-dir"},
	{GOOD "DISTCC_DIR=/var/tmp/portage/.distcc\n", ""},
	{GOOD "USE+=\" x\"\n", "make-conf-syntax"},
	{GOOD "USE=\"x\n", "make-conf-syntax"},
	{"FEATURES=distcc\nMAKEOPTS=\"-j$(nproc) -l4\"\n", "make-conf-substitution makeopts-unlimited"},
	{"FEATURES=distcc\nMAKEOPTS=\"-j`nproc` -l4\"\n", "make-conf-substitution makeopts-unlimited"},
	{CONFBLOCK_BEGIN "\n" GOOD CONFBLOCK_END "\nMAKEOPTS=\"-j30 -l4\"\n", "block-overridden"},
	{CONFBLOCK_BEGIN "\n" GOOD CONFBLOCK_END "\nFEATURES=\"${FEATURES} x\"\n", ""},
};

static char *
codes_of(const struct confcheck *in)
{
	struct findings f = {0};
	char *codes = xstrdup(""), *more;

	confcheck(&f, in);
	for (size_t i = 0; i < f.n; i++) {
		more = xasprintf("%s%s%s", codes, i > 0 ? " " : "", f.v[i].code);
		free(codes);
		codes = more;
		CHECK(f.v[i].text[0] != '\0' && f.v[i].cure[0] != '\0');
	}
	findings_free(&f);
	return codes;
}

static void
test_mistakes(void)
{
	for (size_t i = 0; i < countof(mistakes); i++) {
		struct makeconf conf = {0};
		struct confcheck in = {.conf = &conf, .slots = 16, .hosts_for_portage = true, .ccache = true, .masq = "/usr/lib/distcc"};
		char *codes;

		makeconf_parse(&conf, mistakes[i].text, "make.conf", NULL, NULL);
		codes = codes_of(&in);
		CHECK_STR(mistakes[i].codes, codes);
		free(codes);
		makeconf_free(&conf);
	}
}

static void
test_surroundings(void)
{
	struct makeconf conf = {0};
	struct confcheck in = {.conf = &conf, .hosts_for_portage = true, .ccache = true, .masq = "/usr/lib/distcc"};
	char *codes;

	makeconf_parse(&conf, GOOD, "make.conf", NULL, NULL);
	in.ccache = false;
	codes = codes_of(&in);
	CHECK_STR("features-ccache", codes);
	free(codes);
	in.ccache = true;
	in.hosts_for_portage = false;
	codes = codes_of(&in);
	CHECK_STR("hosts-missing", codes);
	free(codes);
	in.hosts_elsewhere = true;
	in.shadow = "/usr/lib64/distcc";
	codes = codes_of(&in);
	CHECK_STR("hosts-unseen directory-shadowed", codes);
	free(codes);
	makeconf_free(&conf);
}

static const struct {
	int slots, ssh, silent, processors;
	long memory_mib;
	int jobs, load;
	bool bound;
} jobs[] = {
	{16, 0, 0, 4, 16384, 20, 4, false},
	{16, 8, 4, 4, 16384, 28, 4, false},
	{0, 0, 8, 4, 16384, 4, 4, false},
	{0, 0, 0, 1, 512, 1, 1, false},
	{64, 0, 0, 8, 4096, 16, 2, true},
	{64, 0, 0, 8, 8192, 32, 4, true},
	{500, 0, 0, 16, 65536, 256, 16, true},
	{4, 0, 0, 2, 0, 1, 1, true},
};

static void
test_jobs(void)
{
	for (size_t i = 0; i < countof(jobs); i++) {
		struct advice_host hosts[3] = {
			{"box", jobs[i].slots, NULL, false}, {"@far", jobs[i].ssh, NULL, true}, {"off", jobs[i].silent, "no answer in time", false},
		};
		struct makeconf conf = {0};
		struct advice a = {.conf = &conf, .hosts = hosts, .nhosts = 3, .processors = jobs[i].processors, .memory_mib = jobs[i].memory_mib};
		struct advice_jobs j;

		advice_jobs(&a, &j);
		CHECK_INT(jobs[i].jobs, j.jobs);
		CHECK_INT(jobs[i].load, j.load);
		CHECK_INT(jobs[i].bound, j.memory_bound);
	}
}

static const struct {
	const char *conf;
	bool ccache;
	const char *has, *lacks;
} texts[] = {
	{"", true, "FEATURES=\"${FEATURES} distcc ccache\"\n", NULL},
	{"", false, "FEATURES=\"${FEATURES} distcc\"\n", "CCACHE_DIR"},
	{"FEATURES=distcc\n", true, "FEATURES=\"${FEATURES} ccache\"\n", NULL},
	{"FEATURES=\"ccache distcc\"\n", true, "FEATURES has distcc and ccache already.", "\nFEATURES="},
	{"", true, "MAKEOPTS=\"-j20 -l4\"\n", NULL},
	{"MAKEOPTS=-j2\n", true, "MAKEOPTS=\"-j20 -l4\"\n", NULL},
	{"", true, "CCACHE_DIR=\"/var/cache/ccache\"\n", NULL},
	{"CCACHE_DIR=/x\n", true, "CCACHE_DIR is set in make.conf:1.", "CCACHE_DIR="},
	{"", true, "CCACHE_COMPILERCHECK=\"distcc-chain --identity %compiler%\"\n", "native"},
	{"CFLAGS=\"-O2 -march=native\"\n", true, "#   -march=znver3 -mno-x\n", NULL},
	{"", true, "off does not answer (no route)", NULL},
};

static void
test_texts(void)
{
	static const struct advice_host hosts[2] = {{"box", 16, NULL, false}, {"off", 3, "no route", false}};

	for (size_t i = 0; i < countof(texts); i++) {
		struct makeconf conf = {0}, result = {0};
		struct advice a = {.conf = &conf, .hosts = hosts, .nhosts = 2, .processors = 4, .memory_mib = 16384,
			.ccache = texts[i].ccache, .expanded = "-march=znver3 -mno-x"};
		char *text;

		makeconf_parse(&conf, texts[i].conf, "make.conf", NULL, NULL);
		text = advice_text(&a);
		CHECK_ROW(texts[i].has, strstr(text, texts[i].has) != NULL);
		if (texts[i].lacks != NULL)
			CHECK_ROW(texts[i].lacks, strstr(text, texts[i].lacks) == NULL);
		/* Portage can read it */
		makeconf_parse(&result, text, "text", NULL, NULL);
		CHECK_INT(0, result.nproblems);
		makeconf_free(&result);
		makeconf_free(&conf);
		free(text);
	}
}

static void
test_native(void)
{
	static const char native[] =
		"The following options are target specific:\n"
		"  -m128bit-long-double        \t\t[enabled]\n"
		"  -mabm                       \t\t[enabled]\n"
		"  -mavx2                      \t\t[enabled]\n"
		"  -mpku                       \t\t[disabled]\n"
		"  -march=                     \t\tznver3\n"
		"  -mtune=                     \t\tznver2\n"
		"  -mabi=                      \t\tsysv\n"
		"\n  Known assembler dialects:\n    att intel\n";
	static const char plain[] =
		"  -m128bit-long-double        \t\t[enabled]\n"
		"  -mabm                       \t\t[disabled]\n"
		"  -mavx2                      \t\t[enabled]\n"
		"  -mpku                       \t\t[enabled]\n"
		"  -march=                     \t\tznver3\n"
		"  -mtune=                     \t\tznver3\n";
	static const char command[] = " cc1 -E \"-march=znver3\" \"--param\" \"l1-cache-size=32\" \"--param=l2-cache-size=512\" -mtune=znver2\n";
	char *text = native_expand(native, plain, command);

	CHECK_STR("-march=znver3 -mtune=znver2 -mabm -mno-pku --param=l1-cache-size=32 --param=l2-cache-size=512", text);
	free(text);
	CHECK_STR(NULL, native_expand("nonsense\n", plain, command));
	CHECK_STR(NULL, native_expand("", "", ""));
	CHECK_STR("-march=native", native_find("-O2 -march=native"));
	CHECK_STR("-mtune=native", native_find("-mtune=native"));
	CHECK_STR(NULL, native_find("-march=nativex -DX=-march=native"));
	CHECK_STR(NULL, native_find(""));
}

int
main(void)
{
	test_mistakes();
	test_surroundings();
	test_jobs();
	test_texts();
	test_native();
	return check_done();
}
