/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/scan_line.h"

#include <string.h>

#include "compiler/scan_read.h"

static const char *
line_of(const char *begin, const char *p)
{
	const char *nl = memrchr(begin, '\n', (size_t)(p - begin));

	return nl == NULL ? begin : nl + 1;
}

/* Is the one before the line joined to it?  As scan_peek has it. */
static bool
goes_on(const char *begin, const char *line)
{
	const char *nl = line - 1;

	if (line == begin)
		return false;
	while (nl > begin && scan_is_blank((unsigned char)nl[-1]))
		nl--;
	return nl > begin && nl[-1] == '\\';
}

const char *
scan_line_begin(const char *begin, const char *p)
{
	const char *line = line_of(begin, p);

	while (goes_on(begin, line))
		line = line_of(begin, line - 1);
	return line;
}

/*
 * Does the word at p stand in a comment that its line begins with?  Then it means nothing: if the line itself stands in a
 * comment or string, that must not end before the word.
 */
static bool
in_comment_of_line(const char *begin, const char *p)
{
	const char *line = line_of(begin, p), *parenthesis;

	if (goes_on(begin, line))
		return false;
	while (*line == ' ' || *line == '\t')
		line++;
	if (line + 1 >= p || line[0] != '/' || (line[1] != '/' && line[1] != '*'))
		return false;
	parenthesis = memchr(line, ')', (size_t)(p - line));
	return memmem(line + 1, (size_t)(p - line - 1), "*/", 2) == NULL &&
	    (parenthesis == NULL || memchr(parenthesis, '"', (size_t)(p - parenthesis)) == NULL);
}

/* The word before p, of the line from line on; its length, 0: none. */
static size_t
word_before(const char *line, const char *p, const char **word)
{
	while (p > line && (p[-1] == ' ' || p[-1] == '\t'))
		p--;
	for (*word = p; *word > line && scan_is_word((unsigned char)(*word)[-1]);)
		(*word)--;
	return (size_t)(p - *word);
}

static bool
is_word_of(const char *const *words, const char *p, size_t n)
{
	for (; *words != NULL; words++)
		if (strlen(*words) == n && memcmp(*words, p, n) == 0)
			return true;
	return false;
}

/* Is all that is asked whether there is a macro of the name at p: #ifdef NAME, #if defined(NAME)? */
static bool
is_asked_for(const char *begin, const char *p)
{
	static const char *const askers[] = {"ifdef", "ifndef", "elifdef", "elifndef", NULL}, *const ifs[] = {"if", "elif", NULL};
	const char *line = line_of(begin, p);
	const char *first, *word;
	size_t n;

	if (goes_on(begin, line))
		return false;
	while (*line == ' ' || *line == '\t')
		line++;
	if (*line != '#')
		return false;
	for (first = line + 1; *first == ' ' || *first == '\t'; first++)
		;
	for (n = 0; first + n < p && scan_is_word((unsigned char)first[n]); n++)
		;
	if (word_before(line, p, &word) > 0 && word == first)
		return is_word_of(askers, first, n);
	if (!is_word_of(ifs, first, n))
		return false;
	while (p > line && (p[-1] == ' ' || p[-1] == '\t'))
		p--;
	if (p[-1] == '(')
		p--;
	n = word_before(line, p, &word);
	return n == 7 && memcmp(word, "defined", 7) == 0;
}

bool
scan_line_counts(const char *begin, const char *p)
{
	return !in_comment_of_line(begin, p) && !is_asked_for(begin, p);
}

bool
scan_line_has(const char *begin, const char *p, const char *text)
{
	const char *line = line_of(begin, p);

	return memmem(line, (size_t)(p - line), text, strlen(text)) != NULL;
}
