/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The directories a compiler searches without being told: asked once per compiler and options that matter, then cached. */
#ifndef CLIENT_OWNDIRS_H
#define CLIENT_OWNDIRS_H

#include <stdbool.h>

#include "client/cache.h"
#include "client/ccname.h"
#include "client/places.h"
#include "compiler/search.h"
#include "compiler/search_own.h"

/* False: *why (the caller frees).  search_own_free in every case. */
bool owndirs_get(struct cache *c, const struct ccname *cc, const struct search *s, struct places *p, struct place *cwd, struct search_own *own, char **why);

#endif
