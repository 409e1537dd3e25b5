/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where things are: the directory of links, distcc itself, and how a link there names it.
 */
#ifndef MASQ_PLACE_H
#define MASQ_PLACE_H

#include <stdbool.h>

/* A root as this code wants it: absolute, no slash at its end, "" for "/", "" or NULL.  The caller frees. */
char *place_root(const char *text);

/* path of the system in root and prefix: eprefix goes in front unless path is in it already.  The caller frees. */
char *place_in(const char *root, const char *eprefix, const char *path);

/* The program called name in the bin directory of pkglibdir's prefix (PREFIX/lib/distcc), or that beside the running one (NULL: unknown). */
char *place_bin_of(const char *pkglibdir, const char *name);
char *place_beside_us(const char *name);

/*
 * The program called name that a link shall lead to: beside the running program, else in the bin directory of
 * pkglibdir's prefix, else on list; in another root only the bin directory, and /usr/bin.
 * NULL if there is none.  The caller frees.
 */
char *place_program(const char *root, const char *eprefix, const char *pkglibdir, const char *name, const char *list);

/*
 * The text of a link in dir to program: relative ("../../bin/distcc") if program is PREFIX/bin/NAME and dir is
 * below PREFIX, so that both may move together; else absolute, seen from inside root.  The caller frees.
 */
char *place_link_text(const char *root, const char *dir, const char *program);

#endif
