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
#include "server/recent.h"

/* "gpch", a letter for the language, three digits, and the checksum of the compiler. */
#define MAGIC "gpch"
#define CHECKSUM_AT 8
#define CHECKSUM_LEN 16

static const struct {
	char letter;
	const char *program;
} languages[] = {{'C', "cc1"}, {'o', "cc1obj"}, {'+', "cc1plus"}, {'O', "cc1objplus"}};

/* The program of the tool root that would read such a file; NULL if there is none. */
static const char *
reader_of(const struct toolchain *tool, char letter)
{
	for (size_t i = 0; i < countof(languages); i++)
		for (size_t k = 0; languages[i].letter == letter && k < tool->compilers.n; k++)
			if (streq(path_base(tool->compilers.v[k]), languages[i].program))
				return tool->compilers.v[k];
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
		found = memmem(map, (size_t)st.st_size, s->checksum, CHECKSUM_LEN) != NULL;
		munmap(map, (size_t)st.st_size);
	}
	if (fd != -1)
		close(fd);
	return found;
}

/* Whether the program has that checksum: 30 megabytes to look through, so not for each job of a build. */
static bool
has_checksum(const char *program, const char checksum[CHECKSUM_LEN])
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
	char head[CHECKSUM_AT + CHECKSUM_LEN], *file;
	int fd = store_read(s, d);
	bool ours, ok;

	if (fd == -1)
		return false;
	ours = pread(fd, head, sizeof(head), 0) == (ssize_t)sizeof(head) && memcmp(head, MAGIC, strlen(MAGIC)) == 0;
	close(fd);
	if (!ours || reader_of(tool, head[strlen(MAGIC)]) == NULL)
		return true;
	file = xasprintf("%s%s", tool->root, reader_of(tool, head[strlen(MAGIC)]));
	ok = has_checksum(file, head + CHECKSUM_AT);
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
