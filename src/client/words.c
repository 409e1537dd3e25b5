/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/words.h"

#include <inttypes.h>
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>
#include <unistd.h>

#include "base/path.h"
#include "base/util.h"

/* Read by gcc and clang, and seen in what they write. */
static const char *const passed[] = {
	"CLICOLOR_FORCE", "CPATH", "CPLUS_INCLUDE_PATH", "C_INCLUDE_PATH", "EXPERIMENTAL_ANALYZER", "GCC_COLORS", "GCC_EXTRA_DIAGNOSTIC_OUTPUT",
	"GCC_URLS", "NO_COLOR", "OBJCPLUS_INCLUDE_PATH", "OBJC_INCLUDE_PATH", "SOURCE_DATE_EPOCH", "TERM_URLS", "ZERO_AR_DATE",
};

static const char *
nonempty(const char *name)
{
	const char *s = getenv(name);

	return s != NULL && *s != '\0' ? s : NULL;
}

/* The value that counts for category ("LC_MESSAGES"); "" if there is none: C to glibc, and C.UTF-8 to musl. */
static const char *
locale_of(const char *category)
{
	const char *s = nonempty("LC_ALL");

	if (s == NULL)
		s = nonempty(category);
	if (s == NULL)
		s = nonempty("LANG");
	return s != NULL ? s : "";
}

static bool
is_plain(const char *locale)
{
	return streq(locale, "C") || streq(locale, "POSIX");
}

/* Nobody translates compilers into English, or into C. */
static bool
is_english(const char *locale)
{
	return is_plain(locale) || starts_with(locale, "C.") || streq(locale, "en") || starts_with(locale, "en_") || starts_with(locale, "en.");
}

/* The locale of a category, if this machine has it; 0: programs run in C.  The caller frees. */
static locale_t
open_locale(const char *category, int mask)
{
	return is_plain(locale_of(category)) ? (locale_t)0 : newlocale(mask, "", (locale_t)0);
}

/* A locale of that name is in a directory of its own: what newlocale would find, at a tenth of the cost. */
static bool
is_plain_utf8(const char *locale)
{
	const char *dot = strchr(locale, '.');
	char name[64];

	if (dot == NULL || dot == locale || strchr(locale, '/') != NULL || nonempty("LOCPATH") != NULL ||
	    (!streq(dot, ".UTF-8") && !streq(dot, ".utf8")))
		return false;
	if (snprintf(name, sizeof(name), "/usr/lib/locale/%.*s.utf8/LC_CTYPE", (int)(dot - locale), locale) >= (int)sizeof(name))
		return false;
	return access(name, R_OK) == 0;
}

static bool
is_utf8(void)
{
	locale_t l;
	bool utf8;

	if (is_plain_utf8(locale_of("LC_CTYPE")))
		return true;
	l = open_locale("LC_CTYPE", LC_CTYPE_MASK);
	if (l == (locale_t)0)
		return false;
	utf8 = strcasecmp(nl_langinfo_l(CODESET, l), "UTF-8") == 0;
	freelocale(l);
	return utf8;
}

/* LANGUAGE is a list of languages, the first that there is wins; it counts only with a locale other than C. */
static bool
is_translated(enum cc_kind kind)
{
	const char *list = nonempty("LANGUAGE"), *locale = locale_of("LC_MESSAGES");
	locale_t l;

	if (kind == CC_CLANG || *locale == '\0' || (list == NULL && is_english(locale)))
		return false;
	if (list != NULL && is_english(list) && strchr(list, ':') == NULL)
		return false;
	l = open_locale("LC_MESSAGES", LC_MESSAGES_MASK);
	if (l == (locale_t)0)
		return false;
	freelocale(l);
	return true;
}

static int
compare_words(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

int64_t
words_epoch(void)
{
	time_t now = time(NULL);
	struct tm local;

	tzset();
	return localtime_r(&now, &local) == NULL ? now : timegm(&local);
}

void
words_of(const struct args *a, const char *compiler, const char *cwd, bool timed, struct words *w)
{
	const char *value;
	char *dir = path_dir(compiler);

	*w = (struct words){.differ = isatty(STDERR_FILENO) || is_translated(a->kind)};
	for (size_t i = 0; i < countof(passed); i++) {
		value = getenv(passed[i]);
		if (value != NULL)
			strv_pushf(&w->env, "%s=%s", passed[i], value);
	}
	if (timed && getenv("SOURCE_DATE_EPOCH") == NULL) {
		strv_pushf(&w->env, "SOURCE_DATE_EPOCH=%" PRId64, words_epoch());
		w->clock = true;
	}
	strv_pushf(&w->env, "LC_ALL=%s", is_utf8() ? "C.UTF-8" : "C");
	strv_pushf(&w->env, "PATH=%s", dir);
	strv_pushf(&w->env, "PWD=%s", cwd);
	free(dir);
	qsort(w->env.v, w->env.n, sizeof(char *), compare_words);
}
