/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/producer.h"

#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "compiler/elfsec.h"

#define OPTION " -fdirectives-only"
#define OPTION_LEN (sizeof(OPTION) - 1)
#define PRODUCER "GNU "		/* how gcc's producer strings begin */
#define PRODUCER_LEN (sizeof(PRODUCER) - 1)

/* The option within one of the strings there, to the end of that string (its NUL excluded). */
static bool
find_option(const unsigned char *p, struct elfsec in, struct elfsec *r)
{
	const unsigned char *end = p + in.at + in.n, *from = p + in.at, *hit, *start, *stop;

	while ((hit = memmem(from, (size_t)(end - from), OPTION, OPTION_LEN)) != NULL) {
		from = hit + OPTION_LEN;
		start = memrchr(p + in.at, '\0', (size_t)(hit - (p + in.at)));
		start = start != NULL ? start + 1 : p + in.at;
		stop = memchr(from, '\0', (size_t)(end - from));
		if (stop == NULL || (size_t)(hit - start) < PRODUCER_LEN || memcmp(start, PRODUCER, PRODUCER_LEN) != 0)
			continue;
		*r = (struct elfsec){(size_t)(hit - p), (size_t)(stop - hit)};
		return true;
	}
	return false;
}

int
producer_clean(int fd)
{
	struct elfsec where, opt;
	struct stat st;
	unsigned char *p;
	bool found;

	if (fstat(fd, &st) == -1)
		return -1;
	if (st.st_size == 0)
		return 0;
	p = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return -1;
	found = elfsec_find(p, (size_t)st.st_size, ".debug_str", &where) && find_option(p, where, &opt);
	if (found) {
		memmove(p + opt.at, p + opt.at + OPTION_LEN, opt.n - OPTION_LEN);
		memset(p + opt.at + opt.n - OPTION_LEN, 0, OPTION_LEN);
	}
	munmap(p, (size_t)st.st_size);
	return found;
}
