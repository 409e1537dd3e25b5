/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Texts, each once, in the order in which they came. */
#ifndef COMPILER_TEXTSET_H
#define COMPILER_TEXTSET_H

#include <stddef.h>

#include "base/strv.h"

struct textset {
	struct strv items;
	size_t *slots;		/* index + 1 */
	size_t cap;
};

/* Takes text over. */
void textset_add(struct textset *s, char *text);
void textset_free(struct textset *s);

#endif
