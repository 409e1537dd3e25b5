/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Which toolchain a compiler is; with the compilers of this machine, those that are missing are passed over. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/path.h"
#include "base/tmp.h"
#include "compiler/ask.h"
#include "compiler/identity.h"
#include "compiler/identity_inquiry.h"
#include "tests/unit/check.h"

static void
names_are_normalised(void)
{
	static const char *const rows[][2] = {
		{"/", "/"}, {"//", "/"}, {"/..", "/"}, {"/a", "/a"}, {"/a/", "/a"}, {"/a//b/./c", "/a/b/c"}, {"/a/../b", "/b"},
		{"/a/b/../../..", "/"}, {"/a/..b/...", "/a/..b/..."}, {"/usr/lib/gcc/x/12/../../../../include", "/usr/include"},
	};

	for (size_t i = 0; i < countof(rows); i++) {
		char *got = ask_normalise(rows[i][0]);

		CHECK_STR(rows[i][1], got);
		free(got);
	}
}

static void
search_directories_are_found(void)
{
	static const char text[] =
		"gcc version 12\nignoring nonexistent directory \"/x/../none\"\nignoring duplicate directory \"/twice\"\n"
		"#include \"...\" search starts here:\n /quoted\n#include <...> search starts here:\n /a/b/..\n /c\n"
		"End of search list.\n /after\nignoring nothing \"/x\"\n";
	struct strv dirs = STRV_INIT;
	char *joined;

	ask_search_dirs(text, &dirs);
	joined = strv_join(dirs.v);
	CHECK_STR("/none /twice /quoted /a /c", joined);
	free(joined);
	strv_free(&dirs);
	ask_search_dirs("", &dirs);
	CHECK_INT(0, dirs.n);
}

static const struct { int status; const char *err; bool passing; } failures[] = {
	{0, "", false},
	{0, "Cannot allocate memory", false},
	{1 << 8, "", false},
	{1 << 8, "gcc: error: unrecognized command-line option '-x'", false},
	{1 << 8, "gcc: fatal error: cannot execute 'cc1plus': posix_spawnp: No such file or directory", false},
	{1 << 8, "gcc: fatal error: cannot execute 'cc1plus': vfork: Resource temporarily unavailable\n", true},
	{1 << 8, "cc1: out of memory allocating 65536 bytes", true},
	{1 << 8, "LLVM ERROR: out of memory", true},
	{1 << 8, "virtual memory exhausted: Cannot allocate memory", true},
	{1 << 8, "/tmp/x.s: No space left on device", true},
	{4 << 8, "gcc: fatal error: Killed signal terminated program cc1", true},
	{SIGKILL, "", true},
	{SIGXCPU, "", true},
	{SIGSEGV, "", false},
};

static void
failures_that_pass_are_told_apart(void)
{
	for (size_t i = 0; i < countof(failures); i++)
		CHECK_ROW(failures[i].err, ask_passing(failures[i].status, failures[i].err, strlen(failures[i].err)) == failures[i].passing);
}

static const char *const configured[][2] = {
	{"", ""},
	{"../src/configure", ""},
	{"/var/tmp/portage/sys-devel/gcc-14/work/gcc-14/configure --prefix=/usr --with-pkgversion='Gentoo 14.2.1 p1' --enable-default-pie",
		"--prefix=/usr --with-pkgversion='Gentoo 14.2.1 p1' --enable-default-pie"},
	/* USE=-objc -fortran, -openmp, -doc and a compiler that was built in another way */
	{"c --enable-languages=c,c++ --disable-libgomp --mandir=/x --with-build-config='bootstrap-O3 bootstrap-lto' --enable-nls", "--enable-nls"},
	{"c --enable-languages=c,c++,objc,fortran --enable-libgomp --mandir=/y --with-build-config=bootstrap-O3  --enable-nls", "--enable-nls"},
	/* these do make a difference, or look like one that does not */
	{"c --enable-checking=release --without-isl --with-zstd --disable-libgomp-x --enable-libs --with-languages-x=1 languages",
		"--enable-checking=release --without-isl --with-zstd --disable-libgomp-x --enable-libs --with-languages-x=1 languages"},
};

static void
only_what_matters_of_the_configuration(void)
{
	for (size_t i = 0; i < countof(configured); i++) {
		char *got = identity_configured(configured[i][0]);

		CHECK_STR(configured[i][1], got);
		free(got);
	}
}

