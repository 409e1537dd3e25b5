/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/filestamp.h"

#include "base/util.h"

/* In hexadecimal, and a dot.  Dozens of files are looked at for each job, and printf would take longer than that. */
static char *
put(char *p, unsigned long long n)
{
	int digits = 1;

	while (digits < 16 && n >> 4 * digits != 0)
		digits++;
	for (int i = digits; i-- > 0; n >>= 4)
		p[i] = "0123456789abcdef"[n & 15];
	p[digits] = '.';
	return p + digits + 1;
}

void
filestamp_of(const struct stat *st, char out[FILESTAMP_MAX])
{
	char *p = out;

	p = put(p, (unsigned long long)st->st_dev);
	p = put(p, (unsigned long long)st->st_ino);
	p = put(p, (unsigned long long)st->st_size);
	p = put(p, (unsigned long long)st->st_mtim.tv_sec);
	p = put(p, (unsigned long long)st->st_mtim.tv_nsec);
	p = put(p, (unsigned long long)st->st_ctim.tv_sec);
	p = put(p, (unsigned long long)st->st_ctim.tv_nsec);
	p[-1] = '\0';
}

bool
filestamp_at(const char *path, char out[FILESTAMP_MAX])
{
	struct stat st;

	if (stat(path, &st) == -1)
		return false;
	filestamp_of(&st, out);
	return true;
}

bool
filestamp_holds(const char *path, const char *stamp)
{
	char now[FILESTAMP_MAX];

	return filestamp_at(path, now) && streq(now, stamp);
}
