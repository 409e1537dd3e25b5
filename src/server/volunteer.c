/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/volunteer.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/util.h"
#include "server/jobdir.h"
#include "server/toolchains.h"
#include "server/treepool.h"
#include "wire/proto4.h"

static void
refuse_all(struct server *s, enum p4_nope code, char *why)
{
	s->no_replica = why;
	s->no_replica_code = (int)code;
}

static const char *
jobs_of(const struct server *s)
{
	int fd;

	return store_jobs(s->store, &fd);
}

/* It may take long, so a process of its own does it. */
static void
recount(const struct server *s, struct listeners *listeners)
{
	if (s->conf->no_fork) {
		store_recount(s->store);
		return;
	}
	if (fork() != 0)
		return;
	/* a daemon that is started anew meanwhile needs the port */
	listen_close(listeners);
	store_recount(s->store);
	_exit(0);
}

bool
volunteer_prepare(struct server *s, struct listeners *listeners)
{
	char *why;

	s->sandbox = (struct sandbox_caps)SANDBOX_CAPS_INIT;
	if (s->conf->no_replica) {
		refuse_all(s, P4_NOPE_DENIED, xstrdup("this daemon takes preprocessed jobs only (--no-replica)"));
		return true;
	}
	if (s->cache_dir != NULL)
		s->store = store_open(s->cache_dir, s->conf->cache_size, &why);
	else
		why = xstrdup("there is no directory for the files of jobs: no HOME");
	/* who names a directory means it; without one, classic mode is better than nothing */
	if (s->store == NULL && s->conf->cache_dir != NULL) {
		log_errx("--cache-dir cannot be used (--no-replica does without): %s", why);
		free(why);
		return false;
	}
	if (s->store == NULL) {
		log_notice("taking preprocessed jobs only: %s (see --cache-dir)", why);
		refuse_all(s, P4_NOPE_STORE, why);
		return true;
	}
	volunteer_sweep(s);
	sandbox_probe(s->cache_dir, jobs_of(s), &s->sandbox);
	if (!s->sandbox.usable) {
		log_notice("taking preprocessed jobs only: no sandbox: %s", s->sandbox.why);
		refuse_all(s, P4_NOPE_SANDBOX, xstrdup(s->sandbox.why));
		return true;
	}
	log_info("files of jobs are kept in %s; sandbox: %s", s->cache_dir, s->sandbox.in_force);
	if (listeners != NULL) {
		recount(s, listeners);
		toolchains_start(s, listeners);
	}
	return true;
}

void
volunteer_renew(struct server *s, struct listeners *listeners)
{
	if (s->store == NULL || store_is_there(s->store))
		return;
	log_notice("the files of jobs in %s were removed or moved away: beginning anew", s->cache_dir);
	volunteer_close(s);
	if (!volunteer_prepare(s, listeners))
		refuse_all(s, P4_NOPE_STORE, xstrdup("the files of jobs were removed, and cannot be kept any more until this daemon is started again"));
}

void
volunteer_sweep(const struct server *s)
{
	if (s->store == NULL)
		return;
	(void)jobdir_sweep(jobs_of(s));
	treepool_sweep(s->store, false);
}

void
volunteer_close(struct server *s)
{
	store_close(s->store);
	sandbox_caps_free(&s->sandbox);
	free(s->no_replica);
	s->store = NULL;
	s->no_replica = NULL;
}
