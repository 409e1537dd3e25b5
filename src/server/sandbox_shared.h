/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all jobs share, as making it for each takes longer than all else: a network namespace without an interface that is up, a host's
 * name, an ipc namespace in which there is nothing (no job may make anything in it: sandbox_calls.h), and a mount namespace
 * (sandbox_place) that each job has a copy of.  They are owned by a user namespace that is there for nothing else.  Jobs have user
 * namespaces of their own below that one, so they have no power over them.
 */
#ifndef SERVER_SANDBOX_SHARED_H
#define SERVER_SANDBOX_SHARED_H

#include <stdbool.h>
#include <sys/types.h>

#define SANDBOX_SHARED 5	/* the user namespace first */
#define SANDBOX_PLACE 4		/* the mount namespace: -1 if there are only the others */
#define SANDBOX_SHARED_NONE {-1, -1, -1, -1, -1}
/* Those besides user and mount namespace, for clone(2). */
#define SANDBOX_SHARED_FLAGS (CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS)

/*
 * Make them: descriptors, close-on-exec, which keep them alive.  base: a directory that can be seen from the mount namespace.  False with
 * errno, and all are -1.
 */
bool sandbox_shared_make(const char *base, int shared[SANDBOX_SHARED]);
void sandbox_shared_close(int shared[SANDBOX_SHARED]);

/*
 * Enter them but the mount namespace, for good: only who is in the user namespace may enter the others, and there is no way back.  Inside, our
 * user is INSIDE_ID; files and processes are ours as before.  False with errno.
 */
bool sandbox_shared_enter(const int shared[SANDBOX_SHARED]);

/*
 * Whoever has entered them has the capabilities of their user namespace, which has nothing in it: whether they are in force, for a process
 * that is forked now and goes on to sandbox_shared_place.  False with errno.
 */
bool sandbox_shared_power(bool on);

/* A copy of the shared mount namespace becomes ours; its "/" is our directory.  NULL, or the step that failed, with errno. */
const char *sandbox_shared_place(const int shared[SANDBOX_SHARED]);

/* Those that a new user namespace gives, in it and in all below it.  False with errno. */
bool sandbox_drop_capabilities(void);

/*
 * This process has just got a user namespace of its own: uid and gid (as the namespace above has them) become INSIDE_ID there.
 * self: its directory in /proc; below: the namespace above is one of these, too.  NULL, or the step that failed, with errno.
 */
const char *sandbox_map_ids(int self, uid_t uid, gid_t gid, bool below);

/* In a new uts namespace: what the host is called inside.  NULL, or the step that failed, with errno. */
const char *sandbox_set_hostname(void);

/* User and group in all our namespaces: the same for everybody. */
#define INSIDE_ID 1000

#endif
