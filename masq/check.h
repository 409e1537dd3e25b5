/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What is wrong with a chain of ccache, distcc and compiler, and what cures it.  Values in, values out: others look
 * at files and ask programs.
 */
#ifndef MASQ_CHECK_H
#define MASQ_CHECK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strv.h"
#include "masq/ccacheconf.h"
#include "masq/links.h"
#include "masq/route.h"
#include "masq/walk.h"

/* An error: the chain does not do what it is for.  A warning: it does, but not for long or not as well as it could. */
enum severity { SEVERITY_ERROR, SEVERITY_WARNING, SEVERITY_NOTE };

struct finding {
	const char *code;	/* stable, for programs: "directory-twice" */
	enum severity severity;
	char *text, *cure;
};

struct findings {
	struct finding *v;
	size_t n;
};

/* Takes text and cure over.  What was found already is not added again. */
void findings_add(struct findings *f, enum severity severity, const char *code, char *text, char *cure);
/* Those of more whose code f does not have yet: what ails PATH ails every compiler. */
void findings_merge(struct findings *f, const struct findings *more);
bool findings_ok(const struct findings *f);	/* no error among them */
const char *severity_name(enum severity severity);
void findings_free(struct findings *f);

/* A word of PATH that is the directory of links. */
struct check_entry {
	char *path;
	size_t at;		/* which word, from 0 */
};

/* A link on PATH that leads nowhere and has the name we look for. */
struct check_dead {
	char *path, *text;
	enum walk_kind kind;	/* by the names it leads to */
};

/* One compiler. */
struct check_chain {
	const char *name;
	const struct walk *walk;
	const struct route *route;
	const struct ccacheconf *ccache;
	const struct check_dead *dead;
	size_t ndead;
	const char *masq;		/* the directory of links */
	bool masq_on_path;
	bool masq_has_link;		/* called name */
	bool asked;			/* the user wants to know about this one: then its own faults are errors */
	const char *behind;		/* a compiler of that name that is not on PATH; NULL: none */
	const char *update;		/* the command that mends the directory of links */
};

void check_chain(struct findings *f, const struct check_chain *in);

/* The words of PATH that are the directory of links. */
void check_path(struct findings *f, const struct check_entry *entries, size_t n);

/* A command in CC or CXX. */
struct check_command {
	const char *variable, *value;
	bool masqueraded;	/* its compiler's name leads to distcc on PATH */
	bool have_ccache;
};
void check_command(struct findings *f, const struct check_command *in);

/* DISTCC_CHAIN is set to what distcc-chain does not know. */
void check_chain_setting(struct findings *f, const char *value);

/* The directory of links. */
struct check_dir {
	const char *dir;
	bool missing;
	const struct links *present;
	const struct strv *wanted;	/* names, as plan_update is given them */
	const char *update;		/* the command that mends it */
};
void check_links(struct findings *f, const struct check_dir *in);

enum check_hosts { HOSTS_OK, HOSTS_LOCAL, HOSTS_NONE, HOSTS_BAD };
/* HOSTS_LOCAL: this machine only.  text: what the parser says, with HOSTS_NONE and HOSTS_BAD. */
void check_hosts(struct findings *f, enum check_hosts state, const char *text);

/* A volunteer that was asked; why: NULL if it answered. */
struct check_daemon {
	const char *label;
	const char *why;
};
void check_daemons(struct findings *f, const struct check_daemon *v, size_t n);

#endif
