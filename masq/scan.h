/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which compilers there are: on PATH and where gcc-config, LLVM's slots and crossdev keep theirs.
 *
 * Links to us and to ccache are no compilers, and neither is what stands in the masquerade directory.
 */
#ifndef MASQ_SCAN_H
#define MASQ_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/strv.h"

struct scan_from {
	const char *root;	/* "" or the system's root without a slash at its end */
	const char *eprefix;	/* "" or where a Gentoo prefix lies in it */
	const char *list;	/* PATH; its absolute entries are looked for below root */
	const char *masq;	/* the directory of links, root in front; need not exist */
	const char *program;	/* distcc, root in front: hard links to it are no compilers; NULL: unknown */
};

struct scan_dir {
	char *path;		/* root in front */
	dev_t dev;
	ino_t ino;
	bool on_path;
	bool prefixed;		/* a cross compiler's own directory: names without a target in it are not for here */
};

struct scan_found {
	char *name;
	char *path;
	bool on_path;
	bool prefixed;		/* the name has a target */
};

struct scan {
	struct scan_found *v;	/* by name, each once */
	size_t n;
	struct strv targets;	/* what toolchains are for, told by their directories and profiles */
	bool holds_compilers;	/* the masquerade directory is one where compilers live: no place for links */

	/* The rest is for scan_behind. */
	const char *root;
	struct scan_dir *dirs;	/* each once, in order of preference */
	size_t ndirs;
	bool have_program;
	struct stat program;
};

/* from's strings must live as long as s.  scan_compilers_free afterwards. */
void scan_compilers(struct scan *s, const struct scan_from *from);

/* The compiler called name; NULL without one.  *on_path (may be NULL): it stands on PATH.  The caller frees. */
char *scan_behind(const struct scan *s, const char *name, bool *on_path);

/* GCC_PATH (PATH in old ones) of a profile's text; "" without one.  The caller frees. */
char *scan_profile_path(const char *text);

void scan_compilers_free(struct scan *s);

#endif
