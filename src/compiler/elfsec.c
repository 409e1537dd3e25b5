/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/elfsec.h"

#include <elf.h>
#include <stdint.h>
#include <string.h>

/* The fields of a section header that matter, of either class. */
struct section {
	uint32_t name, type;
	uint64_t flags, offset, size;
};

static bool
within(uint64_t at, uint64_t n, uint64_t size)
{
	return at <= size && n <= size - at;
}

/* Section i of the table at shoff; the table is known to lie within the file. */
static struct section
section_at(const unsigned char *p, bool is64, uint64_t shoff, unsigned i)
{
	struct section s;

	if (is64) {
		Elf64_Shdr h;

		memcpy(&h, p + shoff + (uint64_t)i * sizeof(h), sizeof(h));
		s = (struct section){h.sh_name, h.sh_type, h.sh_flags, h.sh_offset, h.sh_size};
	} else {
		Elf32_Shdr h;

		memcpy(&h, p + shoff + (uint64_t)i * sizeof(h), sizeof(h));
		s = (struct section){h.sh_name, h.sh_type, h.sh_flags, h.sh_offset, h.sh_size};
	}
	return s;
}

/* Where the table of sections is; false if this is no relocatable file we can read. */
static bool
section_table(const unsigned char *p, size_t size, bool *is64, uint64_t *shoff, unsigned *num, unsigned *names)
{
	unsigned entsize, want;

	if (size < sizeof(Elf64_Ehdr) || memcmp(p, ELFMAG, SELFMAG) != 0 ||
	    p[EI_DATA] != (__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? ELFDATA2LSB : ELFDATA2MSB))
		return false;
	*is64 = p[EI_CLASS] == ELFCLASS64;
	if (*is64) {
		Elf64_Ehdr h;

		memcpy(&h, p, sizeof(h));
		*shoff = h.e_shoff, *num = h.e_shnum, *names = h.e_shstrndx;
		entsize = h.e_shentsize, want = sizeof(Elf64_Shdr);
	} else if (p[EI_CLASS] == ELFCLASS32) {
		Elf32_Ehdr h;

		memcpy(&h, p, sizeof(h));
		*shoff = h.e_shoff, *num = h.e_shnum, *names = h.e_shstrndx;
		entsize = h.e_shentsize, want = sizeof(Elf32_Shdr);
	} else {
		return false;
	}
	return entsize == want && *names < *num && within(*shoff, (uint64_t)*num * want, size);
}

bool
elfsec_find(const unsigned char *p, size_t size, const char *name, struct elfsec *r)
{
	struct section names, s;
	unsigned num, shstrndx;
	uint64_t shoff;
	bool is64;

	if (!section_table(p, size, &is64, &shoff, &num, &shstrndx))
		return false;
	names = section_at(p, is64, shoff, shstrndx);
	if (!within(names.offset, names.size, size))
		return false;
	for (unsigned i = 1; i < num; i++) {
		s = section_at(p, is64, shoff, i);
		if (!within(s.name, strlen(name) + 1, names.size) ||
		    memcmp(p + names.offset + s.name, name, strlen(name) + 1) != 0)
			continue;
		if (s.type != SHT_PROGBITS || (s.flags & SHF_COMPRESSED) != 0 || !within(s.offset, s.size, size))
			return false;
		*r = (struct elfsec){(size_t)s.offset, (size_t)s.size};
		return true;
	}
	return false;
}
