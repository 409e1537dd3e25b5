/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/handover.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/io.h"
#include "base/num.h"
#include "base/path.h"
#include "base/strv.h"
#include "base/tmp.h"
#include "base/util.h"
#include "compiler/args_word.h"
#include "compiler/gccversion.h"
#include "compiler/target.h"
#include "wire/request.h"

#define MAX_DEPS (1u << 24)
#define MAX_KEY (1u << 22)

/* The end of the file: text, dependencies and key stand before it. */
struct trailer {
	char magic[8];
	uint64_t text, deps, key;
	uint64_t mode;
};

static const char magic[8] = {'d', 'c', 'c', 'o', 'v', 'e', 'r', '1'};

/* Kinds of files. */
#define TEXT ""
#define FILES "-files"

bool
handover_below_ccache(void)
{
	char link[32], exe[PATH_MAX];
	ssize_t n;

	if (!conf_below_ccache())
		return false;
	snprintf(link, sizeof(link), "/proc/%ld/exe", (long)getppid());
	n = readlink(link, exe, sizeof(exe) - 1);
	if (n < 0)
		return false;
	exe[n] = '\0';
	return starts_with(path_base(exe), "ccache");
}

char *
handover_dir(void)
{
	char *dir = xasprintf("%s/distcc-%ld", tmp_dir(), (long)geteuid());
	struct stat st;

	if (mkdir(dir, 0700) == 0)
		return dir;
	if (errno == EEXIST && lstat(dir, &st) == 0 && S_ISDIR(st.st_mode) && st.st_uid == geteuid() && (st.st_mode & 022) == 0)
		return dir;
	free(dir);
	return NULL;
}

/* Begins with the number of the ccache process. */
static char *
file_name(const char *kind)
{
	char *dir = handover_dir(), *name;

	if (dir == NULL)
		return NULL;
	name = xasprintf("%s/%ld%s", dir, (long)getppid(), kind);
	free(dir);
	return name;
}

/* When our parent began, in the kernel's clock ticks: its number alone comes again. */
static bool
parent_start(struct buf *out)
{
	struct buf text = BUF_INIT;
	char path[32], *p;
	int fields = 0;

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)getppid());
	p = buf_read_file(&text, path, 4096) == 0 && text.p != NULL ? strrchr(text.p, ')') : NULL;
	while (p != NULL && fields < 20) {
		p = strchr(p + 1, ' ');
		fields++;
	}
	if (p != NULL)
		buf_add(out, p, strcspn(p + 1, " ") + 1);
	buf_free(&text);
	return p != NULL;
}

/* ccache gives the preprocessor no -Werror, -Wa,..., and asks the compiler alone for colours; the text is the same. */
static bool
is_message_option(const char *word)
{
	return (starts_with(word, "-W") && !starts_with(word, "-Wp,")) || starts_with(word, "-fdiagnostics-") ||
		streq(word, "-fcolor-diagnostics");
}

static bool
is_target_option(int id)
{
	return id == OPT_ID_MT || id == OPT_ID_MQ;
}

static void
add_words(struct buf *key, char *const *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		buf_add(key, v[i], strlen(v[i]) + 1);
}

