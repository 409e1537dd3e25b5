/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The action cache beside the store: the digest of everything that decides a job (toolchain identity, cwd, argv,
 * environment, tree) -> a small record that names its outputs by digest.  Only successful, deterministic jobs are recorded;
 * what that is decides the caller.
 */
#ifndef CAS_ACTIONS_H
#define CAS_ACTIONS_H

#include <stdbool.h>

#include "base/buf.h"
#include "cas/store.h"

#define ACTIONS_MAX_RECORD (1u << 20)

/* The record of that action, appended to out.  False: none, or it is damaged (and removed). */
bool actions_get(struct store *s, const struct digest *action, struct buf *out);
/* Atomic (tmp: as in cas/store.h); failures are ignored: the next one compiles. */
void actions_put(struct store *s, int tmp, const struct digest *action, const void *record, size_t n);

#endif
