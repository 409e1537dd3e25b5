/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What distcc-config was told, and its commands.  Each prints, and returns the exit status: 0, or 1. */
#ifndef MASQ_COMMAND_H
#define MASQ_COMMAND_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strv.h"
#include "masq/check.h"
#include "masq/settings.h"

/* The hosts a build would use, as the client reads them. */
struct command_host {
	char *label, *host;
	int port, slots;
};
struct command_hosts {
	enum check_hosts state;
	char *text;			/* what is wrong with HOSTS_NONE and HOSTS_BAD */
	struct command_host *v;		/* those that can be asked over TCP */
	size_t n;
	struct command_host *ssh;	/* those behind ssh */
	size_t nssh;
};

struct command_conf {
	char *root;			/* as place_root gives it */
	char *eprefix;			/* the same of a Gentoo prefix in it */
	const char *list;		/* PATH */
	char *dir;			/* of links, root in front */
	char *update;			/* the command that mends dir */
	char *own_dir;			/* the user's directory of settings; NULL: the system's are meant */
	bool chain;			/* links to distcc-chain, not to distcc */
	bool dry_run, force, json, probe;

	/* The client's, handed down: what is wrong with a list of hosts; and which there are (command_hosts_free). */
	settings_hosts_check *complain_hosts;
	void (*load_hosts)(struct command_hosts *h);
	void (*parse_hosts)(struct command_hosts *h, const char *source, const char *text);	/* the same of that text */
};

/* "distcc-config: TEXT" on stderr. */
void command_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void command_hosts_free(struct command_hosts *h);

enum command_update {
	UPDATE_ALL,		/* every compiler */
	UPDATE_PREFIXED,	/* every compiler whose name has a target */
};

/* Of targets, unless there are none: then mode tells. */
int command_update_links(const struct command_conf *c, enum command_update mode, const struct strv *targets);
int command_remove_links(const struct command_conf *c, const struct strv *targets);
int command_list_links(const struct command_conf *c);

int command_get_hosts(const struct command_conf *c);
int command_set_hosts(const struct command_conf *c, const char *hosts);
/* variable NULL: all. */
int command_get_env(const struct command_conf *c, const char *variable);
int command_set_env(const struct command_conf *c, const char *variable, const char *value);

enum command_make_conf { MAKE_CONF_PRINT, MAKE_CONF_APPLY, MAKE_CONF_REVERT };

/* Lines for Portage's make.conf: print them, write them, take them out. */
int command_make_conf(const struct command_conf *c, enum command_make_conf what);

/* Packages that are not to be distributed: list them, add some, remove some. */
int command_list_packages(const struct command_conf *c);
int command_add_packages(const struct command_conf *c, const struct strv *atoms);
int command_remove_packages(const struct command_conf *c, const struct strv *atoms);

/* What is wrong with Portage's configuration; nothing if there is no Portage. */
void command_check_portage(const struct command_conf *c, struct findings *f);

/* compiler NULL: the usual one. */
int command_show_chain(const struct command_conf *c, const char *compiler);
int command_check(const struct command_conf *c);

#endif
