/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/target.h"

#include <elf.h>
#include <link.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/util.h"

/* not in the headers of glibc before 2.35; the number is the ELF registry's */
#ifndef EM_LOONGARCH
#define EM_LOONGARCH 258
#endif

/* The built-in macros come first; no need to look through megabytes of headers. */
#define LOOK_AT_MOST 65536

/* In the header of this very program; the linker provides it. */
extern const ElfW(Ehdr) __ehdr_start __attribute__((weak, visibility("hidden")));

static const struct {
	const char *macro;
	uint16_t machine, family;	/* family: of the same processor with longer words */
	const char *name;
} rows[] = {
	{"__x86_64__", EM_X86_64, EM_X86_64, "x86_64"},
	{"__i386__", EM_386, EM_X86_64, "i386"},
	{"__aarch64__", EM_AARCH64, EM_AARCH64, "aarch64"},
	{"__arm__", EM_ARM, EM_ARM, "arm"},
	{"__riscv", EM_RISCV, EM_RISCV, "riscv"},
	{"__powerpc64__", EM_PPC64, EM_PPC64, "powerpc64"},
	{"__powerpc__", EM_PPC, EM_PPC64, "powerpc"},
	{"__s390__", EM_S390, EM_S390, "s390"},
	{"__mips__", EM_MIPS, EM_MIPS, "mips"},
	{"__loongarch__", EM_LOONGARCH, EM_LOONGARCH, "loongarch"},
	{"__hppa__", EM_PARISC, EM_PARISC, "hppa"},
	{"__m68k__", EM_68K, EM_68K, "m68k"},
};

uint16_t
target_of_text(const char *p, size_t n)
{
	char line[64];
	int len;

	if (n > LOOK_AT_MOST)
		n = LOOK_AT_MOST;
	for (size_t i = 0; i < countof(rows); i++) {
		len = snprintf(line, sizeof(line), "\n#define %s 1\n", rows[i].macro);
		if (memmem(p, n, line, (size_t)len) != NULL)
			return rows[i].machine;
	}
	return EM_NONE;
}

uint16_t
target_of_object(int fd)
{
	Elf32_Ehdr eh;		/* the 64-bit one begins like it */
	const unsigned char *m = (const unsigned char *)&eh.e_machine;

	if (pread(fd, &eh, sizeof(eh), 0) != (ssize_t)sizeof(eh) || memcmp(eh.e_ident, ELFMAG, SELFMAG) != 0)
		return EM_NONE;
	return eh.e_ident[EI_DATA] == ELFDATA2MSB ? (uint16_t)(m[0] << 8 | m[1]) : (uint16_t)(m[1] << 8 | m[0]);
}

uint16_t
target_of_us(void)
{
	return &__ehdr_start != NULL ? __ehdr_start.e_machine : EM_NONE;
}

static uint16_t
family(uint16_t machine)
{
	for (size_t i = 0; i < countof(rows); i++) {
		if (rows[i].machine == machine)
			return rows[i].family;
	}
	return machine;
}

/* "gcc", "g++-12", "clang"; a path, or a name with a target in front, may be for anything. */
static bool
is_plain(const char *name)
{
	static const char *const tools[] = {"cc", "c++", "gcc", "g++", "clang", "clang++"};
	size_t len;

	for (size_t i = 0; i < countof(tools); i++) {
		len = strlen(tools[i]);
		if (strncmp(name, tools[i], len) == 0 && (name[len] == '\0' || name[len] == '-'))
			return true;
	}
	return false;
}

bool
target_fits(uint16_t want, const char *name, uint16_t found)
{
	if (found == EM_NONE)
		return true;
	if (want != EM_NONE)
		return want == found;
	return !is_plain(name) || target_of_us() == EM_NONE || family(found) == family(target_of_us());
}

const char *
target_name(uint16_t machine)
{
	static char other[32];

	for (size_t i = 0; i < countof(rows); i++) {
		if (rows[i].machine == machine)
			return rows[i].name;
	}
	snprintf(other, sizeof(other), "processor %u", machine);
	return other;
}
