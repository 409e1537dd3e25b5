/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/announce.h"

#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/proc.h"
#include "base/strv.h"
#include "base/util.h"
#include "config.h"

extern char **environ;

static pid_t announcer;		/* 0: none */

static bool
is_loopback(const struct sockaddr_storage *sa)
{
	const struct in6_addr *six = &((const struct sockaddr_in6 *)sa)->sin6_addr;

	if (sa->ss_family == AF_INET)
		return ntohl(((const struct sockaddr_in *)sa)->sin_addr.s_addr) >> 24 == 127;
	return IN6_IS_ADDR_LOOPBACK(six) || (IN6_IS_ADDR_V4MAPPED(six) && six->s6_addr[12] == 127);
}

int
announce_port(const struct listeners *l)
{
	for (int i = 0; i < l->n; i++) {
		struct sockaddr_storage sa = {0};
		socklen_t len = sizeof(sa);

		if (getsockname(l->fd[i], (struct sockaddr *)&sa, &len) == -1 || is_loopback(&sa))
			continue;
		if (sa.ss_family == AF_INET)
			return ntohs(((struct sockaddr_in *)&sa)->sin_port);
		if (sa.ss_family == AF_INET6)
			return ntohs(((struct sockaddr_in6 *)&sa)->sin6_port);
	}
	return 0;
}

static const char *
helper(void)
{
	const char *path = getenv("DISTCC_ZEROCONF");

	return path != NULL && path[0] != '\0' ? path : HELPERDIR "/distcc-zeroconf";
}

static char *
log_name(const struct dconf *conf)
{
	if (conf->log_stderr)
		return xstrdup("stderr");
	return conf->log_file != NULL ? xasprintf("file:%s", conf->log_file) : xstrdup("syslog");
}

/* It asks for the compiler that jobs would get. */
static void
make_environment(struct strv *env, const char *search)
{
	for (char **e = environ; *e != NULL; e++) {
		if (!starts_with(*e, "PATH="))
			strv_push(env, *e);
	}
	strv_pushf(env, "PATH=%s", search);
}

void
announce_start(const struct server *s, const struct listeners *l)
{
	struct proc_io io = {.in = PROC_NULL, .out = PROC_NULL, .err = PROC_INHERIT};
	struct strv argv = STRV_INIT, env = STRV_INIT;
	int port = announce_port(l);
	pid_t pid;

	if (port == 0) {
		log_warnx("--zeroconf: not announced, since no other machine can reach the addresses of --listen");
		return;
	}
	strv_push(&argv, helper());
	strv_push(&argv, "--publish");
	strv_pushf(&argv, "%d", port);
	strv_pushf(&argv, "%ld", s->jobs);
	strv_pushf(&argv, "%ld", (long)getpid());
	strv_pushf(&argv, "%d", (int)s->conf->log_level);
	strv_push_own(&argv, log_name(s->conf));
	make_environment(&env, s->search);
	io.env = env.v;
	pid = proc_spawn(argv.v[0], argv.v, &io);
	if (pid != -1)
		announcer = pid;
	else if (errno == ENOENT)
		log_warnx("--zeroconf: not announced, since there is no %s (distcc was built without Avahi)", argv.v[0]);
	else
		log_warn("--zeroconf: not announced: %s cannot be run", argv.v[0]);
	strv_free(&argv);
	strv_free(&env);
}

void
announce_stop(void)
{
	if (announcer != 0)
		kill(announcer, SIGTERM);
	announcer = 0;
}

void
announce_ended(pid_t pid, int status)
{
	if (announcer == 0 || pid != announcer)
		return;
	announcer = 0;
	log_warnx("--zeroconf: no longer announced: distcc-zeroconf has ended with status %d", proc_exit_code(status));
}
