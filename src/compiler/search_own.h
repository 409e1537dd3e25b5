/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Where a compiler looks for headers without being told, as it says itself.  No I/O. */
#ifndef COMPILER_SEARCH_OWN_H
#define COMPILER_SEARCH_OWN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/strv.h"
#include "compiler/search.h"

/* What to run so that the compiler (argv[0]: as in the command) tells its own directories on stderr; with LC_ALL=C, without the variables of search_env_names. */
void search_query(const struct search *s, const char *name, struct strv *argv);

/* What it told. */
struct search_own {
	struct strv dirs;	/* that exist, in their order */
	struct strv others;	/* that did not exist, or were another name of one of dirs: if one appears or vanishes, ask again */
	struct strv probes;	/* clang: where it found an installation of gcc, by files there */
	struct strv specs;	/* gcc: the files of rules that it has read, for -specs */
	struct strv configs;	/* clang: its configuration files that are in effect; */
	struct strv config_dirs;	/* directories in which it would find others; if one changes, ask again */
	char *user_config_dir;	/* one of these: that below a user's home; NULL: there is none */
};

/* False: that is not the output of a compiler.  search_own_free in every case. */
bool search_parse(const char *text, size_t n, struct search_own *own);
void search_own_free(struct search_own *own);

#endif
