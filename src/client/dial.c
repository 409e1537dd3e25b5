/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/dial.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "base/path.h"
#include "base/sock.h"
#include "base/strv.h"
#include "base/tmp.h"
#include "base/util.h"
#include "client/child.h"

#define SSH_MESSAGE_MAX 4096

/* A proxy on this machine greets within microseconds; meanwhile the preprocessor works. */
#define GREETING_MS 50

/* One that does not greet within that time, when a connection broke, was what broke. */
#define ALIVE_MS 1000

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
start_tcp(struct dial *d, const char *host, int port)
{
	int err = sock_resolve(host, port, false, &d->list);

	if (err != 0) {
		d->list = NULL;
		set_why(d, xasprintf("cannot resolve %s: %s", host,
			err == EAI_SYSTEM ? strerror(errno) : gai_strerror(err)));
		return;
	}
	d->next = d->list;
	start_next(d);
}

static void
proxy_fails(struct dial *d, enum socks_blame blame, const char *why)
{
	d->socks->step = SOCKS_FAILED;
	d->socks->blame = blame;
	d->socks->why = why;
}

/* Is a proxy at the other end, and does it greet?  fd (-1: no connection) is closed. */
static bool
greets(int fd)
{
	struct io_limit lim = {.idle_ms = ALIVE_MS, .until_ms = 0};
	unsigned char answer[2];
	const unsigned char *message;
	struct socks s = {.step = SOCKS_GREETING};
	size_t n;
	bool ok;

	if (fd == -1)
		return false;
	message = socks_message(&s, &n);
	ok = io_write_full(fd, message, n, &lim) == IO_OK && io_read_full(fd, answer, sizeof(answer), &lim) == IO_OK;
	close(fd);
	return ok;
}

/* A connection alone would not tell: the kernel makes those of a proxy that is just ending. */
static bool
proxy_is_alive(const struct dial *d)
{
	bool alive = d->proxy_at.path != NULL && greets(sock_connect_unix(d->proxy_at.path, ALIVE_MS));
	int fd;

	for (const struct addrinfo *ai = d->list; ai != NULL && !alive; ai = ai->ai_next) {
		fd = sock_connect_start(ai);
		if (fd != -1 && sock_connect_finish(fd, ALIVE_MS) == -1) {
			close(fd);
			fd = -1;
		}
		alive = greets(fd);
	}
	return alive;
}

/* Move the handshake on: until it ends, until our last message has gone (early), or for the time given. */
static void
shake_hands(struct dial *d, bool early)
{
	struct io_limit lim = {.idle_ms = -1, .until_ms = clock_ms() + GREETING_MS};
	struct socks *s = d->socks;
	enum socks_step before;
	enum io_err err;
	size_t n;

	while (s->step == SOCKS_GREETING || s->step == SOCKS_CONNECT) {
		before = s->step;
		if (!d->sent) {
			const unsigned char *message = socks_message(s, &n);

			d->until_ms = clock_ms() + DIAL_TIMEOUT_MS;
			/* an error here shows again when we read */
			io_write_full(d->fd, message, n, &lim);
			d->sent = true;
		}
		if (early && s->step == SOCKS_CONNECT)
			return;
		if (!early)
			lim.until_ms = d->until_ms;
		err = io_read_some(d->fd, s->reply + s->have, socks_wanted(s), &lim, &n);
		if (err == IO_TIMEOUT && early)
			return;
		if (err == IO_OK)
			socks_take(s, n);
		else if (before == SOCKS_GREETING)
			proxy_fails(d, SOCKS_BLAME_PROXY, err == IO_TIMEOUT ? "the proxy does not answer" : "the proxy hung up");
		else if (err == IO_TIMEOUT)
			proxy_fails(d, SOCKS_BLAME_HOST, "no connection through the proxy in time");
		else
			/* Portage's does so where a name has several addresses and none answers */
			proxy_fails(d, proxy_is_alive(d) ? SOCKS_BLAME_HOST : SOCKS_BLAME_PROXY, "the proxy hung up without an answer");
		if (s->step != before)
			d->sent = false;
	}
}

static void
start_proxy(struct dial *d, const struct hostspec *h, const char *proxy)
{
	d->proxy = proxy;
	d->socks = xcalloc(1, sizeof(*d->socks));
	socks_begin(d->socks, h->host, h->port);
	if (!socks_proxy_parse(proxy, &d->proxy_at)) {
		proxy_fails(d, SOCKS_BLAME_PROXY, "that is neither an absolute path nor HOST[:PORT]");
		return;
	}
	if (d->socks->step == SOCKS_FAILED)
		return;
	if (d->proxy_at.path == NULL) {
		start_tcp(d, d->proxy_at.host, d->proxy_at.port);
		return;
	}
	d->fd = sock_connect_unix(d->proxy_at.path, DIAL_TIMEOUT_MS);
	if (d->fd == -1)
		set_why(d, xstrdup(strerror(errno)));
	else
		shake_hands(d, true);
}

/* There is a connection to the proxy, or d->why tells why not. */
static bool
finish_proxy(struct dial *d)
{
	struct socks *s = d->socks;

	if (s->step == SOCKS_GREETING && d->fd == -1) {
		s->step = SOCKS_FAILED;
		s->blame = SOCKS_BLAME_PROXY;
		set_why(d, xasprintf("no connection to the proxy (DISTCC_SOCKS_PROXY=%s): %s", d->proxy, d->why));
		return false;
	}
	shake_hands(d, false);
	if (s->step == SOCKS_OPEN)
		log_debug("connected through the proxy %s", d->proxy);
	else
		set_why(d, xasprintf("%s (DISTCC_SOCKS_PROXY=%s)", s->why, d->proxy));
	return s->step == SOCKS_OPEN;
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
	else if (conf->proxy != NULL)
		start_proxy(d, h, conf->proxy);
	else
		start_tcp(d, h->host, h->port);
}

/* Wait for one of the addresses. */
static bool
finish_tcp(struct dial *d)
{
	char text[SOCK_ADDR_TEXT];
	struct sockaddr_storage peer;
	socklen_t len = sizeof(peer);
	int64_t left;

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

bool
dial_finish(struct dial *d)
{
	if (d->ssh_pid != 0)
		return d->fd != -1;
	if (d->socks == NULL)
		return finish_tcp(d);
	/* to a unix socket it was made at once */
	if (d->proxy_at.host != NULL)
		finish_tcp(d);
	return finish_proxy(d);
}

enum socks_blame
dial_blame(const struct dial *d)
{
	if (d->socks == NULL)
		return SOCKS_BLAME_HOST;
	if (d->socks->step == SOCKS_FAILED)
		return d->socks->blame;
	return proxy_is_alive(d) ? SOCKS_BLAME_HOST : SOCKS_BLAME_PROXY;
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
	free(d->socks);
	socks_proxy_free(&d->proxy_at);
	*d = (struct dial)DIAL_NONE;
}
