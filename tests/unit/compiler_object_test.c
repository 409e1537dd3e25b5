/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What we read from and change in objects that volunteers send. */
#include <elf.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/buf.h"
#include "compiler/elfsec.h"
#include "compiler/gccversion.h"
#include "compiler/producer.h"
#include "tests/unit/check.h"

static int
file_with(const void *p, size_t n)
{
	int fd = memfd_create("object", MFD_CLOEXEC);

	CHECK(write(fd, p, n) == (ssize_t)n);
	return fd;
}

static struct buf
content(int fd)
{
	struct buf b = BUF_INIT;

	lseek(fd, 0, SEEK_SET);
	CHECK(buf_read_fd(&b, fd, 1 << 20) == 0);
	return b;
}

/* A smallest object: header, one section's bytes, names, table. */
static struct buf
make_object(const char *name, const char *data, size_t n)
{
	Elf64_Shdr sh[3] = {0};
	Elf64_Ehdr eh = {0};
	struct buf b = BUF_INIT;

	memcpy(eh.e_ident, ELFMAG, SELFMAG);
	eh.e_ident[EI_CLASS] = ELFCLASS64;
	eh.e_ident[EI_DATA] = __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB;
	eh.e_type = ET_REL;
	eh.e_shentsize = sizeof(sh[0]);
	eh.e_shnum = 3;
	eh.e_shstrndx = 2;
	eh.e_shoff = sizeof(eh) + n + 1 + strlen(name) + 1;
	sh[1].sh_name = 1;
	sh[1].sh_type = SHT_PROGBITS;
	sh[1].sh_offset = sizeof(eh);
	sh[1].sh_size = n;
	sh[2].sh_type = SHT_STRTAB;
	sh[2].sh_offset = sizeof(eh) + n;
	sh[2].sh_size = 1 + strlen(name) + 1;
	buf_add(&b, &eh, sizeof(eh));
	buf_add(&b, data, n);
	buf_add(&b, "", 1);
	buf_add(&b, name, strlen(name) + 1);
	buf_add(&b, sh, sizeof(sh));
	return b;
}

static void
test_producer_in_objects(void)
{
	static const char before[] = "x\0GNU C17 12 -O2 -fdirectives-only -fPIC\0int";
	static const char after[] = "x\0GNU C17 12 -O2 -fPIC\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0int";
	static const struct { const char *data; size_t n; } untouched[] = {
		{"GNU C17 12 -O2", 15},
		{"my -fdirectives-only string", 28},	/* not gcc's */
		{"GNU C17 -fdirectives-only", 25},	/* its end is missing */
	};
	struct buf o, got;
	int fd;

	CHECK_INT(sizeof(before), sizeof(after));
	o = make_object(".debug_str", before, sizeof(before));
	fd = file_with(o.p, o.n);
	CHECK_INT(1, producer_clean(fd));
	got = content(fd);
	CHECK_INT(o.n, got.n);
	CHECK(memcmp(got.p + sizeof(Elf64_Ehdr), after, sizeof(after)) == 0);
	CHECK(memcmp(got.p + sizeof(Elf64_Ehdr) + sizeof(after), o.p + sizeof(Elf64_Ehdr) + sizeof(after), o.n - sizeof(Elf64_Ehdr) - sizeof(after)) == 0);
	CHECK_INT(0, producer_clean(fd));
	close(fd);
	buf_free(&o);
	buf_free(&got);

	for (size_t i = 0; i < countof(untouched); i++) {
		o = make_object(".debug_str", untouched[i].data, untouched[i].n);
		fd = file_with(o.p, o.n);
		CHECK_ROW(untouched[i].data, producer_clean(fd) == 0);
		got = content(fd);
		CHECK_ROW(untouched[i].data, got.n == o.n && memcmp(got.p, o.p, o.n) == 0);
		close(fd);
		buf_free(&o);
		buf_free(&got);
	}
}

/* Whatever an object claims, only bytes of the file are read: every cut and every changed byte. */
static void
test_damaged_objects(void)
{
	struct buf o = make_object(".comment", "\0GCC: (X) 1.2.3", 16);
	struct elfsec r;
	unsigned char *copy;

	CHECK(elfsec_find((unsigned char *)o.p, o.n, ".comment", &r));
	CHECK_INT(16, r.n);
	CHECK(!elfsec_find((unsigned char *)o.p, o.n, ".debug_str", &r));
	for (size_t n = 0; n < o.n; n++) {
		copy = xmalloc(n + 1);	/* the sanitizer sees a read beyond it */
		memcpy(copy, o.p, n);
		CHECK(!elfsec_find(copy, n, ".comment", &r) || r.at + r.n <= n);
		free(copy);
	}
	copy = xmalloc(o.n);
	for (size_t i = 0; i < o.n; i++) {
		memcpy(copy, o.p, o.n);
		copy[i] ^= 0xff;
		if (elfsec_find(copy, o.n, ".comment", &r))
			CHECK(r.at <= o.n && r.n <= o.n - r.at);
	}
	free(copy);
	buf_free(&o);
}

static void
test_version(void)
{
	static const struct { const char *sig, *want; bool ok; } rows[] = {
		{"GCC: (Debian 12.2.0-14) 12.2.0", "12.2.0", true},
		{"GCC: (Debian 12.2.0-14) 12.2.0", "2.0", false},
		{"GCC: (Debian 12.2.0-14) 12.2.0", "13.1.0", false},
		{"GCC: (Gentoo 13.2.1_p20240210 p14) 13.2.1 20240210", "13.2.1 20240210", true},
		{"GCC: (Gentoo 13.2.1_p20240210 p14) 13.2.1 20240210", "13.2.1 20240113", false},
		{"GCC: (Gentoo 13.2.1_p20240210 p14) 13.2.1 20240210", "20240210", false},
		{"clang version 14", "12.2.0", true},	/* not ours to judge */
	};
	char *v;

	for (size_t i = 0; i < countof(rows); i++) {
		struct buf o = make_object(".comment", rows[i].sig, strlen(rows[i].sig) + 1);
		int fd = file_with(o.p, o.n);
		char *found = NULL;

		CHECK_ROW(rows[i].sig, gccversion_object_matches(fd, rows[i].want, &found) == rows[i].ok);
		CHECK_STR(rows[i].ok ? NULL : rows[i].sig + 5, found);
		free(found);
		close(fd);
		buf_free(&o);
	}
	v = gccversion_of_text("#define A 1\n#define __VERSION__ \"12.2.0\"\n", 41);
	CHECK_STR("12.2.0", v);
	free(v);
	CHECK(gccversion_of_text("#define __VERSION__ \"12.2.0", 27) == NULL);
	CHECK(gccversion_of_text("", 0) == NULL);
}

int
main(void)
{
	test_producer_in_objects();
	test_damaged_objects();
	test_version();
	return check_done();
}