static int
compare_words(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/*
 * What decides about the text.  The order among options for the preprocessor counts; ccache puts them behind the
 * others, so that of the others does not.
 */
static void
add_options(struct buf *key, const struct args *a)
{
	unsigned kinds = args_kinds(a->kind);
	struct strv others = STRV_INIT;
	bool only_inputs = false;
	struct args_word w;

	for (size_t i = 1; i < a->argv.n; i += w.n) {
		args_word_at(a->argv.v, i, kinds, only_inputs, &w);
		only_inputs = only_inputs || (w.opt != NULL && w.opt->id == OPT_ID_DASHDASH);
		if (w.opt == NULL || (w.opt->flags & (OPT_NO_CPP | OPT_LINK)) != 0 || is_message_option(w.word))
			continue;
		if (w.opt->id == OPT_ID_C || w.opt->id == OPT_ID_S || w.opt->id == OPT_ID_MD || w.opt->id == OPT_ID_MMD ||
		    w.opt->id == OPT_ID_MF || w.opt->id == OPT_ID_MP || is_target_option(w.opt->id))
			continue;
		if ((w.opt->flags & OPT_CPP) != 0)
			add_words(key, a->argv.v + i, w.n);
		else if (w.n == 1)
			strv_push(&others, w.word);
		else
			strv_pushf(&others, "%s %s", w.word, w.arg);
	}
	if (others.n > 0)
		qsort(others.v, others.n, sizeof(others.v[0]), compare_words);
	add_words(key, others.v, others.n);
	strv_free(&others);
}

/* The same for the dependency file.  A target that is not given is the one that is given by -MQ to the preprocessor. */
static void
add_deps(struct buf *key, const struct args *a)
{
	unsigned kinds = args_kinds(a->kind);
	struct args_word w;
	bool all = false, phony = false;

	for (size_t i = 1; i < a->argv.n; i += w.n) {
		args_word_at(a->argv.v, i, kinds, false, &w);
		if (w.opt == NULL)
			continue;
		all = all || w.opt->id == OPT_ID_MD;
		phony = phony || w.opt->id == OPT_ID_MP;
		if (is_target_option(w.opt->id))
			buf_addf(key, "%s %s\n", w.opt->name, w.arg);
	}
	if (!a->dep_target_given)
		buf_addf(key, "-MQ %s\n", a->dep_target);
	buf_addf(key, "%s%s\n", all ? "-MD" : "-MMD", phony ? " -MP" : "");
}

/* What must be equal where the text is left and where it is taken. */
static bool
make_key(const struct args *a, struct buf *key)
{
	char *cwd = path_cwd();
	bool ok = cwd != NULL && parent_start(key);

	if (ok) {
		/* the text has been judged by these two */
		buf_addf(key, "\n%s\n%d %s %d %d\n", cwd, (int)a->lang, a->source, a->indent, a->sanitize);
		add_options(key, a);
		if (a->deps)
			add_deps(key, a);
	}
	free(cwd);
	return ok;
}

static bool
append(int fd, uint64_t at, const struct buf *key, const char *deps, const struct trailer *t)
{
	return lseek(fd, (off_t)at, SEEK_SET) != -1 &&
		io_write_full(fd, deps, t->deps, &IO_FOREVER) == IO_OK &&
		io_write_full(fd, key->p, key->n, &IO_FOREVER) == IO_OK &&
		io_write_full(fd, t, sizeof(*t), &IO_FOREVER) == IO_OK;
}

/* Remove the files of processes that have gone: after a hit, nobody takes what was left. */
static void
sweep(void)
{
	char *dir = handover_dir();
	DIR *d = dir != NULL ? opendir(dir) : NULL;
	const struct dirent *e;
	long pid;

	while (d != NULL && (e = readdir(d)) != NULL) {
		if (num_parse_n(e->d_name, strcspn(e->d_name, "-"), 1, INT_MAX, &pid) && kill((pid_t)pid, 0) == -1 && errno == ESRCH)
			unlinkat(dirfd(d), e->d_name, 0);
	}
	if (d != NULL)
		closedir(d);
	free(dir);
}

bool
handover_leave(const struct args *a, struct cpp *c, const char *deps, size_t ndeps)
{
	struct trailer t = {.text = c->size, .deps = ndeps, .mode = c->mode};
	struct buf key = BUF_INIT;
	char *name = file_name(TEXT);
	bool ok = name != NULL && c->name != NULL && ndeps <= MAX_DEPS && make_key(a, &key) && key.n <= MAX_KEY;

	sweep();
	if (ok) {
		memcpy(t.magic, magic, sizeof(magic));
		t.key = key.n;
		ok = append(c->fd, c->size, &key, deps, &t) && rename(c->name, name) == 0;
	}
	if (ok) {
		tmp_forget(c->name);
		c->name = NULL;
	}
	buf_free(&key);
	free(name);
	return ok;
}

/* A line with the time when ccache began, one with the digest. */
static bool
format_files(const struct digest *files, struct buf *out)
{
	char hex[DIGEST_HEX_LEN + 1];
	bool ok = parent_start(out);

	digest_hex(files, hex);
	buf_addf(out, "\n%s\n", hex);
	return ok;
}

bool
handover_leave_files(const struct digest *files)
{
	char *name = file_name(FILES), *tmp = name != NULL ? xasprintf("%s-new", name) : NULL;
	struct buf text = BUF_INIT;
	int fd = -1;
	bool ok;

	sweep();
	if (tmp != NULL && format_files(files, &text)) {
		unlink(tmp);
		fd = open(tmp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	}
	ok = fd != -1 && io_write_full(fd, text.p, text.n, &IO_FOREVER) == IO_OK && rename(tmp, name) == 0;
	if (fd != -1) {
		close(fd);
		if (!ok)
			unlink(tmp);
	}
	buf_free(&text);
	free(name);
	free(tmp);
	return ok;
}

bool
handover_take_files(struct digest *files)
{
	struct buf text = BUF_INIT, start = BUF_INIT;
	char *name = handover_below_ccache() ? file_name(FILES) : NULL;
	bool ok = name != NULL && buf_read_file(&text, name, 4096) == 0;

	if (ok) {
		unlink(name);
		ok = parent_start(&start) && text.n == start.n + 2 + DIGEST_HEX_LEN && memcmp(text.p, start.p, start.n) == 0;
	}
	if (ok) {
		text.p[text.n - 1] = '\0';
		ok = digest_from_hex(files, text.p + start.n + 1);
	}
	buf_free(&text);
	buf_free(&start);
	free(name);
	return ok;
}

static bool
read_trailer(int fd, struct trailer *t)
{
	struct stat st;
	uint64_t size;

	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode) || st.st_uid != geteuid() || st.st_size < (off_t)sizeof(*t))
		return false;
	size = (uint64_t)st.st_size;
	if (pread(fd, t, sizeof(*t), (off_t)(size - sizeof(*t))) != (ssize_t)sizeof(*t) || memcmp(t->magic, magic, sizeof(magic)) != 0)
		return false;
	return t->text <= REQUEST_MAX_SOURCE && t->deps <= MAX_DEPS && t->key <= MAX_KEY &&
		t->text + t->deps + t->key + sizeof(*t) == size && (t->mode == CPP_DIRECTIVES || t->mode == CPP_FULL);
}

