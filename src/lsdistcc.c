/* SPDX-License-Identifier: GPL-2.0-or-later */
/* lsdistcc: which of some hosts serve compile jobs, a line each, for DISTCC_HOSTS=$(lsdistcc). */
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/exitcode.h"
#include "base/log.h"
#include "base/util.h"
#include "client/seek.h"
#include "client/seek_child.h"
#include "client/seek_host.h"
#include "client/seek_opts.h"
#include "config.h"

/* stock's: there is no server */
#define EXIT_NONE 1

#define DEFAULT_FORMAT "distcc%d"
/* of as many digits as any width has: a name that fits shows whether the rest of the format does */
#define SAMPLE 111111111

static const char usage[] =
	"Usage:\n"
	"  lsdistcc [OPTION...] [FORMAT]     look for servers with the names of FORMAT [" DEFAULT_FORMAT "], from 1 on\n"
	"  lsdistcc [OPTION...] HOST...      look for servers on these hosts, words of a host list\n"
	"  lsdistcc --help | --version\n"
	"\n"
	"Options, the value behind the letter or in the next word:\n"
	"  -t SEC        look no longer than that [7]\n"
	"  -c MS         time for a connection [900]; 0: look names up only\n"
	"  -p COMPILER   take only servers where that compiles a line\n"
	"  -k MS         time for that [1500]; 0: do without it\n"
	"  -r PORT       port of hosts that are written without one [3632]\n"
	"  -P 1|2|3      append nothing, ,lzo or ,lzo,cpp [1]\n"
	"  -x            print hosts without a server too, with ,down\n"
	"  -l            append milliseconds of connection and compile\n"
	"  -n            print addresses, not names\n"
	"  -d            append this machine's domain to names without a dot\n"
	"  -m BITS       take only addresses that begin like that of the first host [0]\n"
	"  -o N          names of FORMAT to ask for ahead [1]\n"
	"  -g N          names of FORMAT that may be missing, beside N of -o [0]\n"
	"  -h MS         time until a name is asked for again, in whole seconds [500]\n"
	"  -v            tell what is done\n";

static void __attribute__((noreturn))
refuse_option(enum seek_opts_err err, const struct seek_opts_bad *bad)
{
	if (err == SEEK_OPTS_MISSING)
		log_fatalx(EXIT_BAD_ARGUMENTS, "-%c needs a value", bad->letter);
	if (err == SEEK_OPTS_RANGE)
		log_fatalx(EXIT_BAD_ARGUMENTS, "-%c %s: not a number from %ld to %ld", bad->letter, bad->value, bad->min, bad->max);
	if (bad->letter != '\0')
		log_fatalx(EXIT_BAD_ARGUMENTS, "%s: there is no option -%c (see lsdistcc --help)", bad->word, bad->letter);
	log_fatalx(EXIT_BAD_ARGUMENTS, "%s: no such option (see lsdistcc --help)", bad->word);
}

/* Options that make sense, or the end. */
static void
read_options(char *const *argv, struct seek_opts *o)
{
	struct seek_opts_bad bad;
	enum seek_opts_err err = seek_opts_parse(argv, o, &bad);

	if (err != SEEK_OPTS_OK)
		refuse_option(err, &bad);
	if (o->operands.n == 0)
		strv_push(&o->operands, DEFAULT_FORMAT);
	if (o->verbose)
		log_set_level(LOG_LVL_INFO);
}

static void
add_host(struct seek *s, const struct seek_opts *o, const char *word, const char *said, const char *domain)
{
	struct seek_host h;
	const char *why = seek_host_parse(word, o->port, domain, &h);

	if (why != NULL)
		log_fatalx(EXIT_BAD_ARGUMENTS, "%s: %s", said, why);
	seek_add(s, &h);
}

/* The format, if that is what the operand is: one that makes names of hosts. */
static const char *
check_format(const struct seek_opts *o)
{
	const char *format = o->operands.v[0];
	struct seek sample = {0};
	char *word;

	if (o->operands.n > 1 || !seek_is_format(format))
		return NULL;
	word = seek_format(format, SAMPLE);
	if (word == NULL)
		log_fatalx(EXIT_BAD_ARGUMENTS, "%s: a format holds one %%d (or %%2d, %%02d...) and no other %%", format);
	add_host(&sample, o, word, format, NULL);
	free(word);
	seek_free(&sample);
	return format;
}

/* What shall be looked at is in s, or it is the format that is returned. */
static const char *
read_operands(const struct seek_opts *o, const char *domain, struct seek *s)
{
	const char *format = check_format(o);

	for (size_t i = 0; format == NULL && i < o->operands.n; i++) {
		if (seek_is_format(o->operands.v[i]))
			log_fatalx(EXIT_BAD_ARGUMENTS, "%s: a format stands alone", o->operands.v[i]);
		add_host(s, o, o->operands.v[i], o->operands.v[i], domain);
	}
	return format;
}

/* A line for each server, in the order of names.  Exit status. */
static int
print_servers(const struct seek *s, const struct seek_opts *o, bool is_format)
{
	size_t n = is_format ? seek_count(s->results, s->n, seek_allowed(o)) : s->n;
	const struct seek_result *first = seek_first(s->results, n), *r;
	int status = EXIT_NONE;
	char *line;

	for (size_t i = 0; i < n; i++) {
		r = &s->results[i];
		if (r->state != SEEK_UP && (r->state != SEEK_DOWN || !o->dead))
			continue;
		if (!seek_is_near(first, r, o->bits))
			continue;
		if (r->state == SEEK_UP)
			status = 0;
		line = seek_line(&s->hosts[i], o, r);
		puts(line);
		free(line);
	}
	if (fflush(stdout) != 0) {
		log_err("cannot write");
		status = EXIT_IO_ERROR;
	}
	return status;
}

static int
look(const struct seek_opts *o)
{
	int64_t until_ms = clock_ms() + (int64_t)o->total_s * 1000;
	struct seek s = {0};
	const char *format;
	char *domain = NULL;
	int status;

	if (o->domain) {
		domain = seek_child_domain(until_ms);
		if (domain == NULL)
			log_fatalx(EXIT_NONE, "-d: the domain of this machine is not known");
	}
	format = read_operands(o, domain, &s);
	if (!seek_run(&s, o, format, domain, until_ms))
		log_fatal(EXIT_DISTCC_FAILED, "cannot start a process");
	status = print_servers(&s, o, format != NULL);
	seek_free(&s);
	free(domain);
	return status;
}

int
main(int argc, char *argv[])
{
	struct seek_opts o;
	int status;

	(void)argc;
	log_init("lsdistcc");
	read_options(argv, &o);
	switch (o.show) {
	case SEEK_SHOW_HELP:
		fputs(usage, stdout);
		status = fflush(stdout) == 0 ? 0 : EXIT_IO_ERROR;
		break;
	case SEEK_SHOW_VERSION:
		printf("lsdistcc %s %s\n", DISTCC_VERSION, DISTCC_HOST_TRIPLE);
		status = fflush(stdout) == 0 ? 0 : EXIT_IO_ERROR;
		break;
	default:
		status = look(&o);
	}
	seek_opts_free(&o);
	return status;
}
