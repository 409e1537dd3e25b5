/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The network of all jobs: a network namespace without an interface that is up, owned by a user namespace that is there for
 * nothing else.  Jobs have user namespaces of their own below that one, so they have no power over the network.
 */
#ifndef SERVER_SANDBOX_NET_H
#define SERVER_SANDBOX_NET_H

#include <stdbool.h>
#include <sys/types.h>

/* Make both: descriptors, close-on-exec, which keep them alive.  False with errno. */
bool sandbox_net_make(int *user_ns, int *net_ns);

/*
 * Enter them, for good: only who is in the user namespace may enter the network, and there is no way back.  Inside, our user is INSIDE_ID; files
 * and processes are ours as before, and we have no capabilities.  False with errno.
 */
bool sandbox_net_enter(int user_ns, int net_ns);

/* Those that a new user namespace gives, in it and in all below it.  False with errno. */
bool sandbox_drop_capabilities(void);

/*
 * This process has just got a user namespace of its own: uid and gid (as the namespace above has them) become INSIDE_ID there.
 * below: the namespace above is one of these, too.  NULL, or the step that failed, with errno.
 */
const char *sandbox_map_ids(uid_t uid, gid_t gid, bool below);

/* User and group in all our namespaces: the same for everybody. */
#define INSIDE_ID 1000

#endif
