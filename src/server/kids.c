/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/kids.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/util.h"
#include "server/ticket.h"

static struct kid *
add(struct kids *k, pid_t pid, int fd, const struct client *c)
{
	struct kid *kid;

	if (k->n == k->cap) {
		k->cap = k->cap == 0 ? 16 : k->cap * 2;
		k->v = xrealloc(k->v, k->cap * sizeof(*k->v));
	}
	kid = &k->v[k->n++];
	*kid = (struct kid){.pid = pid, .fd = fd, .state = KID_READING, .client = *c};
	kid->client.fd = -1;
	return kid;
}

int
kids_fork(struct kids *k, const struct client *c, int *fd)
{
	int pair[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, pair) == -1)
		return -1;
	pid = fork();
	if (pid == -1) {
		int saved_errno = errno;

		close(pair[0]);
		close(pair[1]);
		errno = saved_errno;
		return -1;
	}
	if (pid == 0) {
		close(pair[0]);
		kids_free(k);
		*fd = pair[1];
		return 0;
	}
	close(pair[1]);
	add(k, pid, pair[0], c);
	return 1;
}

size_t
kids_of(const struct kids *k, const unsigned char key[ACCESS_KEY_LEN])
{
	size_t n = 0;

	for (size_t i = 0; i < k->n; i++)
		n += memcmp(k->v[i].client.key, key, ACCESS_KEY_LEN) == 0;
	return n;
}

struct kid *
kids_find(struct kids *k, pid_t pid)
{
	for (size_t i = 0; i < k->n; i++) {
		if (k->v[i].pid == pid)
			return &k->v[i];
	}
	return NULL;
}

static void
set_state(struct kids *k, struct kid *kid, enum kid_state state)
{
	if (kid->state == KID_WAITING)
		admission_forget(&k->queue, kid->pid);
	if (kid->state == KID_RUNNING)
		k->running--;
	kid->state = state;
	if (state == KID_WAITING)
		admission_wait(&k->queue, kid->client.key, kid->pid);
	if (state == KID_RUNNING) {
		k->running++;
		kid->since = clock_ms();
	}
}

static void
hear(struct kids *k, struct kid *kid, const struct ticket_msg *msg)
{
	switch (msg->kind) {
	case TICKET_WANT:
		if (kid->state == KID_READING)
			set_state(k, kid, KID_WAITING);
		break;
	case TICKET_GROUP:
		if (kid->state == KID_RUNNING && msg->group > 1)
			kid->group = msg->group;
		break;
	case TICKET_BACK:
		kid->group = 0;
		if (kid->state == KID_RUNNING)
			set_state(k, kid, KID_SENDING);
		break;
	default:
		break;
	}
}

void
kids_listen(struct kids *k, struct kid *kid)
{
	struct ticket_msg msg;
	ssize_t n;

	if (kid->fd == -1)
		return;
	while ((n = recv(kid->fd, &msg, sizeof(msg), MSG_DONTWAIT)) == (ssize_t)sizeof(msg))
		hear(k, kid, &msg);
	if (n == -1 && (errno == EAGAIN || errno == EINTR))
		return;
	close(kid->fd);
	kid->fd = -1;
}

long
kids_young(const struct kids *k, int ms)
{
	int64_t limit = clock_ms() - ms;
	long n = 0;

	for (size_t i = 0; i < k->n; i++)
		n += k->v[i].state == KID_RUNNING && k->v[i].since > limit;
	return n;
}

bool
kids_grant(struct kids *k)
{
	struct ticket_msg msg = {.kind = TICKET_GRANT};
	struct kid *kid = kids_find(k, admission_next(&k->queue));

	if (kid == NULL)
		return false;
	/* A child that has died meanwhile does not hear it; its end gives the place back. */
	set_state(k, kid, KID_RUNNING);
	msg.running = k->running;
	if (kid->fd != -1)
		(void)!send(kid->fd, &msg, sizeof(msg), MSG_NOSIGNAL | MSG_DONTWAIT);
	return true;
}

void
kids_bury(struct kids *k, struct kid *kid)
{
	if (kid->group > 1)
		kill(-kid->group, SIGKILL);
	set_state(k, kid, KID_SENDING);
	if (kid->fd != -1)
		close(kid->fd);
	*kid = k->v[--k->n];
}

void
kids_signal(const struct kids *k, int sig)
{
	for (size_t i = 0; i < k->n; i++)
		kill(k->v[i].pid, sig);
}

void
kids_free(struct kids *k)
{
	for (size_t i = 0; i < k->n; i++) {
		if (k->v[i].fd != -1)
			close(k->v[i].fd);
	}
	free(k->v);
	admission_free(&k->queue);
	*k = (struct kids)KIDS_INIT;
}
