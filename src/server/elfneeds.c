/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/elfneeds.h"

#include <elf.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/util.h"

#define MAX_NEEDED 1024
#define MAX_STRING 4096

struct file {
	const unsigned char *p;
	size_t n;
	bool wide;		/* 64 bits */
};

/* One program header, of either class. */
struct segment {
	uint32_t type;
	uint64_t at, addr, n;
};

static bool
within(const struct file *f, uint64_t at, uint64_t n)
{
	return at <= f->n && n <= f->n - at;
}

static uint64_t
number(const struct file *f, uint64_t at, size_t n)
{
	uint16_t two;
	uint32_t four;
	uint64_t eight;

	if (!within(f, at, n))
		return 0;
	switch (n) {
	case 2:
		memcpy(&two, f->p + at, n);
		return two;
	case 4:
		memcpy(&four, f->p + at, n);
		return four;
	default:
		memcpy(&eight, f->p + at, n);
		return eight;
	}
}

#define FIELD(f, at, name, member) \
	((f)->wide ? number(f, (at) + offsetof(Elf64_##name, member), sizeof(((Elf64_##name *)0)->member)) \
		   : number(f, (at) + offsetof(Elf32_##name, member), sizeof(((Elf32_##name *)0)->member)))

static bool
segment_at(const struct file *f, unsigned i, struct segment *s)
{
	uint64_t size = f->wide ? sizeof(Elf64_Phdr) : sizeof(Elf32_Phdr), start = FIELD(f, 0, Ehdr, e_phoff);
	uint64_t at = start + i * FIELD(f, 0, Ehdr, e_phentsize);

	if (start > f->n || !within(f, at, size))
		return false;
	s->type = (uint32_t)FIELD(f, at, Phdr, p_type);
	s->at = FIELD(f, at, Phdr, p_offset);
	s->addr = FIELD(f, at, Phdr, p_vaddr);
	s->n = FIELD(f, at, Phdr, p_filesz);
	return true;
}

/* Where in the file the byte of that address is. */
static bool
place_of(const struct file *f, uint64_t addr, uint64_t *at)
{
	unsigned n = (unsigned)FIELD(f, 0, Ehdr, e_phnum);
	struct segment s;

	for (unsigned i = 0; i < n && segment_at(f, i, &s); i++) {
		if (s.type == PT_LOAD && addr >= s.addr && addr - s.addr < s.n && s.at <= f->n) {
			*at = s.at + (addr - s.addr);
			return true;
		}
	}
	return false;
}

/* A string that ends within the file; NULL if it does not.  The caller frees. */
static char *
string_at(const struct file *f, uint64_t at)
{
	size_t max;

	if (at >= f->n)
		return NULL;
	max = f->n - at < MAX_STRING ? (size_t)(f->n - at) : MAX_STRING;
	if (memchr(f->p + at, '\0', max) == NULL)
		return NULL;
	return xstrdup((const char *)f->p + at);
}

/* Entry i of the dynamic section; false at its end. */
static bool
dynamic_at(const struct file *f, const struct segment *s, unsigned i, int64_t *tag, uint64_t *value)
{
	uint64_t size = f->wide ? sizeof(Elf64_Dyn) : sizeof(Elf32_Dyn), at = s->at + i * size;

	if (s->at > f->n || (i + 1) * size > s->n || !within(f, at, size))
		return false;
	*tag = f->wide ? (int64_t)FIELD(f, at, Dyn, d_tag) : (int32_t)FIELD(f, at, Dyn, d_tag);
	*value = FIELD(f, at, Dyn, d_un);
	return *tag != DT_NULL;
}

static bool
take_dynamic(const struct file *f, const struct segment *s, struct elfneeds *e)
{
	uint64_t strings = 0, value;
	int64_t tag;

	for (unsigned i = 0; dynamic_at(f, s, i, &tag, &value); i++) {
		if (tag == DT_STRTAB && !place_of(f, value, &strings))
			return false;
	}
	for (unsigned i = 0; dynamic_at(f, s, i, &tag, &value); i++) {
		char *text;

		if (tag != DT_NEEDED && tag != DT_RPATH && tag != DT_RUNPATH)
			continue;
		text = value > f->n ? NULL : string_at(f, strings + value);
		if (strings == 0 || text == NULL || e->needed.n == MAX_NEEDED) {
			free(text);
			return false;
		}
		if (tag == DT_NEEDED) {
			strv_push_own(&e->needed, text);
		} else {
			char **path = tag == DT_RPATH ? &e->rpath : &e->runpath;

			free(*path);
			*path = text;
		}
	}
	return true;
}

bool
elfneeds_of(const void *p, size_t n, struct elfneeds *e)
{
	struct file f = {.p = p, .n = n};
	struct segment s;
	unsigned segments;
	bool ok = true;

	*e = (struct elfneeds){0};
	if (n < sizeof(Elf64_Ehdr) || memcmp(f.p, ELFMAG, SELFMAG) != 0 ||
	    f.p[EI_DATA] != (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? ELFDATA2MSB : ELFDATA2LSB))
		return false;
	e->class = f.p[EI_CLASS];
	f.wide = e->class == ELFCLASS64;
	if (!f.wide && e->class != ELFCLASS32)
		return false;
	e->machine = (unsigned)FIELD(&f, 0, Ehdr, e_machine);
	segments = (unsigned)FIELD(&f, 0, Ehdr, e_phnum);
	for (unsigned i = 0; ok && i < segments; i++) {
		ok = segment_at(&f, i, &s);
		if (ok && s.type == PT_INTERP && e->interp == NULL)
			ok = (e->interp = string_at(&f, s.at)) != NULL;
		else if (ok && s.type == PT_DYNAMIC)
			ok = take_dynamic(&f, &s, e);
	}
	return ok;
}

bool
elfneeds_of_file(const char *path, struct elfneeds *e)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	void *p = MAP_FAILED;
	struct stat st;
	bool ok = false;

	*e = (struct elfneeds){0};
	if (fd != -1 && fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size > 0)
		p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (fd != -1)
		close(fd);
	if (p != MAP_FAILED) {
		ok = elfneeds_of(p, (size_t)st.st_size, e);
		munmap(p, (size_t)st.st_size);
	}
	return ok;
}

void
elfneeds_free(struct elfneeds *e)
{
	free(e->interp);
	free(e->rpath);
	free(e->runpath);
	strv_free(&e->needed);
	*e = (struct elfneeds){0};
}
