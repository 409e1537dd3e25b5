/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/toolparts.h"

#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/path.h"
#include "base/util.h"
#include "compiler/ask.h"
#include "compiler/identity.h"

/* Those of gcc, beside the compilers proper, that have to do with making an object. */
static const char *const gcc_programs[] = {"as", "collect2", "lto1", "lto-wrapper", "objcopy"};

/* clang finds these on PATH or beside itself: for -fno-integrated-as and split debug information of old ones. */
static const char *const clang_programs[] = {"as", "objcopy"};

/*
 * What messages are made of in another language than C: the locale, and conversions between character sets (which -finput-charset
 * takes as well); and the catalogs of compilers and assemblers, Debian's with a version in their names.
 */
static const char *const locale_files[] = {
	"/usr/lib/locale",
	"/usr/lib/gconv",
	"/usr/lib64/gconv",
	"/usr/lib/*/gconv",
	"/usr/share/locale/locale.alias",
};
static const char *const catalog_dirs[] = {
	"/usr/share/locale/*/LC_MESSAGES",
	"/usr/share/locale-langpack/*/LC_MESSAGES",
	"/usr/share/gcc-data/*/*/locale/*/LC_MESSAGES",
	"/usr/share/binutils-data/*/*/locale/*/LC_MESSAGES",
};
static const char *const catalogs[] = {"gcc", "cpplib", "gas", "bfd", "opcodes", "binutils", "libc"};
static const char *const catalog_ends[] = {".mo", "-[0-9]*.mo"};

/* The last directory is the driver's own: it need not be on PATH to be found there. */
#define SEARCH "/usr/local/bin:/usr/bin:/bin"

/* The one line that the driver answers to an option; NULL if there is none.  The caller frees. */
static char *
answer_to(const char *path, const char *option)
{
	const char *argv[] = {path, option, NULL};
	struct ask a;
	char *line = NULL;

	if (ask_run(path, argv, NULL, &a) && a.out.n > 1)
		line = xstrndup(a.out.p, strcspn(a.out.p, "\n"));
	ask_free(&a);
	return line;
}

static bool
has_dir(const char *list, const char *dir)
{
	size_t len = strlen(dir);

	for (const char *p = list; p != NULL; p = strchr(p, ':')) {
		p += *p == ':';
		if (strncmp(p, dir, len) == 0 && (p[len] == ':' || p[len] == '\0'))
			return true;
	}
	return false;
}

static void
add_to_search(struct toolparts *p, const char *file)
{
	char *dir = path_dir(file), *longer;

	if (!has_dir(p->search, dir)) {
		longer = xasprintf("%s:%s", p->search, dir);
		free(p->search);
		p->search = longer;
	}
	free(dir);
}

/* A program of the driver, if there is one: the driver says where, or leaves it to PATH. */
static void
add_program(struct toolparts *p, const char *path, const char *name, const char *search)
{
	char *option = xasprintf("-print-prog-name=%s", name), *found = answer_to(path, option);

	if (found != NULL && strchr(found, '/') == NULL) {
		free(found);
		found = path_find(name, search);
		if (found != NULL && found[0] == '/')
			add_to_search(p, found);
	}
	if (found != NULL && found[0] == '/' && access(found, X_OK) == 0)
		strv_push(&p->programs, found);
	free(found);
	free(option);
}

/* The directory of libgcc: the driver goes from there by "..". */
static void
add_install_dir(struct toolparts *p, const char *path)
{
	char *lib = answer_to(path, "-print-libgcc-file-name");

	if (lib != NULL && lib[0] == '/')
		strv_push_own(&p->dirs, path_dir(lib));
	free(lib);
}

static void
add_glob(struct toolparts *p, const char *pattern)
{
	glob_t g;

	if (glob(pattern, 0, NULL, &g) == 0) {
		for (size_t k = 0; k < g.gl_pathc; k++)
			strv_push(&p->data, g.gl_pathv[k]);
	}
	globfree(&g);
}

static void
add_catalogs(struct toolparts *p, const char *dir)
{
	for (size_t i = 0; i < countof(catalogs); i++)
		for (size_t k = 0; k < countof(catalog_ends); k++) {
			char *pattern = xasprintf("%s/%s%s", dir, catalogs[i], catalog_ends[k]);

			add_glob(p, pattern);
			free(pattern);
		}
}

static void
add_locale(struct toolparts *p)
{
	for (size_t i = 0; i < countof(locale_files); i++)
		add_glob(p, locale_files[i]);
	for (size_t i = 0; i < countof(catalog_dirs); i++)
		add_catalogs(p, catalog_dirs[i]);
}

/* What clang reads that is not the client's: lists of the sanitizers.  Its configuration files are the client's. */
static void
add_clang_data(struct toolparts *p, const char *path)
{
	char *resources = answer_to(path, "-print-resource-dir");

	if (resources != NULL && resources[0] == '/') {
		strv_push(&p->dirs, resources);
		strv_push_own(&p->data, path_join(resources, "share"));
	}
	free(resources);
}

bool
toolparts_of(enum cc_kind kind, const char *path, const char *search, struct toolparts *p, char **why)
{
	const char *const *names = kind == CC_CLANG ? clang_programs : gcc_programs;
	size_t n = kind == CC_CLANG ? countof(clang_programs) : countof(gcc_programs);

	*p = (struct toolparts){.search = xstrdup(SEARCH)};
	if (path[0] != '/' || access(path, X_OK) == -1) {
		*why = xasprintf("%s cannot be run", path);
		return false;
	}
	strv_push(&p->programs, path);
	for (size_t i = 0; kind == CC_GCC && i < IDENTITY_LANGS; i++)
		add_program(p, path, identity_lang_program((enum identity_lang)i), search);
	for (size_t i = 0; i < n; i++)
		add_program(p, path, names[i], search);
	if (kind == CC_CLANG)
		add_clang_data(p, path);
	else
		add_install_dir(p, path);
	add_to_search(p, path);
	add_locale(p);
	return true;
}

void
toolparts_free(struct toolparts *p)
{
	strv_free(&p->programs);
	strv_free(&p->data);
	strv_free(&p->dirs);
	free(p->search);
	*p = (struct toolparts){0};
}
