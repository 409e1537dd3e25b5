/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The words of distcc-config: one action, its operands, options.  Values in, values out. */
#ifndef MASQ_CMDLINE_H
#define MASQ_CMDLINE_H

#include <stdbool.h>

#include "base/strv.h"

enum action {
	ACTION_NONE,
	ACTION_INSTALL_LINKS,
	ACTION_REMOVE_LINKS,
	ACTION_UPDATE_MASQUERADE,
	ACTION_UPDATE_CROSSDEV,
	ACTION_LIST_LINKS,
	ACTION_SHOW_CHAIN,
	ACTION_CHECK,
	ACTION_SUMMARY,
	ACTION_MAKE_CONF,
	ACTION_NO_DISTCC,
	ACTION_ALLOW_DISTCC,
	ACTION_GET_HOSTS,
	ACTION_SET_HOSTS,
	ACTION_GET_VERBOSE,
	ACTION_SET_VERBOSE,
	ACTION_GET_LOG,
	ACTION_SET_LOG,
	ACTION_GET_ENV,
	ACTION_SET_ENV,
	ACTION_HELP,
	ACTION_VERSION,
};

struct cmdline {
	enum action action;
	struct strv operands;
	const char *dir, *root;		/* of argv; NULL: not given */
	bool dry_run, force, json, probe, chain, apply, revert;
};

/*
 * argv without the program's name.  False: *wrong says why (the caller frees).  cmdline_free in every case.
 * usual: the action if none is given (ACTION_NONE: an empty line is that, options without action are wrong).
 * What an action needs is taken as it stands, so that "--set-hosts '--randomize a b'" is possible.
 */
bool cmdline_parse(struct cmdline *c, char *const *argv, enum action usual, char **wrong);
void cmdline_free(struct cmdline *c);

extern const char cmdline_help[];

#endif
