/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include <stdint.h>
#include <stdlib.h>

#include "server/libfind.h"

/* An ld.so.cache of these entries. */
struct entry {
	const char *name, *path;
	uint64_t hwcap;
};

static void
make_cache(const struct entry *entries, uint32_t n, struct buf *b)
{
	struct buf text = BUF_INIT;
	char head[48] = "glibc-ld.so.cache1.1";
	uint32_t at = 48 + n * 24;

	memcpy(head + 20, &n, sizeof(n));
	buf_add(b, head, sizeof(head));
	for (uint32_t i = 0; i < n; i++) {
		uint32_t fields[4] = {3, at + (uint32_t)text.n, at + (uint32_t)(text.n + strlen(entries[i].name) + 1), 0};

		buf_add(b, fields, sizeof(fields));
		buf_add(b, &entries[i].hwcap, sizeof(entries[i].hwcap));
		buf_add(&text, entries[i].name, strlen(entries[i].name) + 1);
		buf_add(&text, entries[i].path, strlen(entries[i].path) + 1);
	}
	buf_add(b, text.p, text.n);
	buf_free(&text);
}

static void
test_cache(void)
{
	static const struct entry entries[] = {
		{"libx.so.1", "/usr/lib/haswell/libx.so.1", 4},
		{"libx.so.1", "/usr/lib/libx.so.1", 0},
		{"libx.so.1", "/usr/lib32/libx.so.1", 0},
		{"liby.so.1", "/usr/lib/liby.so.1", 0},
	};
	struct buf b = BUF_INIT;
	struct strv found = STRV_INIT;

	make_cache(entries, countof(entries), &b);
	libfind_in_cache(b.p, b.n, "libx.so.1", &found);
	CHECK_INT(2, found.n);
	CHECK_STR("/usr/lib/libx.so.1", found.n == 2 ? found.v[0] : NULL);
	CHECK_STR("/usr/lib32/libx.so.1", found.n == 2 ? found.v[1] : NULL);
	strv_free(&found);
	libfind_in_cache(b.p, b.n, "libz.so.1", &found);
	CHECK_INT(0, found.n);
	for (size_t n = 0; n < b.n; n++) {
		char *cut = malloc(n + 1);

		if (cut == NULL)
			break;
		memcpy(cut, b.p, n);
		libfind_in_cache(cut, n, "liby.so.1", &found);
		free(cut);
	}
	CHECK_INT(0, found.n);
	strv_free(&found);
	buf_free(&b);
}

static void
test_expand(void)
{
	static const struct {
		const char *rpath, *first, *second;
	} rows[] = {
		{NULL, NULL, NULL},
		{"", NULL, NULL},
		{"/a:/b", "/a", "/b"},
		{"$ORIGIN/../lib", "/nonexistent/bin/../lib", NULL},
		{"${ORIGIN}:/x/$ORIGINAL", "/nonexistent/bin", "/x//nonexistent/binAL"},
		{"relative:/a", "/a", NULL},
	};

	for (size_t i = 0; i < countof(rows); i++) {
		struct strv out = STRV_INIT;

		libfind_expand(rows[i].rpath, "/nonexistent/bin/tool", &out);
		CHECK_STR(rows[i].first, out.n > 0 ? out.v[0] : NULL);
		CHECK_STR(rows[i].second, out.n > 1 ? out.v[1] : NULL);
		strv_free(&out);
	}
}

static void
test_find(void)
{
	struct elfneeds e;
	struct libfind f;
	bool by_path;
	char *libc;

	libfind_open(&f);
	CHECK(elfneeds_of_file("/proc/self/exe", &e));
	for (size_t i = 0; i < e.needed.n; i++) {
		libc = libfind_find(&f, &e, "/proc/self/exe", NULL, e.needed.v[i], &by_path);
		CHECK_ROW(e.needed.v[i], libc != NULL && libc[0] == '/');
		free(libc);
	}
	CHECK(libfind_find(&f, &e, "/proc/self/exe", NULL, "libnone.so.77", &by_path) == NULL);
	elfneeds_free(&e);
	libfind_close(&f);
}

int
main(void)
{
	test_cache();
	test_expand();
	test_find();
	return check_done();
}
