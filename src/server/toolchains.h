/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The compilers of this volunteer by identity, and their tool roots.  Filled from the allow list (masquerade directories,
 * commands.allow, DISTCC_CMDLIST) and what its names lead to on the search path.  Kept in the file "toolchains" below the
 * cache directory (struct server: cache_dir), so that a restart does not run every compiler again; what it says holds as
 * long as the compilers' files are unchanged.  Roots are below "roots" there.  Several daemons may share all of it.
 */
#ifndef SERVER_TOOLCHAINS_H
#define SERVER_TOOLCHAINS_H

#include "base/digest.h"
#include "base/strv.h"
#include "cas/tree.h"
#include "compiler/args.h"
#include "server/listen.h"
#include "server/peer.h"
#include "server/server.h"

struct toolchain {
	struct digest identity;		/* for the language that it was asked for */
	struct digest whole;		/* of the compiler with all its languages: its roots go by it */
	enum cc_kind kind;
	char *path;		/* the driver's real name, the same inside the tool root */
	char *summary;		/* one line: "gcc (Debian 12.2.0-14+deb12u1) 12.2.0, ..." */
	char *search;		/* PATH for it, inside */
	char *names;		/* blank-separated: under which it is allowed */
	char *root;		/* its tool root, after toolchain_root; else NULL */
	struct strv compilers;	/* cc1, cc1plus... of gcc: absolute names inside the root, after toolchain_root */
	int lock;		/* keeps the root from being removed; else -1 */
};

/* Called about every second while something takes long: the client waits. */
struct toolchains_idle {
	void (*call)(void *arg, struct peer *peer);
	void *arg;
	struct peer *peer;
};

/*
 * In the background, look which compilers have changed since the file was written, and build the roots that are missing.  For the parent of
 * a daemon, at its start: a process does it and ends, without the
 * listeners: were the daemon to be killed, nobody must keep its port.  Without the file nothing is done: the first job in replica mode will.
 */
void toolchains_start(const struct server *s, struct listeners *listeners);

/*
 * The toolchain of that identity; allowed compilers that are not known yet or have changed are asked now (which may take a second, on a
 * busy machine many: idle, which may be NULL), first the one that has the name by which the client calls it, until it is found.  NULL: *why names what we have instead (the caller frees).  toolchain_free afterwards.
 */
struct toolchain *toolchains_find(const struct server *s, const struct digest *identity, const char *name, const struct toolchains_idle *idle, char **why);

/*
 * Have a root for it that fits below a job's tree (sorted): where the client has a link and we a directory, or the other way round,
 * the root is laid out as the client's.  Built when it is not there yet (seconds; idle as above).  False: *why (the caller frees).
 */
bool toolchain_root(const struct server *s, struct toolchain *t, const struct tree *tree, const struct toolchains_idle *idle, char **why);

void toolchain_free(struct toolchain *t);	/* NULL is fine */

#endif
