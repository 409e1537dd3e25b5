/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "compiler/opts.h"

#include <string.h>

#include "base/util.h"

#define KINDS (OPT_GCC | OPT_CLANG)

/* The rows [*lo, *hi) share their first at characters; keep those whose next one is c. */
static void
narrow(size_t *lo, size_t *hi, size_t at, unsigned char c)
{
	size_t a = *lo, b = *hi, mid;

	while (a < b) {
		mid = a + (b - a) / 2;
		if ((unsigned char)opt_table[mid].name[at] < c)
			a = mid + 1;
		else
			b = mid;
	}
	*lo = a;
	b = *hi;
	while (a < b) {
		mid = a + (b - a) / 2;
		if ((unsigned char)opt_table[mid].name[at] <= c)
			a = mid + 1;
		else
			b = mid;
	}
	*hi = a;
}

/* May the row, whose name the word begins with, stand for it? */
static bool
fits(const struct opt *o, unsigned kinds, bool whole)
{
	unsigned own = o->flags & KINDS;

	if (own != 0 && (own & kinds) == 0)
		return false;
	return whole || o->form == OPT_PREFIX || o->form == OPT_EITHER;
}

const struct opt *
opt_find(const char *word, unsigned kind_flags, const char **arg)
{
	const struct opt *best = NULL;
	size_t lo = 0, hi = opt_count, best_len = 0, n, i;

	for (n = 0; word[n] != '\0' && lo < hi;) {
		narrow(&lo, &hi, n, (unsigned char)word[n]);
		n++;
		/* Names that end here sort before the longer ones. */
		for (i = lo; i < hi && opt_table[i].name[n] == '\0'; i++) {
			const struct opt *o = &opt_table[i];

			if (!fits(o, kind_flags, word[n] == '\0'))
				continue;
			if (best == NULL || best_len < n || (o->flags & OPT_LOCAL) != 0) {
				best = o;
				best_len = n;
			}
		}
	}
	*arg = NULL;
	if (best != NULL && best->form != OPT_SEPARATE && word[best_len] != '\0')
		*arg = word + best_len;
	return best;
}

bool
opt_names_file(const struct opt *opt, const char *word)
{
	const char *value;

	if ((opt->flags & OPT_FAMILY) == 0)
		return false;
	value = strchr(word, '=');
	return value != NULL && strchr(value, '/') != NULL;
}

/* What the assembler may be told: nothing that prints, reads or writes a file, or looks at the machine. */
static const char *const assembler_words[] = {
	"--32", "--64", "--x32", "--execstack", "--noexecstack", "--fatal-warnings", "--no-warn", "--warn", "-W",
	"--divide", "-mrelax", "-mno-relax", "-n", "-K", "-R", "-J", "-Z", "-L", "--keep-locals", "--no-pad-sections",
	"--compress-debug-sections", "--nocompress-debug-sections", "--reduce-memory-overheads", "--sectname-subst",
	"--strip-local-absolute", "--traditional-format", "-mthumb", "-mthumb-interwork", "-mbig-obj", "-mno-shared",
	"-mshared", "-KPIC", "-EL", "-EB", "-O", "-O1", "-O2", "-Os", "-mnaked-reg", "-muse-unaligned-vector-move",
	"--crel", "--no-crel", "--allow-experimental-crel", "-momit-lock-prefix=no",
};
static const char *const assembler_prefixes[] = {
	"--compress-debug-sections=", "--elf-stt-common=", "--generate-missing-build-notes=", "--hash-size=",
	"--multibyte-handling=", "--size-check=", "-malign-branch", "-mbranches-within-32B-boundaries", "-mlfence-",
	"-mrelax-relocations=", "-mx86-used-note=", "-mimplicit-it=", "-mfence-as-lock-add=", "-moperand-check=",
	"-msse-check=", "-msse2avx", "-mavxscalar=", "-mvexwig=", "-mevexlig=", "-mevexwig=", "-mevexrcig=", "-madd-bnd-prefix",
	"-mmnemonic=", "-msyntax=", "-mcpu=", "-march=", "-mtune=", "-mfpu=", "-mfloat-abi=", "-mabi=", "-meabi=",
	"-mips", "-mpower", "-many", "-mno-arch-attr", "-march-attr", "-mfix-", "-mno-fix-", "-mccs", "-mdebug-", "-mnan=",
	"-momit-lock-prefix=", "-mtls-check=",
};

