/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/seek_opts.h"

#include "tests/unit/check.h"

#define MAX_WORDS 32

/* Blanks part the words. */
static void
split(char *text, char *argv[MAX_WORDS])
{
	size_t n = 0;

	argv[n++] = (char *)"lsdistcc";
	for (char *p = strtok(text, " "); p != NULL && n < MAX_WORDS - 1; p = strtok(NULL, " "))
		argv[n++] = p;
	argv[n] = NULL;
}

/* All that options can say, as text. */
static void
describe(const struct seek_opts *o, char out[256])
{
	int n = snprintf(out, 256, "t%d h%d c%d k%d m%d o%d g%d r%d P%d p%s %s%s%s%s%s", o->total_s, o->query_ms, o->connect_ms,
		o->compile_ms, o->bits, o->overlap, o->gaps, o->port, o->version, o->compiler != NULL ? o->compiler : "-",
		o->latency ? "l" : "", o->numeric ? "n" : "", o->dead ? "x" : "", o->domain ? "d" : "", o->verbose ? "v" : "");

	for (size_t i = 0; i < o->operands.n; i++)
		n += snprintf(out + n, 256 - (size_t)n, " [%s]", o->operands.v[i]);
}

#define DEFAULTS "t7 h500 c900 k1500 m0 o1 g0 r3632 P1 p- "

static const struct {
	const char *line, *want;
} good[] = {
	{"", DEFAULTS},
	{"box", DEFAULTS " [box]"},
	{"-t1 -h2 -c3 -k4 -m5 -o6 -g7 -r8 -P3 -pgcc-4.6", "t1 h2 c3 k4 m5 o6 g7 r8 P3 pgcc-4.6 "},
	{"-t 1 -h 2 -c 3 -k 4 -m 5 -o 6 -g 7 -r 8 -P 2 -p gcc a b", "t1 h2 c3 k4 m5 o6 g7 r8 P2 pgcc  [a] [b]"},
	{"-l -n -x -d -v", DEFAULTS "lnxdv"},
	{"-lnxdv", DEFAULTS "lnxdv"},
	{"-lr4000 -xP 2 box", "t7 h500 c900 k1500 m0 o1 g0 r4000 P2 p- lx [box]"},
	{"box -l other", DEFAULTS "l [box] [other]"},
	{"-l -- -x --", DEFAULTS "l [-x] [--]"},
	{"-c0 -k0 -h0 -m128 -r65535", "t7 h0 c0 k0 m128 o1 g0 r65535 P1 p- "},
	{"-p -l", "t7 h500 c900 k1500 m0 o1 g0 r3632 P1 p-l "},
	{"-t2 -t3", "t3 h500 c900 k1500 m0 o1 g0 r3632 P1 p- "},
};

static void
test_good(void)
{
	char line[128], got[256], *argv[MAX_WORDS];
	struct seek_opts_bad bad;
	struct seek_opts o;

	for (size_t i = 0; i < countof(good); i++) {
		snprintf(line, sizeof(line), "%s", good[i].line);
		split(line, argv);
		CHECK_ROW(good[i].line, seek_opts_parse(argv, &o, &bad) == SEEK_OPTS_OK);
		CHECK_ROW(good[i].line, o.show == SEEK_SHOW_SERVERS);
		describe(&o, got);
		CHECK_STR(good[i].want, got);
		seek_opts_free(&o);
	}
}

static const struct {
	const char *line;
	enum seek_opts_err err;
	char letter;
	const char *word, *value;
} wrong[] = {
	{"-z", SEEK_OPTS_UNKNOWN, 'z', "-z", NULL},
	{"-lz", SEEK_OPTS_UNKNOWN, 'z', "-lz", NULL},
	{"-", SEEK_OPTS_UNKNOWN, '\0', "-", NULL},
	{"--long", SEEK_OPTS_UNKNOWN, '\0', "--long", NULL},
	{"--helpme", SEEK_OPTS_UNKNOWN, '\0', "--helpme", NULL},
	{"box -t", SEEK_OPTS_MISSING, 't', "-t", NULL},
	{"-lxt", SEEK_OPTS_MISSING, 't', "-lxt", NULL},
	{"-p", SEEK_OPTS_MISSING, 'p', "-p", NULL},
	{"-t0", SEEK_OPTS_RANGE, 't', "-t0", "0"},
	{"-t box", SEEK_OPTS_RANGE, 't', "-t", "box"},
	{"-tl", SEEK_OPTS_RANGE, 't', "-tl", "l"},
	{"-t1x", SEEK_OPTS_RANGE, 't', "-t1x", "1x"},
	{"-t 99999999999999999999", SEEK_OPTS_RANGE, 't', "-t", "99999999999999999999"},
	{"-c-1", SEEK_OPTS_RANGE, 'c', "-c-1", "-1"},
	{"-r0", SEEK_OPTS_RANGE, 'r', "-r0", "0"},
	{"-r65536", SEEK_OPTS_RANGE, 'r', "-r65536", "65536"},
	{"-P0", SEEK_OPTS_RANGE, 'P', "-P0", "0"},
	{"-P4", SEEK_OPTS_RANGE, 'P', "-P4", "4"},
	{"-m129", SEEK_OPTS_RANGE, 'm', "-m129", "129"},
};

static void
test_wrong(void)
{
	char line[128], *argv[MAX_WORDS];
	struct seek_opts_bad bad;
	struct seek_opts o;

	for (size_t i = 0; i < countof(wrong); i++) {
		snprintf(line, sizeof(line), "%s", wrong[i].line);
		split(line, argv);
		CHECK_ROW(wrong[i].line, seek_opts_parse(argv, &o, &bad) == wrong[i].err);
		CHECK_INT(wrong[i].letter, bad.letter);
		CHECK_STR(wrong[i].word, bad.word);
		if (wrong[i].value != NULL)
			CHECK_STR(wrong[i].value, bad.value);
		CHECK_ROW(wrong[i].line, wrong[i].err != SEEK_OPTS_RANGE || bad.max > bad.min);
		seek_opts_free(&o);
	}
}

/* They end the command line. */
static void
test_shows(void)
{
	char *help[] = {(char *)"lsdistcc", (char *)"-l", (char *)"--help", (char *)"-z", NULL};
	char *version[] = {(char *)"lsdistcc", (char *)"--version", NULL};
	char *none[] = {NULL}, *empty[] = {(char *)"lsdistcc", (char *)"-p", (char *)"", NULL};
	struct seek_opts_bad bad;
	struct seek_opts o;

	CHECK_INT(SEEK_OPTS_OK, seek_opts_parse(help, &o, &bad));
	CHECK_INT(SEEK_SHOW_HELP, o.show);
	seek_opts_free(&o);
	CHECK_INT(SEEK_OPTS_OK, seek_opts_parse(version, &o, &bad));
	CHECK_INT(SEEK_SHOW_VERSION, o.show);
	seek_opts_free(&o);
	CHECK_INT(SEEK_OPTS_OK, seek_opts_parse(none, &o, &bad));
	seek_opts_free(&o);
	CHECK_INT(SEEK_OPTS_MISSING, seek_opts_parse(empty, &o, &bad));
	seek_opts_free(&o);
}

int
main(void)
{
	test_good();
	test_wrong();
	test_shows();
	return check_done();
}
