/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/seek.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/util.h"
#include "client/child.h"
#include "client/seek_child.h"
#include "client/seek_probe.h"

void
seek_add(struct seek *s, const struct seek_host *h)
{
	s->hosts = xrealloc(s->hosts, (s->n + 1) * sizeof(*s->hosts));
	s->results = xrealloc(s->results, (s->n + 1) * sizeof(*s->results));
	s->hosts[s->n] = *h;
	s->results[s->n] = (struct seek_result){.state = SEEK_ASKED, .ms = -1};
	s->n++;
}

size_t
seek_allowed(const struct seek_opts *o)
{
	return (size_t)o->gaps + (size_t)o->overlap;
}

/* The next name of the format; one that cannot be a host's is missing. */
static void
add_next(struct seek *s, const struct seek_opts *o, const char *format, const char *domain)
{
	char *word = seek_format(format, (int)s->n + 1);
	struct seek_host h = {0};
	bool bad = seek_host_parse(word, o->port, domain, &h) != NULL;

	free(word);
	seek_add(s, &h);
	if (bad) {
		s->results[s->n - 1].state = SEEK_MISSING;
		s->missing++;
		s->begun++;
	}
}

/* Is the name of another number to be asked for? */
static bool
wants_next(const struct seek *s, const struct seek_opts *o)
{
	return s->n < SEEK_NAMES_MAX && s->asked <= (size_t)o->overlap && s->missing <= seek_allowed(o);
}

static bool
start(struct seek *s, const struct seek_opts *o)
{
	struct seek_running *r = &s->running[s->n_running];

	*r = (struct seek_running){.host = s->begun};
	r->pid = seek_child_fork(&r->fd);
	if (r->pid == -1)
		return false;
	if (r->pid == 0) {
		seek_probe(&s->hosts[r->host], o, r->fd);
		_exit(0);
	}
	s->n_running++;
	s->begun++;
	s->asked++;
	return true;
}

/* Start what may be.  False: not even one process can be had. */
static bool
start_some(struct seek *s, const struct seek_opts *o, const char *format, const char *domain)
{
	while (s->n_running < SEEK_AT_ONCE) {
		if (s->begun == s->n) {
			if (format == NULL || !wants_next(s, o))
				return true;
			add_next(s, o, format, domain);
		} else if (!start(s, o)) {
			/* when one of the others has ended there may be room */
			return s->n_running > 0;
		}
	}
	return true;
}

/* Its name is known now, to exist or not. */
static void
settle_name(struct seek *s, struct seek_running *r)
{
	if (r->known_ms != 0)
		return;
	r->known_ms = clock_ms();
	s->asked--;
	if (s->results[r->host].state == SEEK_MISSING)
		s->missing++;
}

/* It will say no more. */
static void
stop(struct seek *s, size_t i)
{
	struct seek_running *r = &s->running[i];
	struct seek_result *result = &s->results[r->host];

	child_kill(r->pid);
	close(r->fd);
	if (result->state == SEEK_ASKED)
		result->state = SEEK_MISSING;
	settle_name(s, r);
	if (result->state == SEEK_DOWN && result->ms == -1)
		result->ms = (int)(clock_ms() - r->known_ms);
	s->running[i] = s->running[--s->n_running];
}

/* Take a report of the child, or see that it has ended. */
static void
hear(struct seek *s, size_t i)
{
	struct seek_running *r = &s->running[i];
	struct seek_result result;
	ssize_t n = read(r->fd, &result, sizeof(result));

	if (n == -1 && errno == EINTR)
		return;
	if (n == sizeof(result)) {
		s->results[r->host] = result;
		settle_name(s, r);
	} else {
		stop(s, i);
	}
}

/* Wait for reports.  False: the time is over. */
static bool
hear_some(struct seek *s, int64_t until_ms)
{
	struct pollfd p[SEEK_AT_ONCE];
	int64_t left = until_ms - clock_ms();

	if (left <= 0)
		return false;
	for (size_t i = 0; i < s->n_running; i++)
		p[i] = (struct pollfd){.fd = s->running[i].fd, .events = POLLIN};
	if (poll(p, s->n_running, (int)left) > 0) {
		/* from the last on: the one that is put in the place of one that stops was heard already */
		for (size_t i = s->n_running; i-- > 0;) {
			if (p[i].revents != 0)
				hear(s, i);
		}
	}
	return true;
}

/* Unless the user has told the resolver what to do. */
static void
set_resolver(const struct seek_opts *o)
{
	char *options = seek_resolver(o->query_ms);

	setenv("RES_OPTIONS", options, 0);
	free(options);
}

bool
seek_run(struct seek *s, const struct seek_opts *o, const char *format, const char *domain, int64_t until_ms)
{
	bool ok;

	set_resolver(o);
	while ((ok = start_some(s, o, format, domain)) && s->n_running > 0 && hear_some(s, until_ms))
		continue;
	while (s->n_running > 0)
		stop(s, s->n_running - 1);
	return ok;
}

void
seek_free(struct seek *s)
{
	for (size_t i = 0; i < s->n; i++)
		seek_host_free(&s->hosts[i]);
	free(s->hosts);
	free(s->results);
	*s = (struct seek){0};
}
