/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside client/cpp: text that the preprocessor has just written is read, and what need not travel taken out of it, in one go. */
#ifndef CLIENT_CPP_READ_H
#define CLIENT_CPP_READ_H

#include <stdbool.h>

#include "base/strv.h"
#include "client/cpp.h"
#include "compiler/clex.h"

/* What is found in a text. */
struct cpp_findings {
	unsigned flags;		/* of cpptext */
	struct strv files;	/* of CPP_DIRECTIVES: what it was made of, system headers aside */
	struct clex_lang lang;
};

#define CPP_NO_FINDINGS {.files = STRV_INIT}

/*
 * The text of c is in a file of ours, from CPP_DIRECTIVES: what it says of itself goes to found, to gcc_version and to target.  The
 * file and c->size become those of the text without what need not travel; named: others may see the file, so it gets no longer tail.
 * False: it cannot be read or written.  found->files is the caller's to free.
 */
bool cpp_read_own(struct cpp *c, const struct args *a, bool named, struct cpp_findings *found);

#endif
