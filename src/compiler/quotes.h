/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sources that gcc -E -fdirectives-only misreads.
 *
 * It looks for the end of a literal beyond the line, so an apostrophe in a group that is left out
 *	#if 0
 *	don't
 *	#endif
 * takes all up to the next apostrophe with it, #endif and code and all, and nobody says a word.  (Without the option gcc
 * reads no further than the line, and warns.)  gcc 11 and 12 also overlook the end of a comment behind a backslash.
 * Such sources have to be preprocessed in another way, or to stay.
 */
#ifndef COMPILER_QUOTES_H
#define COMPILER_QUOTES_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/stat.h>

#include "base/strv.h"
#include "compiler/clex.h"
#include "compiler/cpptext.h"

/* Is there a literal that does not end with its line, outside of comments and directives, or a comment that ends in "\*" "/"? */
bool quotes_open(const char *p, size_t n, const struct clex_lang *lang);

/* Remembers from job to job which files are in order; kind: the same file may be in order for one and not for another. */
struct quotes_memory {
	bool (*has)(void *arg, const struct stat *st, unsigned kind);
	void (*add)(void *arg, const struct stat *st, unsigned kind);
	void *arg;
};

/*
 * The files that the line markers of a piece of text from gcc -E -fdirectives-only enter (cpptext_scan finds them), each once; system
 * headers are taken to be in order.  first: the piece begins the text, so that its first line names the main file.
 */
void quotes_add_names(struct strv *names, const char *p, size_t n, const struct cpptext_markers *markers, bool first);

/*
 * quotes_open of these files.  They are read again, relative to the current directory, unless the memory has them; what cannot be
 * read is passed over.  The name of the first bad one (one of names), or NULL.
 */
const char *quotes_open_file(const struct strv *names, const struct clex_lang *lang, const struct quotes_memory *memory);

#endif
