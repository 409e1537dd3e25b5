/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/journal.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/num.h"
#include "base/util.h"
#include "client/lockdir.h"

#define VERSION "1"
#define WHERE_MAX 100
#define WHAT_MAX 200
#define WHY_MAX 200

enum { F_VERSION, F_END, F_KIND, F_WHERE, F_WALL, F_FAR, F_NEAR, F_SENT, F_RECEIVED, F_WHAT, F_WHY, FIELDS };

static const char *const kinds[] = {
	[JOURNAL_THERE] = "there", [JOURNAL_HERE] = "here", [JOURNAL_FAULT] = "fault",
};

/* Fields hold neither tabs nor the ends of lines. */
static void
defuse(char *s)
{
	for (; *s != '\0'; s++)
		if ((unsigned char)*s < ' ' || *s == 0x7f)
			*s = '?';
}

/* A copy of text for a field; of long names of files the end tells most. */
static void
put_text(char *out, size_t size, const char *text, bool keep_end)
{
	size_t len;

	text = text != NULL ? text : "";
	len = strlen(text);
	snprintf(out, size, "%s", text + (keep_end && len >= size ? len - size + 1 : 0));
	defuse(out);
}

void
journal_add(const char *path, const struct journal_entry *e)
{
	char line[JOURNAL_LINE_MAX + 1], where[WHERE_MAX], what[WHAT_MAX], why[WHY_MAX];
	ssize_t written;
	int fd, n;

	if (path == NULL)
		return;
	fd = lockdir_append(path, JOURNAL_MAX);
	if (fd == -1)
		return;
	put_text(where, sizeof(where), e->where, false);
	put_text(what, sizeof(what), e->what, true);
	put_text(why, sizeof(why), e->why, false);
	n = snprintf(line, sizeof(line), VERSION "\t%lld\t%s\t%s\t%lld\t%lld\t%lld\t%llu\t%llu\t%s\t%s\n",
		(long long)(clock_real_ns() / 1000000), kinds[e->kind], where, (long long)e->wall_ms,
		(long long)e->far_ms, (long long)e->near_ms, (unsigned long long)e->sent, (unsigned long long)e->received, what, why);
	if (n > 0 && n < (int)sizeof(line)) {
		written = write(fd, line, (size_t)n);
		(void)written;
	}
	close(fd);
}

static bool
take_number(const char *text, int64_t *out)
{
	return num_parse_64(text, strlen(text), 0, INT64_MAX, out);
}

static bool
take_kind(const char *text, enum journal_kind *out)
{
	for (size_t i = 0; i < countof(kinds); i++) {
		if (streq(text, kinds[i])) {
			*out = (enum journal_kind)i;
			return true;
		}
	}
	return false;
}

bool
journal_parse(char *line, struct journal_entry *e)
{
	char *fields[FIELDS], *p = line;
	int64_t sent, received;

	for (size_t i = 0; i < FIELDS; i++) {
		if (p == NULL)
			return false;
		fields[i] = strsep(&p, "\t");
	}
	*e = (struct journal_entry){.where = fields[F_WHERE], .what = fields[F_WHAT], .why = fields[F_WHY]};
	if (!streq(fields[F_VERSION], VERSION) || !take_number(fields[F_END], &e->end_ms) || !take_kind(fields[F_KIND], &e->kind) ||
		!take_number(fields[F_WALL], &e->wall_ms) || !take_number(fields[F_FAR], &e->far_ms) ||
		!take_number(fields[F_NEAR], &e->near_ms) || !take_number(fields[F_SENT], &sent) ||
		!take_number(fields[F_RECEIVED], &received))
		return false;
	e->sent = (uint64_t)sent;
	e->received = (uint64_t)received;
	return true;
}
