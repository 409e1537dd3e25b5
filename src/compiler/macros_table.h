/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside compiler/macros: the definitions seen. */
#ifndef COMPILER_MACROS_TABLE_H
#define COMPILER_MACROS_TABLE_H

#include "compiler/macros.h"

struct macro_def {
	struct macro_def *next;
	bool function, variadic, last_comma;
	struct strv params;
	char *body;		/* comments gone, blanks joined */
};

struct macro {
	struct macro *next;
	char *name;
	size_t name_len;
	uint32_t hash;
	bool asked;
	struct macro_def *defs;	/* each once */
};

struct macros {
	struct macro **table;
	bool used;
	void (*need)(void *arg, struct macros *m, const char *name, uint32_t hash);
	void *arg;
};

/* All definitions of a name; NULL: it is no macro. */
const struct macro_def *macros_find(struct macros *m, const char *name, size_t n);

#endif
