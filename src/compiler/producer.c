/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/producer.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "compiler/elfsec.h"

#define OPTION " -fdirectives-only"
#define OPTION_LEN (sizeof(OPTION) - 1)
#define PRODUCER "GNU "		/* how gcc's producer strings begin */
#define PRODUCER_LEN (sizeof(PRODUCER) - 1)

/*
 * The option within a string that begins like a producer string, where
 * strings are kept apart by the byte sep.  Range of the option to the end of
 * its string (sep excluded).
 */
static bool
find_option(const unsigned char *p, struct elfsec in, int sep, const char *lead, struct elfsec *r)
{
	const unsigned char *end = p + in.at + in.n, *from = p + in.at, *hit, *start, *stop;

	while ((hit = memmem(from, (size_t)(end - from), OPTION, OPTION_LEN)) != NULL) {
		from = hit + OPTION_LEN;
		start = memrchr(p + in.at, sep, (size_t)(hit - (p + in.at)));
		start = start != NULL ? start + 1 : p + in.at;
		stop = memchr(from, sep, (size_t)(end - from));
		if (stop == NULL || (size_t)(hit - start) < strlen(lead) || memcmp(start, lead, strlen(lead)) != 0 ||
		    memmem(start, (size_t)(hit - start), PRODUCER, PRODUCER_LEN) == NULL)
			continue;
		*r = (struct elfsec){(size_t)(hit - p), (size_t)(stop - hit)};
		return true;
	}
	return false;
}

int
producer_clean(int fd, bool asm_out)
{
	struct elfsec where, opt;
	struct stat st;
	unsigned char *p;
	bool found;
	int err = 0;

	if (fstat(fd, &st) == -1)
		return -1;
	if (st.st_size == 0)
		return 0;
	p = mmap(NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (p == MAP_FAILED)
		return -1;
	if (asm_out) {
		where = (struct elfsec){0, (size_t)st.st_size};
		found = find_option(p, where, '\n', "\t.string\t\"", &opt) || find_option(p, where, '\n', "\t.ascii\t\"", &opt);
	} else {
		found = elfsec_find(p, (size_t)st.st_size, ".debug_str", &where) &&
			find_option(p, where, '\0', PRODUCER, &opt);
	}
	if (found) {
		if (asm_out)	/* the rest of the file moves up */
			opt.n = (size_t)st.st_size - opt.at;
		memmove(p + opt.at, p + opt.at + OPTION_LEN, opt.n - OPTION_LEN);
		if (asm_out)
			err = ftruncate(fd, st.st_size - (off_t)OPTION_LEN);
		else
			memset(p + opt.at + opt.n - OPTION_LEN, 0, OPTION_LEN);
	}
	munmap(p, (size_t)st.st_size);
	return err == -1 ? -1 : found;
}
