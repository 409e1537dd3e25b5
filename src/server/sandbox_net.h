/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What all jobs share, as making it for each takes longer than all else: a network namespace without an interface that is up, a host's
 * name, and an ipc namespace in which there is nothing (no job may make anything in it: sandbox_calls.h).  They are owned by a user
 * namespace that is there for nothing else.  Jobs have user namespaces of their own below that one, so they have no power over them.
 */
#ifndef SERVER_SANDBOX_NET_H
#define SERVER_SANDBOX_NET_H

#include <stdbool.h>
#include <sys/types.h>

#define SANDBOX_SHARED 4	/* the user namespace first */
#define SANDBOX_SHARED_NONE {-1, -1, -1, -1}
/* Those besides the user namespace, for clone(2). */
#define SANDBOX_SHARED_FLAGS (CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS)

/* Make them: descriptors, close-on-exec, which keep them alive.  False with errno, and all are -1. */
bool sandbox_net_make(int shared[SANDBOX_SHARED]);
void sandbox_net_close(int shared[SANDBOX_SHARED]);

/*
 * Enter them, for good: only who is in the user namespace may enter the others, and there is no way back.  Inside, our user is INSIDE_ID; files
 * and processes are ours as before, and we have no capabilities.  False with errno.
 */
bool sandbox_net_enter(const int shared[SANDBOX_SHARED]);

/* Those that a new user namespace gives, in it and in all below it.  False with errno. */
bool sandbox_drop_capabilities(void);

/*
 * This process has just got a user namespace of its own: uid and gid (as the namespace above has them) become INSIDE_ID there.
 * below: the namespace above is one of these, too.  NULL, or the step that failed, with errno.
 */
const char *sandbox_map_ids(uid_t uid, gid_t gid, bool below);

/* In a new uts namespace: what the host is called inside.  NULL, or the step that failed, with errno. */
const char *sandbox_set_hostname(void);

/* User and group in all our namespaces: the same for everybody. */
#define INSIDE_ID 1000

#endif
