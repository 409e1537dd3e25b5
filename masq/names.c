/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/names.h"

#include <stdlib.h>

#include "base/util.h"

static const struct {
	const char *stem;
	bool versioned;
} stems[] = {
	{"clang++", true}, {"clang", true}, {"gcc", true}, {"g++", true},
	{"c++", false}, {"c89", false}, {"c99", false}, {"cc", false},
};

/*
 * What the first word of a target begins with; and targets of one word.  Without these lists "my-own-gcc" were a
 * compiler for the processor "my", and a script of that name would get a link nobody asked for.
 */
static const char *const processors[] = {
	"aarch64", "alpha", "amdgcn", "arm", "avr", "bpf", "hppa", "i386", "i486", "i586", "i686", "ia64", "loongarch",
	"m68k", "microblaze", "mips", "msp430", "nios2", "nvptx", "or1k", "powerpc", "riscv", "s390", "sh4", "sparc",
	"wasm32", "x86_64", "xtensa",
};
static const char *const lone_targets[] = {"avr", "bpf", "mingw32", "msp430", "pru"};

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* "12", "4.9.3", "12-win32": numbers with dots between. */
static bool
is_version(const char *s)
{
	for (;;) {
		if (!is_digit(*s))
			return false;
		while (is_digit(*s))
			s++;
		if (*s == '\0' || (*s == '-' && is_thread_model(s + 1)))
			return true;
		if (*s++ != '.')
			return false;
	}
}

bool
names_target_ok(const char *text)
{
	size_t n = strlen(text);

	if (n == 0 || text[0] == '-' || text[0] == '.' || text[n - 1] == '-')
		return false;
	for (const char *p = text; *p != '\0'; p++) {
		if (!is_letter(*p) && !is_digit(*p) && strchr("._+-", *p) == NULL)
			return false;
	}
	return true;
}

static bool
is_word(const char *word, const char *text, size_t len)
{
	return strlen(word) == len && memcmp(word, text, len) == 0;
}

static bool
is_target(const char *text, size_t len, char *const *targets)
{
	for (size_t i = 0; targets != NULL && targets[i] != NULL; i++) {
		if (is_word(targets[i], text, len))
			return true;
	}
	for (size_t i = 0; i < countof(lone_targets); i++) {
		if (is_word(lone_targets[i], text, len))
			return true;
	}
	for (size_t i = 0; i < countof(processors) && memchr(text, '-', len) != NULL; i++) {
		if (starts_with(text, processors[i]))
			return true;
	}
	return false;
}

/* Does text end its stem here, with a version or without? */
static bool
take_stem(const char *text, struct name *n)
{
	size_t len;

	for (size_t i = 0; i < countof(stems); i++) {
		len = strlen(stems[i].stem);
		if (strncmp(text, stems[i].stem, len) != 0)
			continue;
		if (text[len] == '\0') {
			*n = (struct name){.stem = stems[i].stem};
			return true;
		}
		if (text[len] == '-' && ((stems[i].versioned && is_version(text + len + 1)) || is_thread_model(text + len + 1))) {
			*n = (struct name){.stem = stems[i].stem, .version = text + len + 1};
			return true;
		}
	}
	return false;
}

bool
names_parse(const char *text, char *const *targets, struct name *n)
{
	struct name found;

	if (n == NULL)
		n = &found;
	if (take_stem(text, n))
		return true;
	for (const char *dash = strchr(text, '-'); dash != NULL; dash = strchr(dash + 1, '-')) {
		if (take_stem(dash + 1, n) && is_target(text, (size_t)(dash - text), targets)) {
			n->target_len = (size_t)(dash - text);
			return true;
		}
	}
	return false;
}

void
names_of_target(struct strv *out, const char *target)
{
	static const char *const of_target[] = {"gcc", "cc", "c++", "g++", "clang", "clang++"};

	for (size_t i = 0; i < countof(of_target); i++)
		strv_pushf(out, "%s-%s", target, of_target[i]);
}

char *
names_profile_target(const char *profile)
{
	for (const char *dash = strchr(profile, '-'); dash != NULL; dash = strchr(dash + 1, '-')) {
		if (is_digit(dash[1]) && dash > profile)
			return xstrndup(profile, (size_t)(dash - profile));
	}
	return NULL;
}

static int
by_text(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void
names_sort(struct strv *names)
{
	size_t n = 0;

	if (names->n == 0)
		return;
	qsort(names->v, names->n, sizeof(names->v[0]), by_text);
	for (size_t i = 0; i < names->n; i++) {
		if (n > 0 && streq(names->v[n - 1], names->v[i]))
			free(names->v[i]);
		else
			names->v[n++] = names->v[i];
	}
	names->n = n;
	names->v[n] = NULL;
}
