/* SPDX-License-Identifier: GPL-2.0-or-later */
/* distccmon-text: what the clients of this machine are doing, a line each. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/exitcode.h"
#include "base/log.h"
#include "base/path.h"
#include "base/strv.h"
#include "base/util.h"
#include "client/conf.h"
#include "client/monitor.h"
#include "config.h"
#include "masq/place.h"
#include "masq/portconf.h"

/* Seconds between two rounds: no longer than anybody waits, and their milliseconds are an int. */
#define MAX_DELAY 1e6

/* stock's, where 101 would be ours */
#define EXIT_USAGE 1

static const char usage[] =
	"Usage:\n"
	"  distccmon-text [DELAY]    print a line for each job of distcc; again every DELAY seconds\n"
	"  distccmon-text --help | --version\n"
	"\n"
	"Environment:\n"
	"  DISTCC_DIR    directory of the clients to look at [~/.distcc, and that of Portage]\n";

/* Seconds, maybe with a fraction. */
static bool
parse_delay(const char *word, double *delay)
{
	char *end;

	*delay = strtod(word, &end);
	return end != word && *end == '\0' && isfinite(*delay) && *delay >= 0 && *delay <= MAX_DELAY;
}

static void
add_dir(struct strv *dirs, const char *distcc_dir)
{
	char *state = path_join(distcc_dir, "state");

	strv_push(dirs, state);
	free(state);
}

/* Where records are: below DISTCC_DIR if that is set, else those of this user's own builds and of Portage's. */
static void
find_dirs(struct strv *dirs)
{
	const char *set = getenv("DISTCC_DIR");
	char *eprefix = place_root(getenv("EPREFIX")), *root = place_root(getenv("PORTAGE_CONFIGROOT")), *dir;
	const char *bad;
	struct portconf portage;
	struct conf conf;

	/* a variable that makes no sense is the client's to complain about */
	conf_from_env(&conf, &bad);
	if (conf.dir != NULL)
		add_dir(dirs, conf.dir);
	conf_free(&conf);
	if (set == NULL || set[0] == '\0') {
		portconf_read(&portage, root, eprefix);
		if (portage.there) {
			dir = portconf_distcc_dir(&portage, "");
			add_dir(dirs, dir);
			free(dir);
		}
		portconf_free(&portage);
	}
	free(eprefix);
	free(root);
}

/* All jobs there are now, and an empty line.  False: they cannot be printed. */
static bool
print_round(const struct strv *dirs)
{
	struct monitor m = {0};
	char *line;

	for (size_t i = 0; i < dirs->n; i++)
		monitor_read(&m, dirs->v[i]);
	monitor_sort(&m);
	for (size_t i = 0; i < m.n; i++) {
		line = monitor_line(&m.v[i]);
		puts(line);
		free(line);
	}
	monitor_free(&m);
	putchar('\n');
	return fflush(stdout) == 0;
}

static int
watch(double delay)
{
	struct strv dirs = STRV_INIT;
	bool printed;

	find_dirs(&dirs);
	while ((printed = print_round(&dirs)) && delay > 0)
		clock_wait_ms((int)(delay * 1000) + 1);
	if (!printed)
		log_err("cannot write");
	strv_free(&dirs);
	return printed ? 0 : EXIT_IO_ERROR;
}

int
main(int argc, char *argv[])
{
	const char *word = argc > 1 ? argv[1] : "0";
	double delay;

	log_init("distccmon-text");
	if (argc == 2 && streq(word, "--help")) {
		fputs(usage, stdout);
		return fflush(stdout) == 0 ? 0 : EXIT_IO_ERROR;
	}
	if (argc == 2 && streq(word, "--version")) {
		printf("distccmon-text %s %s\n", DISTCC_VERSION, DISTCC_HOST_TRIPLE);
		return fflush(stdout) == 0 ? 0 : EXIT_IO_ERROR;
	}
	if (argc > 2 || !parse_delay(word, &delay)) {
		fputs(usage, stderr);
		return EXIT_USAGE;
	}
	return watch(delay);
}
