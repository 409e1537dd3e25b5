/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For compiler/identity*.c alone: an identity that is being put together from a compiler's answers. */
#ifndef COMPILER_IDENTITY_INQUIRY_H
#define COMPILER_IDENTITY_INQUIRY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "compiler/ask.h"
#include "compiler/identity.h"

struct inquiry {
	struct identity *id;
	const char *path;	/* real name of the driver */
	struct buf text;	/* what holds of all languages */
	struct buf lists[IDENTITY_LANGS];	/* search list of that language, if it has one of its own */
	char *programs[IDENTITY_LANGS];		/* of gcc: where it is; NULL if it is not there */
	char *why;
};

/* Each kind's own questions; false: q->why. */
bool inquire_gcc(struct inquiry *q);
bool inquire_clang(struct inquiry *q);

/* What returns a bool: false with q->why set. */
bool inquiry_fail(struct inquiry *q, char *why);	/* why becomes q's */
/* One of the questions had no answer: words are those that were asked. */
bool inquiry_fail_asked(struct inquiry *q, const char *words, const struct ask *answer);
/* The compiler's own answer to the words (up to the first that is NULL). */
bool inquiry_ask(struct inquiry *q, const char *a, const char *b, struct ask *answer);
/* One line "label value" of the text; value becomes q's.  Without one (NULL) it fails. */
bool inquiry_add(struct inquiry *q, const char *label, char *value);
void inquiry_add_digest(struct inquiry *q, const char *label, const void *p, size_t n);
/* The object that the canary becomes, byte for byte; option: one more word for the compiler, or NULL. */
bool inquiry_add_canary(struct inquiry *q, const char *option);

/*
 * What "Configured with:" of gcc -v says (the rest of that line), but for what makes no difference to what is compiled: where it was built
 * and how, its languages (those have identities of their own), libraries to link with, documentation.  Gentoo's USE flags change these.
 * The caller frees.  Source: GCC manual "Installing GCC: Configuration"; toolchain.eclass.
 */
char *identity_configured(const char *line);

/* The rest of the line of text that begins with label, of the first one for ""; NULL without one.  The caller frees. */
char *inquiry_line(const struct buf *text, const char *label);

#endif