/* A compiler of this machine cannot be asked while there are no files to be had; that is no answer about it. */
static void
want_is_no_answer(void)
{
	char *path = path_find("gcc", getenv("PATH")), *why = NULL;
	struct rlimit before, none;
	struct identity id;

	if (path == NULL)
		return;
	CHECK_INT(0, getrlimit(RLIMIT_NOFILE, &before));
	none = before;
	none.rlim_cur = 4;
	CHECK_INT(0, setrlimit(RLIMIT_NOFILE, &none));
	CHECK(!identity_of(path, &id, &why));
	CHECK_INT(0, setrlimit(RLIMIT_NOFILE, &before));
	CHECK(id.passing);
	CHECK(why != NULL);
	identity_free(&id);
	free(why);
	CHECK(!identity_of("/bin/true", &id, &why));
	CHECK(!id.passing);
	identity_free(&id);
	free(why);
	free(path);
}

/* The digest of the first such compiler on PATH; false if there is none. */
static bool
digest_of(const char *name, struct identity *id)
{
	char *path = path_find(name, getenv("PATH")), *why = NULL;
	bool ok;

	if (path == NULL)
		return false;
	ok = identity_of(path, id, &why);
	CHECK_ROW(name, ok);
	CHECK_STR(NULL, why);
	free(path);
	free(why);
	return ok;
}

/* One of the compilers proper that this gcc has not. */
static bool
is_missing_program(const struct identity *id, const char *path)
{
	for (size_t i = 0; i < IDENTITY_LANGS; i++)
		if (!id->speaks[i] && streq(path_base(path), identity_lang_program((enum identity_lang)i)))
			return true;
	return false;
}

static void
a_compiler_has_one_identity(const char *name, enum cc_kind kind)
{
	struct identity a, b;

	if (!digest_of(name, &a))
		return;
	CHECK_ROW(name, a.kind == kind);
	CHECK_ROW(name, a.summary != NULL && strchr(a.summary, '\n') == NULL);
	CHECK_ROW(name, a.parts.n >= 1);
	CHECK_ROW(name, a.speaks[IDENTITY_C]);
	for (size_t i = 0; i < IDENTITY_LANGS; i++)
		CHECK_ROW(name, a.speaks[i] || kind == CC_GCC);
	for (size_t i = 0; i < a.parts.n; i++)
		CHECK_ROW(a.parts.v[i], a.parts.v[i][0] == '/' && (access(a.parts.v[i], R_OK) == 0 || is_missing_program(&a, a.parts.v[i])));
	/* what is in the environment or the directory has no part in it */
	setenv("CPATH", "/tmp", 1);
	setenv("LC_ALL", "xx_YY", 1);
	setenv("GCC_COLORS", "error=1", 1);
	setenv("SOURCE_DATE_EPOCH", "1", 1);
	CHECK(chdir("/tmp") == 0);
	CHECK(digest_of(name, &b));
	CHECK_ROW(name, digest_cmp(&a.whole, &b.whole) == 0);
	CHECK_ROW(name, memcmp(a.digest, b.digest, sizeof(a.digest)) == 0);
	identity_free(&a);
	identity_free(&b);
}

/* Each is compiled by a program of its own, which may be another one's or none. */
static void
languages_differ(void)
{
	struct identity id;

	if (digest_of("gcc", &id)) {
		for (size_t i = 0; i < IDENTITY_LANGS; i++)
			for (size_t j = 0; j < i; j++)
				CHECK_ROW(identity_lang_name((enum identity_lang)i),
					!id.speaks[i] || !id.speaks[j] || digest_cmp(&id.digest[i], &id.digest[j]) != 0);
		identity_free(&id);
	}
	if (digest_of("clang", &id)) {
		for (size_t i = 1; i < IDENTITY_LANGS; i++)
			CHECK_ROW(identity_lang_name((enum identity_lang)i), digest_cmp(&id.digest[i], &id.digest[IDENTITY_C]) == 0);
		identity_free(&id);
	}
}

