/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/listfile.h"

#include <string.h>

#include "base/buf.h"
#include "base/util.h"

#define LISTFILE_MAX (1u << 20)

static const char blanks[] = " \t\r\v\f";

static void
add_line(struct strv *entries, const char *line, size_t len)
{
	const char *hash = memchr(line, '#', len);

	if (hash != NULL)
		len = (size_t)(hash - line);
	while (len > 0 && strchr(blanks, line[0]) != NULL) {
		line++;
		len--;
	}
	while (len > 0 && strchr(blanks, line[len - 1]) != NULL)
		len--;
	if (len > 0)
		strv_push_own(entries, xstrndup(line, len));
}

int
listfile_read(const char *path, struct strv *entries)
{
	struct buf text = BUF_INIT;
	const char *line, *end;

	if (buf_read_file(&text, path, LISTFILE_MAX) == -1) {
		buf_free(&text);
		return -1;
	}
	for (line = text.p; line != NULL && *line != '\0'; line = *end == '\0' ? end : end + 1) {
		end = line + strcspn(line, "\n");
		add_line(entries, line, (size_t)(end - line));
	}
	buf_free(&text);
	return 0;
}
