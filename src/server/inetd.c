/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/inetd.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "server/job.h"
#include "server/jobsig.h"
#include "server/limits.h"

static bool
is_socket(int fd, struct stat *st)
{
	return fstat(fd, st) == 0 && S_ISSOCK(st->st_mode);
}

static bool
same_socket(int a, int b)
{
	struct stat x, y;

	return is_socket(a, &x) && is_socket(b, &y) && x.st_dev == y.st_dev && x.st_ino == y.st_ino;
}

bool
inetd_is_socket(void)
{
	struct stat st;

	return is_socket(STDIN_FILENO, &st);
}

bool
inetd_take(int *in, int *out)
{
	int null;
	bool one = same_socket(STDIN_FILENO, STDOUT_FILENO);

	/* an inetd gives us the socket as stderr as well */
	bool err_too = same_socket(STDIN_FILENO, STDERR_FILENO) || same_socket(STDOUT_FILENO, STDERR_FILENO);

	*in = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	*out = one ? *in : fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (*in == -1 || *out == -1 || null == -1)
		return false;
	dup2(null, STDIN_FILENO);
	dup2(null, STDOUT_FILENO);
	if (err_too) {
		dup2(null, STDERR_FILENO);
		log_to_syslog();
	}
	close(null);
	return true;
}

void
inetd_serve(const struct server *s, int in, int out)
{
	struct sockaddr_storage ss;
	struct sockaddr *sa = (struct sockaddr *)&ss;
	socklen_t len = sizeof(ss);
	struct peer peer;

	jobsig_init(true);
	limits_for_job(s->conf->nice);
	peer_init(&peer, in, out, NULL);
	if (peer.tcp && getpeername(in, sa, &len) == 0 && !access_admits(&s->clients, sa)) {
		log_warnx("%s: connection refused by the address list (see --allow)", peer.text);
		return;
	}
	job_serve(s, &peer, -1);
}