static const struct { enum lang lang; enum identity_lang as; } languages[] = {
	{LANG_C, IDENTITY_C}, {LANG_C_PP, IDENTITY_C}, {LANG_ASM, IDENTITY_C}, {LANG_ASM_CPP, IDENTITY_C}, {LANG_UNKNOWN, IDENTITY_C},
	{LANG_CXX, IDENTITY_CXX}, {LANG_CXX_PP, IDENTITY_CXX}, {LANG_OBJC, IDENTITY_OBJC}, {LANG_OBJC_PP, IDENTITY_OBJC},
	{LANG_OBJCXX, IDENTITY_OBJCXX}, {LANG_OBJCXX_PP, IDENTITY_OBJCXX},
};

static void
sources_have_a_language(void)
{
	for (size_t i = 0; i < countof(languages); i++)
		CHECK_INT(languages[i].as, identity_lang(languages[i].lang));
	CHECK_STR("cc1objplus", identity_lang_program(IDENTITY_OBJCXX));
}

static void
drivers_differ(void)
{
	static const char *const names[] = {"gcc", "g++", "clang"};
	struct identity id[countof(names)];
	bool have[countof(names)];

	for (size_t i = 0; i < countof(names); i++)
		have[i] = digest_of(names[i], &id[i]);
	for (size_t i = 0; i < countof(names); i++)
		for (size_t j = 0; j < i; j++)
			if (have[i] && have[j])
				CHECK_ROW(names[i], digest_cmp(&id[i].whole, &id[j].whole) != 0);
	for (size_t i = 0; i < countof(names); i++)
		if (have[i])
			identity_free(&id[i]);
}

/* An assembler before the usual one on PATH makes another toolchain. */
static void
the_assembler_counts(const char *dir)
{
	char *old = xstrdup(getenv("PATH")), *list = xasprintf("%s:%s", dir, old), *as = path_join(dir, "as"), *why = NULL;
	static const char script[] = "#!/bin/sh\n[ \"$1\" != --version ] || { echo other 1; exit; }\nexec /usr/bin/as \"$@\"\n";
	struct identity a, b;
	int fd;

	if (!digest_of("gcc", &a))
		goto out;
	if (a.as_on_path) {
		fd = open(as, O_WRONLY | O_CREAT | O_CLOEXEC, 0755);
		CHECK(write(fd, script, sizeof(script) - 1) == (ssize_t)sizeof(script) - 1);
		close(fd);
		setenv("PATH", list, 1);
		CHECK(digest_of("gcc", &b));
		CHECK(digest_cmp(&a.whole, &b.whole) != 0);
		CHECK(strstr(b.summary, "other 1") != NULL);
		CHECK(strv_has(&b.parts, as));
		identity_free(&b);
		unlink(as);
		setenv("PATH", old, 1);
	}
	identity_free(&a);
out:
	free(old);
	free(list);
	free(as);
	free(why);
}

static void
what_is_no_compiler_has_none(const char *dir)
{
	char *script = path_join(dir, "gcc"), *missing = path_join(dir, "clang"), *other = path_join(dir, "true-gcc"), *why;
	const char *const paths[] = {script, missing, other, "/bin/true"};
	struct identity id;
	FILE *f = fopen(script, "w");

	CHECK(f != NULL);
	fputs("#!/bin/sh\nexec /usr/bin/gcc \"$@\"\n", f);
	fclose(f);
	chmod(script, 0755);
	CHECK(link("/bin/true", other) == 0 || symlink("/bin/true", other) == 0);
	for (size_t i = 0; i < countof(paths); i++) {
		why = NULL;
		CHECK_ROW(paths[i], !identity_of(paths[i], &id, &why));
		CHECK_ROW(paths[i], why != NULL && *why != '\0');
		identity_free(&id);
		free(why);
	}
	free(script);
	free(missing);
	free(other);
}

int
main(void)
{
	const char *dir = tmp_create_dir("/tmp/identity-");

	CHECK(dir != NULL);
	names_are_normalised();
	failures_that_pass_are_told_apart();
	want_is_no_answer();
	search_directories_are_found();
	a_compiler_has_one_identity("gcc", CC_GCC);
	a_compiler_has_one_identity("clang", CC_CLANG);
	only_what_matters_of_the_configuration();
	drivers_differ();
	languages_differ();
	sources_have_a_language();
	the_assembler_counts(dir);
	what_is_no_compiler_has_none(dir);
	tmp_cleanup(false);
	return check_done();
}
