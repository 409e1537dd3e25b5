/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What a daemon knows: its options and the lists and values made of them.  Jobs only read it. */
#ifndef SERVER_SERVER_H
#define SERVER_SERVER_H

#include <stdbool.h>

#include "cas/store.h"
#include "server/access.h"
#include "server/cgroup.h"
#include "server/cmdallow.h"
#include "server/confine.h"
#include "server/dconf.h"
#include "server/sandbox.h"

struct server {
	const struct dconf *conf;
	struct access by_options;	/* --allow, --allow-private */
	struct access clients;		/* the list in force */
	bool by_default;		/* nobody has made that list: private networks */
	struct cmdallow commands;
	unsigned reloads;		/* how often the lists were read again */
	const char *search;		/* PATH for compilers */
	int io_timeout_ms;		/* longest time a client may be silent */
	long jobs;
	char *cache_dir;		/* for files that outlive jobs, ours, mode 0700; NULL: none, no replica mode */
	struct confine confine;		/* of compilers of preprocessed jobs, unless --no-confine */
	struct cgroups cgroups;		/* limits of jobs */
	struct sandbox_caps sandbox;	/* usable only if cache_dir is there */
	struct store *store;		/* in cache_dir; NULL: none */
	char *no_replica;		/* why protocol 4 is not served; NULL: it is */
	int no_replica_code;		/* of NOPE (wire/proto4.h) */
};

/*
 * Make all of it.  0, or an exit code, the reason logged: a bad --allow, a bad DISTCC_IO_TIMEOUT, a list that
 * cannot be read, no compiler that could be allowed.
 */
int server_init(struct server *s, const struct dconf *conf);

/* As root, if it was: take what control group there is.  False: --cgroup cannot be used; logged. */
bool server_take_cgroup(struct server *s);

/* Find out what can be done to compilers, and say so in the log: once root was given up. */
void server_confine(struct server *s);

/* Say in the log what may surprise about the lists. */
void server_log_lists(const struct server *s);

/* Read clients.allow and commands.allow again, and open the log file again.  What cannot be had stays as it was. */
void server_reload(struct server *s);

void server_free(struct server *s);

#endif
