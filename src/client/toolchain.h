/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The identity of this machine's compiler (compiler/identity), kept in the cache as long as its files are what they were. */
#ifndef CLIENT_TOOLCHAIN_H
#define CLIENT_TOOLCHAIN_H

#include <stdbool.h>

#include "base/digest.h"
#include "client/cache.h"
#include "client/ccname.h"
#include "compiler/lang.h"
#include "compiler/native.h"

struct toolchain_id {
	struct digest digest;
	char *summary;
	char *why;		/* false: why it has none */
};

/* For sources of that language.  False: id->why.  c may be NULL: then the compiler is asked each time, which takes long.  toolchain_id_free in every case. */
bool toolchain_id_get(struct cache *c, const struct ccname *cc, enum lang lang, struct toolchain_id *id);
/*
 * compiler/native for it and a command (argv[0] is the compiler), kept in the cache too.  False: *why (the caller frees).  native_free in
 * every case.
 */
bool toolchain_native(struct cache *c, const struct ccname *cc, const struct toolchain_id *id, char *const *argv, struct native *n, char **why);

/*
 * Does it take __DATE__ and __TIME__ from SOURCE_DATE_EPOCH?  gcc does from 7 on, clang from 16 on (their release notes).
 */
bool toolchain_takes_epoch(const struct toolchain_id *id);

void toolchain_id_free(struct toolchain_id *id);

#endif
