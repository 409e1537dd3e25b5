/* SPDX-License-Identifier: GPL-2.0-or-later */
/* distccd: compiles for distcc clients. */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/exitcode.h"
#include "base/log.h"
#include "base/tmp.h"
#include "base/util.h"
#include "config.h"
#include "server/announce.h"
#include "server/cachedir.h"
#include "server/daemonize.h"
#include "server/dconf.h"
#include "server/inetd.h"
#include "server/jobdir.h"
#include "server/listen.h"
#include "server/manager.h"
#include "server/pool.h"
#include "server/privdrop.h"
#include "server/serial.h"
#include "server/server.h"
#include "server/volunteer.h"

/* Descriptors 0, 1, 2 must be something, or a socket would become one of them. */
static void
fill_standard_fds(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) == -1)
			(void)!open("/dev/null", fd == STDIN_FILENO ? O_RDONLY : O_WRONLY);
	}
}

static void
show_version(void)
{
	puts("distccd " DISTCC_VERSION " " DISTCC_HOST_TRIPLE "\n"
	     "  (protocols 1, 2 and 4) (default port 3632)\n"
	     "Free software under the GNU General Public License, version 2 or later; no warranty.");
}

/* Options to conf; ends the program for --help, --version and mistakes. */
static void
read_options(struct dconf *conf, int argc, char *argv[])
{
	char *message;

	switch (dconf_parse(conf, argc, argv, &message)) {
	case DCONF_RUN:
		return;
	case DCONF_HELP:
		fputs(dconf_help, stdout);
		exit(0);
	case DCONF_VERSION:
		show_version();
		exit(0);
	case DCONF_BAD:
		log_errx("%s (--help tells more)", message);
		exit(EXIT_BAD_ARGUMENTS);
	}
}

static void
change_oom_score(long adj)
{
	char text[16];
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	int len = snprintf(text, sizeof(text), "%ld", adj);

	if (fd == -1 || write(fd, text, (size_t)len) != len)
		log_warn("cannot set the OOM score to %ld", adj);
	if (fd != -1)
		close(fd);
}

/* After privdrop: the file shall be ours. */
static void
open_log(const struct dconf *conf)
{
	log_set_level(conf->log_level);
	if (conf->log_stderr)
		return;
	if (conf->log_file != NULL) {
		if (log_to_file(conf->log_file) == 0)
			return;
		log_err("cannot append to %s, logging to syslog", conf->log_file);
	}
	log_to_syslog();
}

static void
check_tmp_dir(void)
{
	int stale;

	if (access(tmp_dir(), W_OK | X_OK) == -1)
		log_fatal(EXIT_IO_ERROR, "cannot work in %s (TMPDIR)", tmp_dir());
	stale = jobdir_sweep(tmp_dir());
	if (stale > 0)
		log_info("removed %d directories of jobs that were killed", stale);
}

static int
run_inetd(struct server *s, const struct dconf *conf)
{
	int in, out, code;

	if (!inetd_take(&in, &out))
		log_fatal(EXIT_IO_ERROR, "cannot take over stdin and stdout");
	code = server_init(s, conf);
	if (code != 0)
		return code;
	s->cache_dir = cachedir_prepare(conf);
	if (!privdrop(conf->user))
		return EXIT_SETUID_FAILED;
	open_log(conf);
	server_confine(s);
	if (!volunteer_prepare(s, NULL))
		return EXIT_IO_ERROR;
	inetd_serve(s, in, out);
	return 0;
}

static int
run_daemon(struct server *s, const struct dconf *conf)
{
	struct listeners listeners = {.n = 0};
	const char *pid_file = NULL;
	int ready = -1;
	int given = manager_sockets(&listeners);
	int code = server_init(s, conf);
	char *status;

	if (code != 0)
		return code;
	if (given == -1 || (given == 0 && !listen_open(&listeners, conf)))	/* while privileged */
		return EXIT_BIND_FAILED;
	if (conf->stats && conf->no_fork)
		log_warnx("--stats has no effect with --no-fork");
	else if (!listen_open_stats(&listeners, conf))
		return EXIT_BIND_FAILED;
	manager_init();
	s->cache_dir = cachedir_prepare(conf);
	if (!conf->no_detach && (ready = daemonize_begin()) == -1)
		log_fatal(EXIT_DISTCC_FAILED, "cannot start a process");
	if (!server_take_cgroup(s))
		return EXIT_BAD_ARGUMENTS;
	if (!privdrop(conf->user))
		return EXIT_SETUID_FAILED;
	open_log(conf);
	check_tmp_dir();
	server_confine(s);
	if (!volunteer_prepare(s, &listeners))
		return EXIT_IO_ERROR;
	if (!conf->no_fork)
		pool_block_signals();
	if (conf->pid_file != NULL && (pid_file = daemonize_pid_file(conf->pid_file)) == NULL)
		log_fatal(EXIT_IO_ERROR, "cannot write the process id to %s", conf->pid_file);
	server_log_lists(s);
	if (given > 0)
		status = xasprintf("on sockets of the service manager, %ld jobs at once", s->jobs);
	else
		status = xasprintf("port %ld, %ld jobs at once", conf->port, s->jobs);
	log_info("distccd " DISTCC_VERSION " ready: %s", status);
	manager_ready(status);
	free(status);
	if (conf->zeroconf)
		announce_start(s, &listeners);
	if (ready != -1)
		daemonize_ready(ready, conf->log_stderr);
	if (conf->no_fork)
		serial_run(s, &listeners);
	pool_run(s, &listeners, pid_file);
	return 0;
}

int
main(int argc, char *argv[])
{
	static struct server server;
	static struct dconf conf;
	int code;

	fill_standard_fds();
	signal(SIGCHLD, SIG_DFL);	/* inherited as ignored, it would keep us from waiting for children */
	log_init("distccd");
	read_options(&conf, argc, argv);
	if (conf.has_oom_score_adj)
		change_oom_score(conf.oom_score_adj);
	if (conf.inetd || (!conf.daemon && inetd_is_socket()))
		code = run_inetd(&server, &conf);
	else
		code = run_daemon(&server, &conf);
	volunteer_close(&server);
	cgroups_sweep(&server.cgroups);
	server_free(&server);
	dconf_free(&conf);
	return code;
}
