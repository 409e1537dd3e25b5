/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The files of hosts and of variables: where they are, what may stand in them, and how they change with comments and
 * order kept.
 */
#ifndef MASQ_SETTINGS_H
#define MASQ_SETTINGS_H

#include <stdbool.h>

#include "base/buf.h"

#define SETTINGS_MAX (1u << 20)		/* longest file that is read */

struct settings_files {
	char *hosts;		/* the list that is changed */
	char *hosts_default;	/* what is read as long as there is no such file; NULL: nothing else */
	char *env;		/* variables, for env-update */
};

/*
 * sysconfdir: where distcc's own files are.  own_dir: the user's directory for hosts ($DISTCC_DIR, ~/.distcc); NULL for
 * root and in another root, who have the system's file.  settings_files_free afterwards.
 */
void settings_locate(struct settings_files *s, const char *root, const char *eprefix, const char *sysconfdir, const char *own_dir);
void settings_files_free(struct settings_files *s);

/* What is wrong with a list of hosts, or NULL; the caller frees.  Handed down, since the parser is the client's. */
typedef char *settings_hosts_check(const char *text);

/* Why the variable cannot have that value; NULL if it can.  The caller frees. */
char *settings_complain(const char *variable, const char *value, settings_hosts_check *hosts);

/*
 * old with the new hosts.  A few words on one line take the place of the words in old, whose comments and blank lines stay; a
 * text of several lines or with comments takes the place of all.  The caller frees.
 */
char *settings_merge_hosts(const char *old, const char *hosts);

/* The file's text, "" if there is none (*missing, may be NULL).  0, or -1 with errno. */
int settings_read(const char *path, struct buf *text, bool *missing);

/*
 * Put text in the place of the file's, in one step; links are followed, mode and owner stay.  0, or -1 with errno (EINVAL: no
 * regular file).  Call it with the directory locked (settings_lock).
 */
int settings_write(const char *path, const char *text);

/* Put text into the file copy, with the mode and owner of path; an older copy is replaced in one step.  0, or -1 with errno. */
int settings_copy(const char *path, const char *text, const char *copy);

/* Make the file's directory if need be and keep others of us out of it until the descriptor is closed.  -1 with errno. */
int settings_lock(const char *path);

#endif