/* What makes debug information of the assembler's source. */
static const char *const assembler_debug_words[] = {"-g", "--gen-debug", "-gdwarf-sections"};
static const char *const assembler_debug_prefixes[] = {"-gdwarf-", "--gdwarf-"};

static bool
is_one_of(const char *w, size_t n, const char *const *words, size_t n_words)
{
	for (size_t i = 0; i < n_words; i++)
		if (strlen(words[i]) == n && memcmp(words[i], w, n) == 0)
			return true;
	return false;
}

static bool
begins_like_one_of(const char *w, size_t n, const char *const *prefixes, size_t n_prefixes)
{
	for (size_t i = 0; i < n_prefixes; i++) {
		size_t k = strlen(prefixes[i]);

		if (n >= k && memcmp(prefixes[i], w, k) == 0)
			return memchr(w, '/', n) == NULL;
	}
	return false;
}

static enum opt_assembler
assembler_word(const char *w, size_t n)
{
	if (is_one_of(w, n, assembler_words, countof(assembler_words)) ||
	    begins_like_one_of(w, n, assembler_prefixes, countof(assembler_prefixes)))
		return OPT_ASSEMBLER_ANYWHERE;
	if (is_one_of(w, n, assembler_debug_words, countof(assembler_debug_words)) ||
	    begins_like_one_of(w, n, assembler_debug_prefixes, countof(assembler_debug_prefixes)))
		return OPT_ASSEMBLER_DEBUG;
	return OPT_ASSEMBLER_HERE;
}

/* A symbol and its value. */
static bool
is_definition(const char *w, size_t n)
{
	return n > 0 && (*w == '_' || (*w >= 'A' && *w <= 'Z') || (*w >= 'a' && *w <= 'z')) && memchr(w, '=', n) != NULL &&
	    memchr(w, '/', n) == NULL;
}

enum opt_assembler
opt_assembler(const char *list)
{
	enum opt_assembler all = OPT_ASSEMBLER_ANYWHERE, one;
	const char *w = list, *end;

	do {
		one = OPT_ASSEMBLER_HERE;
		if (starts_with(w, "--defsym,") || starts_with(w, "--defsym=")) {
			w += strlen("--defsym=");
			end = strchrnul(w, ',');
			if (is_definition(w, (size_t)(end - w)))
				one = OPT_ASSEMBLER_ANYWHERE;
		} else {
			end = strchrnul(w, ',');
			one = assembler_word(w, (size_t)(end - w));
		}
		if (one > all)
			all = one;
		w = end + 1;
	} while (*end != '\0');
	return all;
}

/* A number or a plain word, as no file is called that somebody has named. */
static bool
is_plain_value(const char *value)
{
	size_t n = strlen(value);

	return strspn(value, "+-.0123456789") == n ||
	    strspn(value, "+-,:_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") == n;
}

bool
opt_llvm_travels(const char *option)
{
	static const char *const of_files[] = {"file", "path", "load", "output", "replay", "model", "log", "channel"};
	static const char *const of_reports[] = {"time", "stats", "info-", "track-", "view", "debug", "rng-", "help", "version"};
	const char *name = option + strspn(option, "-"), *value = strchrnul(name, '=');

	/* a word by itself belongs to the one before it, and may be a file */
	if (name == option || value == name)
		return false;
	for (size_t i = 0; i < countof(of_files); i++)
		if (memmem(name, (size_t)(value - name), of_files[i], strlen(of_files[i])) != NULL)
			return false;
	for (size_t i = 0; i < countof(of_reports); i++)
		if (starts_with(name, of_reports[i]))
			return false;
	return *value == '\0' || is_plain_value(value + 1);
}

bool
opt_cc1_travels(const char *word)
{
	static const char *const others[] = {"-debug-info-kind=", "-disable-O0-optnone", "-disable-llvm-passes"};
	const struct opt *opt;
	const char *arg;

	for (size_t i = 0; i < countof(others); i++)
		if (starts_with(word, others[i]))
			return true;
	if ((!starts_with(word, "-f") && !starts_with(word, "-W")) || strchr(word, '/') != NULL)
		return false;
	opt = opt_find(word, OPT_CLANG, &arg);
	return opt != NULL && opt->id == OPT_ID_NONE && (opt->form == OPT_EXACT || opt->form == OPT_PREFIX) &&
		(opt->flags & (OPT_LOCAL | OPT_QUERY | OPT_DENY | OPT_INPUT | OPT_OUTPUT | OPT_LINK | OPT_NOT_REPLICA)) == 0;
}
