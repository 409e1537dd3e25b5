/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * distcc-zeroconf: speaks to the Avahi daemon in the place of distcc and distccd, which start it and need no library for that.
 */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/exitcode.h"
#include "base/log.h"
#include "base/num.h"
#include "base/util.h"
#include "client/discovered.h"
#include "compiler/ask.h"
#include "config.h"
#include "masq/realcc.h"
#include "zeroconf/avahi_browse.h"
#include "zeroconf/avahi_publish.h"
#include "zeroconf/hostsfile.h"

static const char usage[] =
	"Usage:\n"
	"  distcc-zeroconf --browse DIR           keep DIR/hosts, in the background, while it is read\n"
	"  distcc-zeroconf --publish PORT JOBS PARENT LEVEL stderr|syslog|file:NAME\n"
	"                                         announce this machine until process PARENT ends\n"
	"\n"
	"distcc and distccd start it for the host +zeroconf and the option --zeroconf.\n";

/* What the compiler says to option, if that is one word; NULL if not. */
static char *
ask_word(const char *cc, const char *option)
{
	const char *argv[] = {cc, option, NULL};
	struct ask answer;
	char *word = NULL;
	size_t len;

	if (ask_run(cc, argv, NULL, &answer) && answer.out.n > 0) {
		len = strcspn(answer.out.p, " \t\r\n");
		if (len > 0 && answer.out.p[len] == '\n' && answer.out.p[len + 1] == '\0')
			word = xstrndup(answer.out.p, len);
	}
	ask_free(&answer);
	return word;
}

/* cc, as stock takes it: what the others will be asked for is a compiler like that. */
static void
find_compiler(struct txt_compiler *cc)
{
	const char *list = getenv("PATH");
	char *path = realcc_find("cc", list != NULL ? list : "/usr/bin:/bin");

	if (path == NULL)
		return;
	cc->machine = ask_word(path, "-dumpmachine");
	cc->version = ask_word(path, "-dumpversion");
	free(path);
}

/*
 * Whoever started us goes on as soon as the lock is held, by us or by another helper.  True in the process that has it.  Else
 * *status is what the caller shall end with.
 */
static bool
take_directory(struct hostsfile *file, const char *dir, int *status)
{
	char answer = EXIT_IO_ERROR;
	int ready[2];

	*status = EXIT_IO_ERROR;
	if (pipe2(ready, O_CLOEXEC) == -1)
		return false;
	switch (fork()) {
	case -1:
		return false;
	case 0:
		break;
	default:
		close(ready[1]);
		if (read(ready[0], &answer, 1) == 1)
			*status = answer;
		return false;
	}
	setsid();
	close(ready[0]);
	switch (hostsfile_open(file, dir)) {
	case HOSTSFILE_OK:
		/* what is left of an earlier helper is no answer */
		answer = *status = hostsfile_write(file, DISCOVERED_SEARCHING "\n") ? 0 : EXIT_IO_ERROR;
		break;
	case HOSTSFILE_TAKEN:
		answer = 0;
		break;
	case HOSTSFILE_ERR:
		break;
	}
	(void)!write(ready[1], &answer, 1);
	close(ready[1]);
	return *status == 0;
}

static int
browse(const char *dir)
{
	struct txt_compiler cc = {0};
	struct hostsfile file;
	char *type;
	int status;

	if (!take_directory(&file, dir, &status))
		return status;
	find_compiler(&cc);
	type = txt_subtype(&cc);
	avahi_browse_run(&file, type != NULL ? type : TXT_TYPE);
	hostsfile_close(&file);
	free(type);
	free(cc.machine);
	free(cc.version);
	return 0;
}

/* The daemon's log: "stderr", "syslog" or "file:NAME". */
static void
open_log(const char *where, enum log_level level)
{
	log_set_level(level);
	if (starts_with(where, "file:") && log_to_file(where + strlen("file:")) == 0)
		return;
	if (!streq(where, "stderr"))
		log_to_syslog();
}

static int
publish(char *const *words)
{
	struct txt_compiler cc = {0};
	long port, jobs, parent, level;

	if (!num_parse(words[0], 1, 65535, &port) || !num_parse(words[1], 1, INT_MAX, &jobs) || !num_parse(words[2], 1, INT_MAX, &parent) ||
		!num_parse(words[3], LOG_LVL_FATAL, LOG_LVL_DEBUG, &level))
		return EXIT_BAD_ARGUMENTS;
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		return 0;
	log_init("distccd");
	open_log(words[4], (enum log_level)level);
	find_compiler(&cc);
	avahi_publish_run((int)port, jobs, &cc);
	return EXIT_OUT_OF_MEMORY;
}

int
main(int argc, char *argv[])
{
	log_init("distcc-zeroconf");
	if (argc == 2 && streq(argv[1], "--help")) {
		fputs(usage, stdout);
		return 0;
	}
	if (argc == 3 && streq(argv[1], "--browse"))
		return browse(argv[2]);
	if (argc == 7 && streq(argv[1], "--publish"))
		return publish(argv + 2);
	fputs(usage, stderr);
	return EXIT_BAD_ARGUMENTS;
}
