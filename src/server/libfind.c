/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/libfind.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>

#include "base/path.h"
#include "base/util.h"

#define CACHE "/etc/ld.so.cache"
#define MAX_CACHE (16u << 20)

/* glibc's format since 2.2; the older one may stand in front of it. */
static const char cache_magic[] = "glibc-ld.so.cache1.1";
#define CACHE_HEAD 48
#define CACHE_ENTRY 24

void
libfind_open(struct libfind *f)
{
	f->cache = (struct buf)BUF_INIT;
	if (buf_read_file(&f->cache, CACHE, MAX_CACHE) == -1)
		buf_free(&f->cache);
}

void
libfind_close(struct libfind *f)
{
	buf_free(&f->cache);
}

static uint32_t
number(const char *p)
{
	uint32_t v;

	memcpy(&v, p, sizeof(v));
	return v;
}

/* A string of the cache; NULL if it does not end within. */
static const char *
text_at(const char *p, size_t n, uint32_t at)
{
	return at < n && memchr(p + at, '\0', n - at) != NULL ? p + at : NULL;
}

void
libfind_in_cache(const void *cache, size_t n, const char *name, struct strv *out)
{
	const char *p = n == 0 ? NULL : memmem(cache, n, cache_magic, strlen(cache_magic));
	uint32_t count;

	if (p == NULL)
		return;
	n -= (size_t)(p - (const char *)cache);
	if (n < CACHE_HEAD)
		return;
	count = number(p + 20);
	if (count > (n - CACHE_HEAD) / CACHE_ENTRY)
		return;
	for (uint32_t i = 0; i < count; i++) {
		const char *entry = p + CACHE_HEAD + (size_t)i * CACHE_ENTRY;
		const char *key = text_at(p, n, number(entry + 4)), *value = text_at(p, n, number(entry + 8));
		uint64_t hwcap;

		memcpy(&hwcap, entry + 16, sizeof(hwcap));
		/* those with a hwcap are for some processors only */
		if (key != NULL && value != NULL && hwcap == 0 && streq(key, name))
			strv_push(out, value);
	}
}

/* Replace "$NAME" and "${NAME}" in s by with; the caller frees. */
static char *
replace(char *s, const char *name, const char *with)
{
	char *forms[2] = {xasprintf("${%s}", name), xasprintf("$%s", name)};

	for (size_t i = 0; i < countof(forms); i++) {
		char *at;

		while ((at = strstr(s, forms[i])) != NULL && strstr(with, forms[i]) == NULL) {
			char *next = xasprintf("%.*s%s%s", (int)(at - s), s, with, at + strlen(forms[i]));

			free(s);
			s = next;
		}
		free(forms[i]);
	}
	return s;
}

void
libfind_expand(const char *rpath, const char *path, struct strv *out)
{
	const char *platform = (const char *)getauxval(AT_PLATFORM);
	char *real = realpath(path, NULL), *origin = path_dir(real != NULL ? real : path);

	for (const char *p = rpath; p != NULL && *p != '\0';) {
		size_t len = strcspn(p, ":");
		char *dir = replace(xstrndup(p, len), "ORIGIN", origin);

		dir = replace(dir, "LIB", sizeof(void *) == 8 ? "lib64" : "lib");
		dir = replace(dir, "PLATFORM", platform != NULL ? platform : "");
		if (dir[0] == '/')
			strv_push(out, dir);
		free(dir);
		p += len;
		p += *p == ':';
	}
	free(origin);
	free(real);
}

static bool
fits(const char *path, const struct elfneeds *e)
{
	struct elfneeds found;
	bool ok = elfneeds_of_file(path, &found) && found.class == e->class && found.machine == e->machine;

	elfneeds_free(&found);
	return ok;
}

static char *
find_in_dirs(const struct strv *dirs, const struct elfneeds *e, const char *name)
{
	for (size_t i = 0; i < dirs->n; i++) {
		char *path = path_join(dirs->v[i], name);

		if (fits(path, e))
			return path;
		free(path);
	}
	return NULL;
}

static char *
find_by_rpath(const struct elfneeds *e, const char *path, const char *inherited, const char *name)
{
	struct strv dirs = STRV_INIT;
	char *found;

	/* RUNPATH, where there is one, silences RPATH */
	if (e->runpath != NULL) {
		libfind_expand(e->runpath, path, &dirs);
	} else {
		libfind_expand(e->rpath, path, &dirs);
		libfind_expand(inherited, path, &dirs);
	}
	found = find_in_dirs(&dirs, e, name);
	strv_free(&dirs);
	return found;
}

static char *
find_by_cache(const struct libfind *f, const struct elfneeds *e, const char *name)
{
	struct strv paths = STRV_INIT;
	char *found = NULL;

	libfind_in_cache(f->cache.p, f->cache.n, name, &paths);
	for (size_t i = 0; found == NULL && i < paths.n; i++) {
		if (fits(paths.v[i], e))
			found = xstrdup(paths.v[i]);
	}
	strv_free(&paths);
	return found;
}

/* The loader stands beside the C library, or a link to it does. */
static char *
find_by_default(const struct elfneeds *e, const char *path, const char *name)
{
	static const char *const usual[] = {"/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib", "/lib32", "/usr/lib32"};
	char *loader = realpath(e->interp != NULL ? e->interp : path, NULL);
	struct strv dirs = STRV_INIT;
	char *found;

	if (loader != NULL)
		strv_push_own(&dirs, path_dir(loader));
	for (size_t i = 0; i < countof(usual); i++)
		strv_push(&dirs, usual[i]);
	found = find_in_dirs(&dirs, e, name);
	strv_free(&dirs);
	free(loader);
	return found;
}

char *
libfind_find(const struct libfind *f, const struct elfneeds *e, const char *path, const char *inherited, const char *name, bool *by_path)
{
	char *found;

	*by_path = true;
	if (strchr(name, '/') != NULL)
		return fits(name, e) ? xstrdup(name) : NULL;
	found = find_by_rpath(e, path, inherited, name);
	if (found != NULL)
		return found;
	*by_path = false;
	found = find_by_cache(f, e, name);
	return found != NULL ? found : find_by_default(e, path, name);
}
