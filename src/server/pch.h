/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Precompiled headers (*.gch) of gcc in a job's tree.  They hold a checksum of the very cc1, cc1plus... that made them; one with another
 * checksum passes over them, and then the dependency file and the debug information are others than at the client.  Compilers of one
 * identity differ in it where each machine has built its own.
 */
#ifndef SERVER_PCH_H
#define SERVER_PCH_H

#include <stdbool.h>

#include "cas/store.h"
#include "cas/tree.h"
#include "server/toolchains.h"

/*
 * Whether the compilers of the tool root take each one of them, or would not take it at the client either.  All contents must be in the store.
 * False: *which is the name of one that they would not take.
 */
bool pch_fits(struct store *s, const struct tree *t, const struct toolchain *tool, const char **which);

#endif
