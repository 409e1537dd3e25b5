/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"

/* Add sockets to the *count of list. */
static bool
open_at(int list[LISTEN_MAX], int *count, const char *addr, int port)
{
	int n = sock_listen(addr, port, list + *count, LISTEN_MAX - *count);

	if (n > 0) {
		*count += n;
		return true;
	}
	if (addr == NULL)
		log_err("cannot listen on port %d", port);
	else if (n == -2)
		log_errx("--listen %s: neither an address nor a host that can be found", addr);
	else
		log_err("cannot listen on %s port %d", addr, port);
	return false;
}

static bool
open_all(int list[LISTEN_MAX], int *count, const struct dconf *conf, int port)
{
	bool ok = true;

	*count = 0;
	if (conf->listen.n == 0)
		ok = open_at(list, count, NULL, port);
	for (size_t i = 0; ok && i < conf->listen.n; i++)
		ok = open_at(list, count, conf->listen.v[i], port);
	return ok;
}

bool
listen_open(struct listeners *l, const struct dconf *conf)
{
	bool ok = open_all(l->fd, &l->n, conf, (int)conf->port);

	if (!ok)
		listen_close(l);
	return ok;
}

bool
listen_open_stats(struct listeners *l, const struct dconf *conf)
{
	return !conf->stats || open_all(l->stats, &l->n_stats, conf, (int)conf->stats_port);
}

void
listen_close(struct listeners *l)
{
	while (l->n > 0)
		close(l->fd[--l->n]);
	while (l->n_stats > 0)
		close(l->stats[--l->n_stats]);
}

static void
log_denied(const struct client *c)
{
	static const unsigned char mapped[12] = {[10] = 0xff, [11] = 0xff};
	char addr[INET6_ADDRSTRLEN] = "";

	if (memcmp(c->key, mapped, sizeof(mapped)) == 0)
		inet_ntop(AF_INET, c->key + sizeof(mapped), addr, sizeof(addr));
	else
		inet_ntop(AF_INET6, c->key, addr, sizeof(addr));
	log_warnx("%s: connection refused by the address list; \"--allow %s\" would admit it", c->text, addr);
}

enum listen_result
listen_accept(int fd, const struct access *allowed, struct client *c)
{
	struct sockaddr_storage ss;
	struct sockaddr *sa = (struct sockaddr *)&ss;
	socklen_t len = sizeof(ss);

	c->fd = accept4(fd, sa, &len, SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (c->fd == -1) {
		/* The others are faults of that one connection, which has gone. */
		if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM)
			return LISTEN_TROUBLE;
		return LISTEN_NONE;
	}
	access_key(sa, c->key);
	sock_addr_text(sa, len, c->text);
	if (access_admits(allowed, sa))
		return LISTEN_CLIENT;
	log_denied(c);
	close(c->fd);
	return LISTEN_DENIED;
}
