/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The options of distccd, in one struct.  Only values: nothing is opened or looked up here. */
#ifndef SERVER_DCONF_H
#define SERVER_DCONF_H

#include <stdbool.h>
#include <stdint.h>

#include "base/log.h"
#include "base/strv.h"

#define DCONF_PORT 3632
#define DCONF_STATS_PORT 3633
#define DCONF_MAX_JOBS 10000

struct dconf {
	bool daemon, inetd;	/* neither: by what stdin is */
	bool no_detach, no_fork;
	long port;
	struct strv listen;	/* addresses; none: all */
	struct strv allow;	/* as written */
	bool allow_private;
	long jobs;		/* 0: processors + 2 */
	long nice;
	const char *cgroup;	/* to be used; NULL: ours, if it was delegated */
	uint64_t job_memory;	/* bytes; 0: three quarters of the machine's */
	const char *user;
	const char *pid_file;
	const char *log_file;
	bool log_stderr;
	enum log_level log_level;
	long job_lifetime;	/* seconds; 0: no limit */
	long lifetime;
	bool insecure;		/* any compiler */
	bool no_confine;	/* compilers of preprocessed jobs may do what our user may */
	struct strv writable;	/* directories where they may write, too */
	const char *config_dir;	/* where clients.allow and commands.allow are */
	bool no_replica;	/* protocol 4 is not served */
	const char *cache_dir;	/* NULL: the default (cachedir.h) */
	uint64_t cache_size;	/* bytes */
	bool no_action_cache;
	bool zeroconf;		/* announce the daemon on the network */
	bool stats;		/* tell about the daemon on stats_port */
	long stats_port;
	bool has_oom_score_adj;
	long oom_score_adj;
};

enum dconf_result { DCONF_RUN, DCONF_HELP, DCONF_VERSION, DCONF_BAD };

/*
 * Fill conf from argv, all of it, defaults included; its strings point into argv.  On DCONF_BAD *message is one line
 * for the caller to free.  dconf_free in every case.
 */
enum dconf_result dconf_parse(struct dconf *conf, int argc, char *const *argv, char **message);

/* The text of --help. */
extern const char dconf_help[];

void dconf_free(struct dconf *conf);

#endif
