/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Our lines in somebody else's configuration file, between two marks, so that they can be found and taken out again.  Pure text. */
#ifndef MASQ_CONFBLOCK_H
#define MASQ_CONFBLOCK_H

#include <stdbool.h>

#define CONFBLOCK_BEGIN "# >>> distcc-config"
#define CONFBLOCK_END "# <<< distcc-config"

enum confblock { CONFBLOCK_NONE, CONFBLOCK_THERE, CONFBLOCK_BROKEN };

/* Is there a block?  Broken: a mark without the other one, or more than one block. */
enum confblock confblock_look(const char *text);

/*
 * text with body (whole lines) in the block: in the place of the old one, else at the end.  Lines end as those of text do.
 * new_file: there was no file, and confblock_made_file shall say so later.  Not for a broken block.  The caller frees.
 */
char *confblock_put(const char *text, const char *body, bool new_file);

/* text as it was before confblock_put, whatever was changed outside the block.  The caller frees. */
char *confblock_cut(const char *text);

/* The file was made for the block's sake. */
bool confblock_made_file(const char *text);

#endif
