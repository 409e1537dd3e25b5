/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In classic mode: a volunteer's clang has its own configuration files, if any, so the options that clang takes from files here
 * (compiler/clangconf) are sent as words of the command.
 */
#ifndef CLIENT_CONFIGURED_H
#define CLIENT_CONFIGURED_H

#include <stdbool.h>

#include "client/cache.h"
#include "client/ccname.h"
#include "compiler/args.h"

/*
 * The command to be sent: out is a's with these words in it, or empty (no argv) if there are none.  False: it must stay here, *why
 * (the caller frees).  args_free(out) in every case.
 */
bool configured_args(struct cache *c, const struct ccname *cc, const struct args *a, struct args *out, char **why);

#endif
