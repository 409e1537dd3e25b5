/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/confblock.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/util.h"

/* Behind the first mark: what has to be undone when the block goes. */
#define JOINED " (the line before had no end)"
#define NEW_FILE " (in a file of its own)"

struct place {
	const char *begin, *end;	/* of the block, marks and the last one's end of line included */
	bool joined, new_file;
};

static const char *
next_line(const char *p)
{
	p += strcspn(p, "\n");
	return *p == '\n' ? p + 1 : p;
}

static enum confblock
find(const char *text, struct place *at)
{
	const char *p = text, *rest;

	*at = (struct place){NULL, NULL, false, false};
	for (; *p != '\0'; p = next_line(p)) {
		if (starts_with(p, CONFBLOCK_BEGIN)) {
			if (at->begin != NULL)
				return CONFBLOCK_BROKEN;
			at->begin = p;
			rest = p + strlen(CONFBLOCK_BEGIN);
			at->joined = starts_with(rest, JOINED);
			at->new_file = starts_with(rest, NEW_FILE);
		} else if (starts_with(p, CONFBLOCK_END)) {
			if (at->begin == NULL || at->end != NULL)
				return CONFBLOCK_BROKEN;
			at->end = next_line(p);
		}
	}
	if (at->begin == NULL)
		return CONFBLOCK_NONE;
	return at->end != NULL ? CONFBLOCK_THERE : CONFBLOCK_BROKEN;
}

enum confblock
confblock_look(const char *text)
{
	struct place at;

	return find(text, &at);
}

bool
confblock_made_file(const char *text)
{
	struct place at;

	return find(text, &at) == CONFBLOCK_THERE && at.new_file;
}

/* How lines of text end; "\n" if it has none. */
static const char *
line_end(const char *text)
{
	const char *newline = strrchr(text, '\n');

	return newline != NULL && newline > text && newline[-1] == '\r' ? "\r\n" : "\n";
}

static void
add_line(struct buf *out, const char *line, size_t len, const char *eol)
{
	buf_add(out, line, len);
	buf_adds(out, eol);
}

static void
add_block(struct buf *out, const char *body, const char *flag, const char *eol)
{
	buf_addf(out, CONFBLOCK_BEGIN "%s: written by \"distcc-config --make-conf --apply\", removed by --revert%s", flag, eol);
	for (const char *p = body; *p != '\0'; p = next_line(p))
		add_line(out, p, strcspn(p, "\n"), eol);
	buf_addf(out, CONFBLOCK_END "%s", eol);
}

char *
confblock_put(const char *text, const char *body, bool new_file)
{
	struct buf out = BUF_INIT;
	const char *eol;
	struct place at;
	size_t len = strlen(text);
	bool joined = len > 0 && text[len - 1] != '\n';

	if (find(text, &at) == CONFBLOCK_THERE) {
		eol = at.begin > text ? line_end(text) : "\n";
		buf_add(&out, text, (size_t)(at.begin - text));
		add_block(&out, body, at.joined ? JOINED : at.new_file ? NEW_FILE : "", eol);
		buf_adds(&out, at.end);
	} else {
		eol = line_end(text);
		buf_adds(&out, text);
		if (joined)
			buf_adds(&out, eol);
		add_block(&out, body, joined ? JOINED : new_file ? NEW_FILE : "", eol);
	}
	return out.p;
}

char *
confblock_cut(const char *text)
{
	struct buf out = BUF_INIT;
	struct place at;
	size_t before;

	buf_adds(&out, "");
	if (find(text, &at) != CONFBLOCK_THERE) {
		buf_adds(&out, text);
		return out.p;
	}
	before = (size_t)(at.begin - text);
	/* the end of line that we added; not if lines follow, which would be joined with that one */
	if (at.joined && *at.end == '\0' && before > 0) {
		before--;
		if (before > 0 && text[before] == '\n' && text[before - 1] == '\r' && at.begin[strcspn(at.begin, "\n") - 1] == '\r')
			before--;
	}
	buf_add(&out, text, before);
	buf_adds(&out, at.end);
	return out.p;
}
