/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "check.h"

#include <stdlib.h>

#include "base/buf.h"
#include "server/elfneeds.h"

static void
test_ourselves(void)
{
	struct elfneeds e;
	bool libc = false;

	CHECK(elfneeds_of_file("/proc/self/exe", &e));
	CHECK(e.interp != NULL && e.interp[0] == '/');
	for (size_t i = 0; i < e.needed.n; i++)
		libc |= strncmp(e.needed.v[i], "libc.", 5) == 0;
	CHECK(libc);
	elfneeds_free(&e);
}

static void
test_no_elf(void)
{
	static const char *const texts[] = {"", "\177ELF", "#!/bin/sh\nexit 0\n# long enough to hold a header of an ELF file\n"};
	struct elfneeds e;

	for (size_t i = 0; i < countof(texts); i++) {
		CHECK_ROW(texts[i], !elfneeds_of(texts[i], strlen(texts[i]), &e));
		elfneeds_free(&e);
	}
	CHECK(!elfneeds_of_file("/nonexistent", &e));
	elfneeds_free(&e);
	CHECK(!elfneeds_of_file("/", &e));
	elfneeds_free(&e);
}

/* Whatever is in it, nothing outside is read (the sanitizer looks). */
static void
test_damaged(void)
{
	struct buf b = BUF_INIT;
	struct elfneeds e;
	unsigned seed = 1;
	size_t n;

	CHECK(buf_read_file(&b, "/proc/self/exe", 64u << 20) == 0);
	for (n = 0; n < b.n; n = n * 5 / 4 + 1) {
		char *cut = malloc(n);

		if (cut == NULL)
			break;
		memcpy(cut, b.p, n);
		(void)elfneeds_of(cut, n, &e);
		elfneeds_free(&e);
		free(cut);
	}
	for (int i = 0; i < 2000; i++) {
		size_t at;
		char was;

		seed = seed * 1103515245 + 12345;
		at = (seed >> 8) % 1024;
		was = b.p[at];
		b.p[at] = (char)(seed >> 20);
		(void)elfneeds_of(b.p, b.n, &e);
		elfneeds_free(&e);
		if (i % 8 != 0)
			b.p[at] = was;
	}
	buf_free(&b);
	CHECK(true);
}

int
main(void)
{
	test_ourselves();
	test_no_elf();
	test_damaged();
	return check_done();
}
