/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/stats_server.h"

#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "base/util.h"
#include "server/stats_feed.h"
#include "server/stats_machine.h"

#define ACCEPT_AT_ONCE 64
#define QUESTION_MAX 8192
#define QUESTION_MS 5000	/* to ask, and again to take the answer */

static int64_t
moved_kib(void)
{
	struct buf text = BUF_INIT;
	int64_t kib = -1;

	if (buf_read_file(&text, "/proc/vmstat", 1 << 20) == 0 && text.p != NULL)
		kib = stats_machine_io(text.p);
	buf_free(&text);
	return kib;
}

struct stats_server *
stats_server_new(void)
{
	struct stats_server *s = xcalloc(1, sizeof(*s));

	s->io_at = clock_ms();
	s->io_kib = moved_kib();
	stats_init(&s->stats, s->io_at);
	if (!stats_feed_open())
		log_err("cannot make a pipe: jobs are not counted");
	return s;
}

void
stats_server_accepted(struct stats_server *s, bool denied)
{
	if (s == NULL)
		return;
	stats_accepted(&s->stats);
	if (denied)
		stats_ended(&s->stats, clock_ms(), &(struct stats_job){.outcome = REJ_BAD_REQ});
}

void
stats_server_running(struct stats_server *s, long running)
{
	if (s != NULL)
		stats_running(&s->stats, clock_ms(), running);
}

size_t
stats_server_poll(const struct stats_server *s, const struct listeners *l, struct pollfd *f)
{
	size_t n = 0;

	if (s == NULL)
		return 0;
	f[n++] = (struct pollfd){.fd = stats_feed_fd(), .events = POLLIN};
	for (int i = 0; i < l->n_stats; i++)
		f[n++] = (struct pollfd){.fd = l->stats[i], .events = POLLIN};
	return n;
}

/* The process that answers, or with 0 a place for one; NULL: there is none. */
static pid_t *
find_place(struct stats_server *s, pid_t pid)
{
	for (size_t i = 0; i < STATS_ANSWERS; i++) {
		if (s->answering[i] == pid)
			return &s->answering[i];
	}
	return NULL;
}

bool
stats_server_ended(struct stats_server *s, pid_t pid)
{
	pid_t *place = s != NULL ? find_place(s, pid) : NULL;

	if (place != NULL)
		*place = 0;
	return place != NULL;
}

/* What moved from and to disks since the last time. */
static long
measure_io(struct stats_server *s)
{
	int64_t kib = moved_kib(), now = clock_ms();
	long rate = -1;

	if (kib >= s->io_kib && s->io_kib >= 0 && now > s->io_at)
		rate = (long)((kib - s->io_kib) * 1000 / (now - s->io_at));
	s->io_kib = kib;
	s->io_at = now;
	return rate;
}

/* The question up to the empty line at its end, or to its own end; false: nobody asked. */
static bool
read_question(int fd, char question[QUESTION_MAX + 1])
{
	struct io_limit lim = {QUESTION_MS, clock_ms() + QUESTION_MS};
	enum io_err err = IO_OK;
	size_t n = 0, got;

	question[0] = '\0';
	while (n < QUESTION_MAX && strstr(question, "\r\n\r\n") == NULL && strstr(question, "\n\n") == NULL) {
		err = io_read_some(fd, question + n, QUESTION_MAX - n, &lim, &got);
		if (err != IO_OK)
			break;
		n += got;
		question[n] = '\0';
	}
	return n > 0 || err == IO_EOF;
}

/* The rest of a child's life. */
static void
answer(const struct stats_server *s, int fd, const char *dir, struct stats_now *n)
{
	struct io_limit lim = {QUESTION_MS, clock_ms() + 2 * QUESTION_MS};
	char question[QUESTION_MAX + 1];
	struct buf body = BUF_INIT, out = BUF_INIT;
	size_t rest;

	if (!read_question(fd, question))
		return;
	stats_machine_look(dir, n);
	stats_text(&s->stats, clock_ms(), n, &body);
	buf_addf(&out, "HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n", body.n);
	if (!starts_with(question, "HEAD "))
		buf_add(&out, body.p, body.n);
	(void)io_write_full(fd, out.p, out.n, &lim);
	/* what was not read would take the answer with it */
	shutdown(fd, SHUT_WR);
	while (io_read_some(fd, question, QUESTION_MAX, &lim, &rest) == IO_OK)
		;
	buf_free(&out);
	buf_free(&body);
}

/* Somebody whom we serve asks; fd is closed here. */
static void
have_answered(struct stats_server *s, int fd, const struct stats_asked *a)
{
	struct stats_now now = a->now;
	pid_t pid;

	now.io_kib_s = measure_io(s);
	pid = fork();
	if (pid == 0) {
		a->leave(a->arg);
		answer(s, fd, a->dir, &now);
		_exit(0);
	}
	if (pid == -1)
		log_err("cannot start a process that tells statistics");
	else
		*find_place(s, 0) = pid;
	close(fd);
}

static void
accept_from(struct stats_server *s, int listener, const struct stats_asked *a)
{
	enum listen_result result;
	struct client c;

	for (int i = 0; i < ACCEPT_AT_ONCE; i++) {
		result = listen_accept(listener, a->allowed, &c);
		if (result == LISTEN_DENIED)
			continue;
		if (result != LISTEN_CLIENT)
			return;
		if (find_place(s, 0) != NULL) {
			have_answered(s, c.fd, a);
		} else {
			log_info("%s: too many questions for statistics at once", c.text);
			close(c.fd);
		}
	}
}

void
stats_server_serve(struct stats_server *s, const struct pollfd *f, const struct stats_asked *a)
{
	struct stats_job job;

	if (s == NULL)
		return;
	while (f[0].revents != 0 && stats_feed_take(&job))
		stats_ended(&s->stats, clock_ms(), &job);
	for (int i = 0; i < a->l->n_stats; i++) {
		if (f[1 + i].revents != 0)
			accept_from(s, a->l->stats[i], a);
	}
}
