/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/linefile.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/io.h"
#include "base/tmp.h"
#include "base/util.h"

#define MAX_FILE (4u << 20)
static const char last[] = "end";

static void
split(const char *text, struct strv *lines)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");

		strv_push_own(lines, xstrndup(text, len));
		text += len;
		text += *text == '\n';
	}
}

bool
linefile_read(const char *path, const char *head, struct strv *lines)
{
	struct strv all = STRV_INIT;
	struct buf text = BUF_INIT;
	bool ok;

	if (buf_read_file(&text, path, MAX_FILE) == 0 && text.n > 0)
		split(text.p, &all);
	buf_free(&text);
	ok = all.n >= 2 && streq(all.v[0], head) && streq(all.v[all.n - 1], last);
	for (size_t i = 1; ok && i + 1 < all.n; i++)
		strv_push(lines, all.v[i]);
	strv_free(&all);
	return ok;
}

int
linefile_write(const char *path, const char *head, const struct strv *lines)
{
	struct buf text = BUF_INIT;
	char *prefix = xasprintf("%s.", path);
	const char *tmp = NULL;
	int fd = tmp_create(prefix, "", &tmp), err = errno;
	bool ok = false;

	free(prefix);
	buf_addf(&text, "%s\n", head);
	for (size_t i = 0; i < lines->n; i++)
		buf_addf(&text, "%s\n", lines->v[i]);
	buf_addf(&text, "%s\n", last);
	if (fd != -1) {
		ok = io_write_full(fd, text.p, text.n, &IO_FOREVER) == IO_OK && fsync(fd) == 0;
		ok = close(fd) == 0 && ok && rename(tmp, path) == 0;
		err = errno;
		if (ok)
			tmp_forget(tmp);
		else
			tmp_remove(tmp);
	}
	buf_free(&text);
	errno = err;
	return ok ? 0 : -1;
}

char *
linefile_field(const char *line, unsigned n)
{
	for (; n > 0; n--) {
		line = strchr(line, '\t');
		if (line == NULL)
			return NULL;
		line++;
	}
	return xstrndup(line, strcspn(line, "\t"));
}
