/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Portage's package.env: "ATOM ENVFILE...", one a line, "#" begins a comment.  Pure text. */
#ifndef MASQ_PKGENV_H
#define MASQ_PKGENV_H

#include <stdbool.h>

#include "base/strv.h"

/* CATEGORY/PACKAGE, with the operators, versions, slots and wildcards that Portage knows. */
bool pkgenv_atom_ok(const char *atom);

/* Add the atoms that have env to out. */
void pkgenv_list(const char *text, const char *env, struct strv *out);

/* text with env for atom, unless it has it; without it.  Other words, lines and comments stay.  The caller frees. */
char *pkgenv_add(const char *text, const char *atom, const char *env);
char *pkgenv_remove(const char *text, const char *atom, const char *env);

#endif
