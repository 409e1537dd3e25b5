/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Find the compiler behind the masquerade: PATH without our directories, links to ourselves and
 * wrappers that would come back to us skipped.
 */
#ifndef MASQ_REALCC_H
#define MASQ_REALCC_H

#include <stdbool.h>

/* The variable that counts how deep we are; value "1", "2"... (stock's name, so that both guards work together). */
#define REALCC_GUARD "_DISTCC_SAFEGUARD"

/* Is name (a basename) one of our own programs, not a compiler? "distcc", "distccd", "distcc-chain"... */
bool realcc_is_own_name(const char *name);

/*
 * Does the file path lead to one of our own programs (or stock's) by a link? By the links' base names and by device and
 * inode of the running program (/proc/self/exe).
 */
bool realcc_is_ours(const char *path);

/*
 * path is ccache or a link to it: run in the place of a compiler it looks for the next compiler on PATH, which may be us.
 */
bool realcc_is_ccache(const char *path);

/* What a file is to someone who looks for a compiler. */
enum realcc_kind {
	REALCC_OTHER,		/* none, or nothing that can be run */
	REALCC_OURS,		/* realcc_is_ours */
	REALCC_CCACHE,		/* realcc_is_ccache */
	REALCC_COMPILER,
};

/* All of it by one walk along the links. */
enum realcc_kind realcc_kind(const char *path);

/*
 * The PATH list without every entry up to and including the first one that is a masquerade directory of ours
 * in which we were called as name (an entry holds a link called name that realcc_is_ours) -- and without any later such entry.
 * Only the first one cuts what stands before it: in "masq:/usr/bin:masq" the compiler stands between.
 * With no such entry the list is returned as it is. The caller frees.
 * *found (the caller frees) is what realcc_find finds on the trimmed list: one walk does both.
 */
char *realcc_trim_path(const char *list, const char *name, char **found);

/*
 * The first executable called name on list that is neither ours nor ccache's (which may lead back to us in more ways
 * than PATH tells: CCACHE_PATH, CCACHE_PREFIX). A name with a slash: itself, unless it is ours. NULL if there is none. The caller frees.
 */
char *realcc_find(const char *name, const char *list);

/* The end of the chain of links path begins, e.g. /usr/bin/cc -> /usr/bin/x86_64-linux-gnu-gcc-12. NULL with errno. The caller frees. */
char *realcc_resolve(const char *path);

/* One step of that chain: what the link path names, beside path if it is relative. NULL with errno (EINVAL: no link). The caller frees. */
char *realcc_step(const char *path);

/* Depth said by the guard variable (0: not set), and set it to depth + 1 for our children. */
int realcc_depth(void);
void realcc_set_depth(int depth);

#endif
