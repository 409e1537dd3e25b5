/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/target.h"

#include <elf.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/unit/check.h"

static void
test_text(void)
{
	static const struct {
		const char *text;
		uint16_t want;
	} good[] = {
		{"# 0 \"<built-in>\"\n#define __x86_64 1\n#define __x86_64__ 1\nint x;\n", EM_X86_64},
		{"#define __STDC__ 1\n#define __i386__ 1\n", EM_386},
		{"#define __STDC__ 1\n#define __aarch64__ 1\n", EM_AARCH64},
		{"#define __STDC__ 1\n#define __powerpc__ 1\n#define __powerpc64__ 1\n", EM_PPC64},
		{"#define __STDC__ 1\n#define __riscv 1\n#define __riscv_xlen 64\n", EM_RISCV},
		{"int x;\n", EM_NONE},
		{"", EM_NONE},
		{"\n#define __x86_64__ 0\n", EM_NONE},
		{"\n// #define __x86_64__ 1\n", EM_NONE},
	};
	size_t far = 1 << 20;
	char *big = malloc(far + 64);

	for (size_t i = 0; i < countof(good); i++)
		CHECK_INT(good[i].want, target_of_text(good[i].text, strlen(good[i].text)));
	memset(big, ' ', far);
	memcpy(big + far, "\n#define __arm__ 1\n", 20);
	CHECK_INT(EM_NONE, target_of_text(big, far + 20));
	free(big);
}

static uint16_t
object(const void *p, size_t n)
{
	int fd = memfd_create("object", MFD_CLOEXEC);
	uint16_t machine;

	CHECK(write(fd, p, n) == (ssize_t)n);
	machine = target_of_object(fd);
	CHECK(lseek(fd, 0, SEEK_CUR) == (off_t)n);
	close(fd);
	return machine;
}

static void
test_object(void)
{
	unsigned char eh[sizeof(Elf64_Ehdr)] = {0x7f, 'E', 'L', 'F', ELFCLASS64, ELFDATA2LSB};

	eh[18] = EM_RISCV;
	CHECK_INT(EM_RISCV, object(eh, sizeof(eh)));
	CHECK_INT(EM_NONE, object(eh, 19));
	eh[EI_DATA] = ELFDATA2MSB;
	eh[18] = 0;
	eh[19] = EM_PPC64;
	CHECK_INT(EM_PPC64, object(eh, sizeof(eh)));
	eh[0] = 0;
	CHECK_INT(EM_NONE, object(eh, sizeof(eh)));
	CHECK_INT(EM_NONE, object("", 0));
}

static void
test_fits(void)
{
	uint16_t us = target_of_us(), other = us == EM_AARCH64 ? EM_RISCV : EM_AARCH64;
	const struct {
		uint16_t want;
		const char *name;
		uint16_t found;
		bool fits;
	} rows[] = {
		{EM_386, "gcc", EM_386, true},		/* -m32 */
		{EM_386, "gcc", EM_X86_64, false},
		{EM_ARM, "arm-none-eabi-gcc", EM_ARM, true},
		{EM_NONE, "clang", us, true},
		{EM_NONE, "clang-16", other, false},
		{EM_NONE, "g++", other, false},
		{EM_NONE, "cc", other, false},
		{EM_NONE, "aarch64-linux-gnu-clang", other, true},
		{EM_NONE, "/opt/bin/clang", other, true},
		{us, "gcc", EM_NONE, true},		/* no ELF file: bitcode, say */
		{EM_NONE, "clang", EM_NONE, true},
	};

	CHECK(us != EM_NONE);
	for (size_t i = 0; i < countof(rows); i++)
		CHECK_ROW(rows[i].name, target_fits(rows[i].want, rows[i].name, rows[i].found) == rows[i].fits);
	if (us == EM_X86_64)
		CHECK(target_fits(EM_NONE, "clang", EM_386));
}

static void
test_name(void)
{
	CHECK_STR("x86_64", target_name(EM_X86_64));
	CHECK_STR("processor 9999", target_name(9999));
}

int
main(void)
{
	test_text();
	test_object();
	test_fits();
	test_name();
	return check_done();
}
