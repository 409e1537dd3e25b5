/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/macros_words.h"

#include "base/util.h"
#include "compiler/scan_read.h"

size_t
macros_word(const char *p)
{
	size_t n = 0;

	while (scan_is_word((unsigned char)p[n]))
		n++;
	return n;
}

bool
macros_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

const char *
macros_skip_literal(const char *p)
{
	const char *q;

	if (*p == '"' || *p == '\'') {
		for (q = p + 1; *q != '\0' && *q != *p; q++)
			if (*q == '\\' && q[1] != '\0')
				q++;
		return *q == '\0' ? p + 1 : q + 1;
	}
	if (macros_is_digit(*p) || (*p == '.' && macros_is_digit(p[1]))) {
		for (q = p + 1; scan_is_word((unsigned char)*q) || *q == '.'; q++)
			;
		return q;
	}
	return p;
}

const char *
macros_next_name(const char *p, size_t *n)
{
	const char *q;

	while (*p != '\0') {
		q = macros_skip_literal(p);
		if (q != p) {
			p = q;
			continue;
		}
		if (*p == PAINTED) {
			p++;
			p += macros_word(p);
			continue;
		}
		*n = macros_word(p);
		if (*n > 0)
			return p;
		p++;
	}
	return NULL;
}

bool
macros_arguments(const char *p, struct strv *args, const char **end)
{
	const char *begin, *q;
	int depth = 0;

	while (*p == ' ' || *p == BORDER)
		p++;
	if (*p != '(')
		return false;
	begin = ++p;
	*end = NULL;
	while (*p != '\0') {
		q = macros_skip_literal(p);
		if (q != p) {
			p = q;
			continue;
		}
		if (*p == '(') {
			depth++;
		} else if ((*p == ',' || *p == ')') && depth == 0) {
			while (*begin == ' ' || *begin == BORDER)
				begin++;
			q = p;
			while (q > begin && (q[-1] == ' ' || q[-1] == BORDER))
				q--;
			strv_push_own(args, xstrndup(begin, (size_t)(q - begin)));
			begin = p + 1;
			if (*p == ')') {
				*end = p + 1;
				return true;
			}
		} else if (*p == ')') {
			depth--;
		}
		p++;
	}
	return true;
}
