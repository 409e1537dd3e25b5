/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Assignments of a shell, as files in /etc/env.d hold them: one a line, no expansion.  Pure text.
 *
 *	NAME=word  NAME="two words"  export NAME='a'"b"   # a comment
 */
#ifndef MASQ_SHVAR_H
#define MASQ_SHVAR_H

#include <stdbool.h>
#include <stddef.h>

struct shvar {
	const char *name;	/* in the line; name_len bytes */
	size_t name_len;
	size_t raw_at, raw_len;	/* of the value with its quotes, in the line */
	char *value;		/* without them; the caller frees */
};

/* False (nothing to free) if the line, which ends at a newline or NUL, is no assignment or a quote is not closed. */
bool shvar_parse(const char *line, struct shvar *v);

/* The value text gives to name in the end; NULL if it gives none.  The caller frees. */
char *shvar_get(const char *text, const char *name);

/*
 * text with that value: in the last assignment there is, the rest of its line kept, else on a line at the end.
 * The value must satisfy shvar_can_hold.  The caller frees.
 */
char *shvar_set(const char *text, const char *name, const char *value);

/* Can a line of env.d hold it, and /etc/profile.env, which env-update writes with single quotes around each? */
bool shvar_can_hold(const char *value);

/* The value as shvar_set writes it, quotes included.  The caller frees. */
char *shvar_quote(const char *value);

/* Letters, digits and '_', no digit first. */
bool shvar_name_ok(const char *name);

#endif
