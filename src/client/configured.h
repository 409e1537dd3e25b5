/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * In classic mode: a volunteer's clang has its own configuration files, if any, so the options that clang takes from files here
 * (compiler/clangconf) are sent as words of the command.
 */
#ifndef CLIENT_CONFIGURED_H
#define CLIENT_CONFIGURED_H

#include <stdbool.h>

#include "client/replica.h"
#include "compiler/args.h"

/*
 * What is to be sent of r's command: out has these words in it, or is empty (no argv) if there are none.  False: it must stay here,
 * *why (the caller frees).  args_free(out) in every case.
 */
bool configured_args(struct replica *r, struct args *out, char **why);

#endif
