/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/pch.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/util.h"
#include "compiler/gch.h"
#include "server/recent.h"

/* The program of the tool root that would read a file of that language; NULL if there is none. */
static const char *
reader_of(const struct toolchain *tool, enum identity_lang lang)
{
	for (size_t i = 0; i < tool->compilers.n; i++)
		if (streq(path_base(tool->compilers.v[i]), identity_lang_program(lang)))
			return tool->compilers.v[i];
	return NULL;
}

struct search {
	const char *file, *checksum;
};

/* A compiler has its checksum among its constants. */
static bool
contains(const void *arg)
{
	const struct search *s = arg;
	int fd = open(s->file, O_RDONLY | O_CLOEXEC);
	void *map = MAP_FAILED;
	bool found = false;
	struct stat st;

	if (fd != -1 && fstat(fd, &st) == 0 && st.st_size > 0)
		map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map != MAP_FAILED) {
		found = memmem(map, (size_t)st.st_size, s->checksum, GCH_CHECKSUM_LEN) != NULL;
		munmap(map, (size_t)st.st_size);
	}
	if (fd != -1)
		close(fd);
	return found;
}

/* Whether the program has that checksum: 30 megabytes to look through, so not for each job of a build. */
static bool
has_checksum(const char *program, const char checksum[GCH_CHECKSUM_LEN])
{
	struct search search = {program, checksum};
	uint64_t x[2];
	char *what;
	bool ok;

	memcpy(x, checksum, sizeof(x));
	what = xasprintf("%s %016llx%016llx", program, (unsigned long long)x[0], (unsigned long long)x[1]);
	ok = recent_or_look(RECENT_PCH, what, contains, &search);
	free(what);
	return ok;
}

static bool
fits(struct store *s, const struct digest *d, const struct toolchain *tool)
{
	char head[GCH_HEAD_LEN], *file;
	int fd = store_read(s, d);
	enum identity_lang lang;
	const char *reader;
	bool ours, ok;

	if (fd == -1)
		return false;
	ours = pread(fd, head, sizeof(head), 0) == (ssize_t)sizeof(head) && gch_lang(head, &lang);
	close(fd);
	reader = ours ? reader_of(tool, lang) : NULL;
	if (reader == NULL)
		return true;
	file = xasprintf("%s%s", tool->root, reader);
	ok = has_checksum(file, head + GCH_CHECKSUM_AT);
	free(file);
	return ok;
}

/* x.h.gch, or a file of the directory x.h.gch */
static bool
is_precompiled(const char *path)
{
	const char *dir_end = strrchr(path, '/');

	return ends_with(path, ".gch") || (dir_end != NULL && dir_end - path >= 4 && strncmp(dir_end - 4, ".gch", 4) == 0);
}

bool
pch_fits(struct store *s, const struct tree *t, const struct toolchain *tool, const char **which)
{
	for (size_t i = 0; i < t->n; i++) {
		const struct tree_entry *e = &t->v[i];

		if (e->kind == TREE_FILE && is_precompiled(e->path) && !fits(s, &e->digest, tool)) {
			*which = e->path;
			return false;
		}
	}
	return true;
}
