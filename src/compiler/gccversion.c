/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/gccversion.h"

#include <sys/mman.h>
#include <sys/stat.h>

#include "base/util.h"
#include "compiler/elfsec.h"

#define DEFINE "#define __VERSION__ \""
#define SIGNATURE "GCC: "

/* The built-in macros come first; no need to look through megabytes of headers. */
#define LOOK_AT_MOST 65536

char *
gccversion_of_text(const char *p, size_t n)
{
	const char *hit, *end;

	if (n > LOOK_AT_MOST)
		n = LOOK_AT_MOST;
	hit = memmem(p, n, DEFINE, sizeof(DEFINE) - 1);
	if (hit == NULL)
		return NULL;
	hit += sizeof(DEFINE) - 1;
	end = memchr(hit, '"', n - (size_t)(hit - p));
	return end == NULL || end == hit ? NULL : xstrndup(hit, (size_t)(end - hit));
}

/*
 * The signature is "GCC: (what the packager says) VERSION"; the version of a
 * snapshot has a blank of its own ("13.2.1 20240210").
 */
static bool
signed_by(const char *sig, const char *version)
{
	size_t n = strlen(sig), v = strlen(version);

	return n > v + 1 && streq(sig + n - v, version) && sig[n - v - 1] == ' ' &&
		(sig[n - v - 2] == ')' || sig[n - v - 2] == ':');
}

bool
gccversion_object_matches(int fd, const char *want, char **found)
{
	const char *sig, *end;
	unsigned char *p;
	struct elfsec sec;
	struct stat st;
	bool ok = true;

	if (fstat(fd, &st) == -1 || st.st_size == 0)
		return true;
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return true;
	if (elfsec_find(p, (size_t)st.st_size, ".comment", &sec)) {
		/* a list of strings, each with its NUL; gas puts one before the first */
		sig = memmem(p + sec.at, sec.n, SIGNATURE, sizeof(SIGNATURE) - 1);
		end = sig == NULL ? NULL : memchr(sig, '\0', sec.n - (size_t)(sig - (char *)p - sec.at));
		if (end != NULL && !signed_by(sig, want)) {
			*found = xstrdup(sig + sizeof(SIGNATURE) - 1);
			ok = false;
		}
	}
	munmap(p, (size_t)st.st_size);
	return ok;
}