/* Does the file p fit this compile?  Then hand its parts out. */
static bool
accept(const char *p, const struct trailer *t, const struct args *a, struct cpp *c, struct buf *deps)
{
	struct buf key = BUF_INIT;
	bool ok = make_key(a, &key) && key.n == t->key && memcmp(p + t->text + t->deps, key.p, key.n) == 0;

	buf_free(&key);
	if (!ok)
		return false;
	buf_add(deps, p + t->text, t->deps);
	c->mode = (enum cpp_mode)t->mode;
	c->size = t->text;
	if (c->mode == CPP_DIRECTIVES) {
		c->gcc_version = gccversion_of_text(p, t->text);
		c->target = target_of_text(p, t->text);
	}
	return true;
}

static bool
take_file(int fd, const struct args *a, struct cpp *c, struct buf *deps)
{
	struct trailer t;
	char *p;
	size_t n;
	bool ok;

	if (!read_trailer(fd, &t))
		return false;
	n = t.text + t.deps + t.key;
	p = mmap(NULL, n, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		return false;
	ok = accept(p, &t, a, c, deps);
	munmap(p, n);
	return ok && lseek(fd, 0, SEEK_SET) == 0;
}

bool
handover_take(const struct args *a, struct cpp *c, struct buf *deps)
{
	char *name = handover_below_ccache() ? file_name(TEXT) : NULL;
	int fd = -1;

	if (name != NULL) {
		fd = open(name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
		if (fd != -1)
			unlink(name);
	}
	free(name);
	if (fd == -1)
		return false;
	if (!take_file(fd, a, c, deps)) {
		close(fd);
		return false;
	}
	c->fd = fd;
	return true;
}

void
handover_discard(void)
{
	static const char *const kinds[] = {TEXT, FILES};
	char *name;

	for (size_t i = 0; i < countof(kinds) && handover_below_ccache(); i++) {
		name = file_name(kinds[i]);
		if (name != NULL)
			unlink(name);
		free(name);
	}
}
