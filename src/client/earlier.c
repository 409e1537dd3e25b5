/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/earlier.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/fault.h"
#include "base/path.h"
#include "base/util.h"
#include "wire/proto4.h"

#define MAX (4 << 20)		/* an object of that size is worth reading */

/* A copy would be one more fresh page for each page of the file. */
static bool
map(struct earlier *e, const char *path)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	void *p = MAP_FAILED;
	struct stat st;

	if (fd == -1)
		return false;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0 && st.st_size <= MAX)
		p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
	close(fd);
	if (p == MAP_FAILED)
		return false;
	e->p = p;
	e->n = (size_t)st.st_size;
	sign_of(&e->sign, &st);
	return true;
}

/* False: somebody is making it shorter. */
static bool
digest(struct earlier *e)
{
	fault_watch();
	if (sigsetjmp(fault_return, 0) != 0) {
		fault_guarded = 0;
		return false;
	}
	fault_guarded = 1;
	digest_mem(&e->digest, e->p, e->n);
	fault_guarded = 0;
	return true;
}

bool
earlier_look(struct earlier *e, const char *output, const char *cwd)
{
	*e = (struct earlier){.name = NULL};
	if (!map(e, output))
		return false;
	e->name = output[0] == '/' ? xstrdup(output) : path_join(cwd, output);
	if (p4_path_ok(e->name) && digest(e))
		return true;
	earlier_free(e);
	return false;
}

bool
earlier_unchanged(const struct earlier *e)
{
	struct stat st;

	return lstat(e->name, &st) == 0 && sign_is_of(&e->sign, &st);
}

void
earlier_free(struct earlier *e)
{
	if (e->p != NULL)
		munmap((void *)(uintptr_t)e->p, e->n);
	free(e->name);
	*e = (struct earlier){.name = NULL};
}
