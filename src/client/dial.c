/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/dial.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/path.h"
#include "base/sock.h"
#include "base/strv.h"
#include "base/tmp.h"
#include "base/util.h"
#include "client/child.h"

#define SSH_MESSAGE_MAX 4096

static void
set_why(struct dial *d, char *why)
{
	free(d->why);
	d->why = why;
}

/* Begin with the next address; those that fail at once are passed over.  False: there are no more. */
static bool
start_next(struct dial *d)
{
	char text[SOCK_ADDR_TEXT];

	while (d->next != NULL) {
		struct addrinfo *ai = d->next;

		d->next = ai->ai_next;
		sock_addr_text(ai->ai_addr, ai->ai_addrlen, text);
		d->until_ms = clock_ms() + DIAL_TIMEOUT_MS;
		d->fd = sock_connect_start(ai);
		if (d->fd != -1) {
			log_debug("connecting to %s", text);
			return true;
		}
		set_why(d, xasprintf("cannot connect to %s: %s", text, strerror(errno)));
	}
	return false;
}

static void
start_tcp(struct dial *d, const struct hostspec *h)
{
	int err = sock_resolve(h->host, h->port, false, &d->list);

	if (err != 0) {
		d->list = NULL;
		set_why(d, xasprintf("cannot resolve %s: %s", h->host,
			err == EAI_SYSTEM ? strerror(errno) : gai_strerror(err)));
		return;
	}
	d->next = d->list;
	start_next(d);
}

/* DISTCC_SSH split at blanks, and what stock appends (shared facts 2.10). */
static void
ssh_command(const struct hostspec *h, const char *ssh, struct strv *out)
{
	size_t len;

	for (const char *p = ssh; *p != '\0'; p += len) {
		len = strcspn(p, " \t\n");
		if (len > 0)
			strv_push_own(out, xstrndup(p, len));
		else
			len = 1;
	}
	if (out->n == 0)
		strv_push(out, "ssh");
	if (h->user != NULL) {
		strv_push(out, "-l");
		strv_push(out, h->user);
	}
	strv_push(out, h->host);
	strv_push(out, h->command != NULL ? h->command : "distccd");
	strv_push(out, "--inetd");
	strv_push(out, "--enable-tcp-insecure");
}

static void
start_ssh(struct dial *d, const struct hostspec *h, const char *ssh)
{
	struct strv argv = STRV_INIT;
	const char *list = getenv("PATH");
	struct proc_io io = {.new_group = false};
	int pair[2];
	char *path;

	ssh_command(h, ssh, &argv);
	path = path_find(argv.v[0], list != NULL ? list : "/usr/bin:/bin");
	if (path == NULL) {
		set_why(d, xasprintf("cannot run %s: no such program", argv.v[0]));
		goto free_argv;
	}
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == -1) {
		set_why(d, xasprintf("cannot make a socket pair: %s", strerror(errno)));
		goto free_path;
	}
	d->ssh_err = io_anon_file("ssh", tmp_dir());
	io.in = io.out = pair[1];
	io.err = d->ssh_err != -1 ? d->ssh_err : PROC_NULL;
	d->ssh_pid = child_spawn(path, argv.v, &io);
	close(pair[1]);
	if (d->ssh_pid == -1) {
		set_why(d, xasprintf("cannot run %s: %s", path, strerror(errno)));
		d->ssh_pid = 0;
		close(pair[0]);
	} else {
		io_set_nonblock(pair[0], 1);
		d->fd = pair[0];
	}
free_path:
	free(path);
free_argv:
	strv_free(&argv);
}

void
dial_start(struct dial *d, const struct hostspec *h, const struct conf *conf)
{
	*d = (struct dial)DIAL_NONE;
	if (h->kind == HOST_SSH)
		start_ssh(d, h, conf->ssh);
	else
		start_tcp(d, h);
}

bool
dial_finish(struct dial *d)
{
	char text[SOCK_ADDR_TEXT];
	struct sockaddr_storage peer;
	socklen_t len = sizeof(peer);
	int64_t left;

	if (d->ssh_pid != 0)
		return d->fd != -1;
	while (d->fd != -1) {
		left = d->until_ms - clock_ms();
		if (sock_connect_finish(d->fd, left > 0 ? (int)left : 0) == 0) {
			if (log_enabled(LOG_LVL_DEBUG) && getpeername(d->fd, (struct sockaddr *)&peer, &len) == 0) {
				sock_addr_text((struct sockaddr *)&peer, len, text);
				log_debug("connected to %s", text);
			}
			return true;
		}
		set_why(d, xstrdup(errno == ETIMEDOUT ? "connection timed out" : strerror(errno)));
		close(d->fd);
		d->fd = -1;
		start_next(d);
	}
	return false;
}

char *
dial_ssh_message(const struct dial *d)
{
	struct buf text = BUF_INIT;
	char *message = NULL, *end, *line;

	if (d->ssh_err == -1 || lseek(d->ssh_err, 0, SEEK_SET) == -1)
		return NULL;
	if (buf_read_fd(&text, d->ssh_err, SSH_MESSAGE_MAX) == 0 && text.n > 0) {
		for (end = text.p + text.n; end > text.p && (end[-1] == '\n' || end[-1] == '\r'); end--)
			end[-1] = '\0';
		line = strrchr(text.p, '\n');
		message = xstrdup(line != NULL ? line + 1 : text.p);
	}
	buf_free(&text);
	return message;
}

void
dial_close(struct dial *d)
{
	if (d->fd != -1)
		close(d->fd);
	if (d->list != NULL)
		freeaddrinfo(d->list);
	if (d->ssh_pid != 0)
		child_abandon(d->ssh_pid);
	if (d->ssh_err != -1)
		close(d->ssh_err);
	free(d->why);
	*d = (struct dial)DIAL_NONE;
}
