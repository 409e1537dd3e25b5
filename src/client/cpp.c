/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/cpp.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/io.h"
#include "base/log.h"
#include "base/path.h"
#include "base/strv.h"
#include "base/tmp.h"
#include "base/util.h"
#include "client/child.h"
#include "client/cpp_read.h"
#include "client/known.h"
#include "compiler/cpptext.h"
#include "compiler/indent.h"
#include "compiler/lang.h"
#include "compiler/origin.h"
#include "compiler/quotes.h"
#include "wire/request.h"

/* Before gcc 11, -fdirectives-only carried out what looks like a directive in a raw string. */
#define GCC_READS_RAW_STRINGS 11

static void
close_fd(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

static void
unmap(struct cpp *c)
{
	if (c->text != NULL)
		munmap((void *)c->text, c->mapped);
	c->text = NULL;
}

static void
remove_file(struct cpp *c)
{
	if (c->name != NULL)
		tmp_remove(c->name);
	c->name = NULL;
}

/* "PID-XXXXXX", so that others can tell whose it was */
static int
named_file(struct cpp *c)
{
	char *prefix = xasprintf("%s/%ld-", c->dir, (long)getpid());
	int fd = tmp_create(prefix, "", &c->name);

	free(prefix);
	return fd;
}

/* DISTCC_SAVE_TEMPS: a file that stays, for who wants to look at what was sent. */
static int
saved_file(const struct args *a)
{
	char *prefix = tmp_prefix("distcc_");
	const char *name;
	int fd;

	fd = tmp_create(prefix, lang_ext(lang_preprocessed(a->lang)), &name);
	free(prefix);
	if (fd != -1) {
		log_info("preprocessed text is kept in %s", name);
		tmp_forget(name);
	}
	return fd;
}

static void
run(struct cpp *c, const struct args *a, const struct ccname *cc, const char *dep_tmp)
{
	struct strv argv = STRV_INIT;
	struct proc_io io = {.in = PROC_INHERIT, .out = c->fd, .err = c->err_fd, .new_group = true, .keep_fds = true};
	char *text;

	args_cpp_command(a, c->mode, dep_tmp, &argv);
	if (log_enabled(LOG_LVL_DEBUG)) {
		text = strv_join(argv.v);
		log_debug("preprocess: %s", text);
		free(text);
	}
	c->pid = child_spawn(cc->path, argv.v, &io);
	if (c->pid == -1) {
		log_debug("cannot run %s: %s", cc->path, strerror(errno));
		c->pid = 0;
		close_fd(&c->fd);
	}
	strv_free(&argv);
}

void
cpp_start(struct cpp *c, const struct args *a, const struct ccname *cc, const struct conf *conf, enum cpp_mode mode,
	const char *dep_tmp)
{
	unmap(c);
	close_fd(&c->fd);
	close_fd(&c->err_fd);
	remove_file(c);
	c->mode = mode;
	c->lock_dir = conf->lock_dir;
	c->began_ms = clock_ms();
	if (mode == CPP_NONE) {
		c->fd = open(a->source, O_RDONLY | O_CLOEXEC);
		return;
	}
	if (c->dir != NULL)
		c->fd = named_file(c);
	else
		c->fd = conf->save_temps ? saved_file(a) : io_anon_file("cpp", tmp_dir());
	c->err_fd = io_anon_file("cpp-messages", tmp_dir());
	if (c->fd == -1 || c->err_fd == -1)
		close_fd(&c->fd);
	else
		run(c, a, cc, dep_tmp);
}

/* Wait for the process.  False: it failed. */
static bool
wait_for(struct cpp *c)
{
	struct rusage ru;
	int status, r;

	if (c->pid == 0)
		return c->mode == CPP_NONE;
	r = child_wait(c->pid, &status, &ru);
	c->pid = 0;
	if (r == -1)
		return false;
	c->cpu_us += (ru.ru_utime.tv_sec + ru.ru_stime.tv_sec) * 1000000 + ru.ru_utime.tv_usec + ru.ru_stime.tv_usec;
	c->wall_ms += clock_ms() - c->began_ms;
	return status == 0;
}

static bool
memory_has(void *known, const struct stat *st, unsigned kind)
{
	return known_has(known, st, kind);
}

static void
memory_add(void *known, const struct stat *st, unsigned kind)
{
	known_add(known, st, kind);
}

/* gcc loses a part of such a source without a word, so nothing can be said of the text. */
static bool
is_misread(const struct cpp *c, const struct cpp_findings *found)
{
	struct known known;
	struct quotes_memory memory = {memory_has, memory_add, &known};
	const char *file;

	known_open(&known, c->lock_dir);
	file = quotes_open_file(&found->files, &found->lang, &memory);
	known_close(&known);
	if (file != NULL)
		log_debug("%s has a quote that does not end with its line: -fdirectives-only would misread it", file);
	return file != NULL;
}

/* Map the text, unless it is. */
static bool
map_text(struct cpp *c)
{
	void *p;

	if (c->text != NULL)
		return true;
	p = mmap(NULL, (size_t)c->size, PROT_READ, MAP_SHARED | MAP_POPULATE, c->fd, 0);
	if (p == MAP_FAILED)
		return false;
	c->text = p;
	c->mapped = (size_t)c->size;
	return true;
}

/* If the text cannot be looked at, yes. */
static bool
misleads(struct cpp *c)
{
	return c->size > 0 && (!map_text(c) || indent_misleads(c->text, c->size));
}

/* What the text says about where it may be compiled. */
static enum cpp_result
judge(struct cpp *c, const struct args *a, const struct cpp_findings *found, const char **why)
{
	unsigned flags = found->flags;

	if (flags & CPPTEXT_INCBIN) {
		*why = "the source includes a binary file (.incbin)";
		return CPP_STAYS;
	}
	if (c->mode == CPP_DIRECTIVES && is_misread(c, found)) {
		*why = "a quote in the source does not end with its line, and -Wmisleading-indentation needs the source itself";
		return a->indent ? CPP_STAYS : CPP_AGAIN;
	}
	if (c->mode == CPP_DIRECTIVES && a->indent && misleads(c)) {
		*why = "-Wmisleading-indentation may warn, and gcc does that only where the source is";
		return CPP_STAYS;
	}
	if (c->mode == CPP_DIRECTIVES && (flags & (CPPTEXT_TIME | CPPTEXT_MAIN_FILE | CPPTEXT_PUSH_MACRO)) != 0) {
		*why = "macros must be expanded here, and warnings of -Wall need them";
		return a->indent ? CPP_STAYS : CPP_AGAIN;
	}
	if (c->mode == CPP_DIRECTIVES && c->gcc_version != NULL && atoi(c->gcc_version) < GCC_READS_RAW_STRINGS)
		return CPP_AGAIN;
	if (c->mode == CPP_FULL && (flags & CPPTEXT_COLUMN) != 0) {
		*why = "the source asks for its columns";
		return CPP_STAYS;
	}
	if (c->mode == CPP_FULL && a->sanitize) {
		*why = "-fsanitize puts the columns of the source into the object";
		return CPP_STAYS;
	}
	return CPP_TEXT;
}

/* Put insert into the text, in a file of its own. */
static bool
insert_text(struct cpp *c, size_t at, const struct buf *insert)
{
	int fd = io_anon_file("cpp", tmp_dir());

	if (fd == -1)
		return false;
	if (io_write_full(fd, c->text, at, &IO_FOREVER) != IO_OK || io_write_full(fd, insert->p, insert->n, &IO_FOREVER) != IO_OK ||
	    io_write_full(fd, c->text + at, c->size - at, &IO_FOREVER) != IO_OK || lseek(fd, 0, SEEK_SET) == -1) {
		close(fd);
		return false;
	}
	close_fd(&c->fd);
	c->fd = fd;
	c->size += insert->n;
	return true;
}

/* The user's own preprocessed text: the volunteer must learn from it what the compiler here knows besides. */
static bool
complete(struct cpp *c, const struct args *a)
{
	struct buf insert = BUF_INIT;
	char *cwd = a->debug ? path_cwd() : NULL;
	bool ok = !a->debug || cwd != NULL, told;
	size_t at;

	/* clang is told the directory in the command, but takes the file's own name only from its own command */
	ok = ok && origin_complete(c->text, c->size, a->source, a->kind != CC_CLANG ? cwd : NULL, &at, &insert);
	told = insert.n == 0;
	if (ok && !told)
		ok = (a->kind == CC_GCC || (a->kind == CC_CLANG && !a->debug)) && insert_text(c, at, &insert);
	free(cwd);
	buf_free(&insert);
	return ok;
}

/* Of a file that is not ours, or of text with its macros expanded. */
static bool
read_mapped(struct cpp *c, struct cpp_findings *found)
{
	if (c->size > 0 && !map_text(c))
		return false;
	found->flags = c->size > 0 ? cpptext_scan(c->text, c->size, NULL) : 0;
	return true;
}

static enum cpp_result
look_into(struct cpp *c, const struct args *a, bool named, const char **why)
{
	struct cpp_findings found = CPP_NO_FINDINGS;
	bool ok = c->mode == CPP_DIRECTIVES ? cpp_read_own(c, a, named, &found) : read_mapped(c, &found);
	enum cpp_result result = ok ? judge(c, a, &found, why) : CPP_FAILED;

	strv_free(&found.files);
	if (result == CPP_TEXT && c->mode == CPP_NONE && !complete(c, a)) {
		*why = "the preprocessed source does not say where it came from";
		result = CPP_STAYS;
	}
	return result;
}

static enum cpp_result
look_at(struct cpp *c, const struct args *a, const char **why)
{
	enum cpp_result result;
	struct stat st;

	*why = "the preprocessed text cannot be read";
	if (fstat(c->fd, &st) == -1 || !S_ISREG(st.st_mode))
		return CPP_FAILED;
	c->size = (uint64_t)st.st_size;
	if (c->size > REQUEST_MAX_SOURCE) {
		*why = "the preprocessed text is too long";
		return CPP_STAYS;
	}
	if (c->size == 0 && c->mode == CPP_NONE) {
		*why = "the source is empty";
		return CPP_STAYS;
	}
	result = look_into(c, a, st.st_nlink > 0, why);
	/* others may make a file shorter that has a name; and of one that is not ours fd is another now */
	if (c->mode != CPP_DIRECTIVES || st.st_nlink > 0)
		unmap(c);
	return result;
}

enum cpp_result
cpp_finish(struct cpp *c, const struct args *a, const char **why)
{
	struct stat st;

	*why = "the preprocessor failed";
	if (!wait_for(c) || c->fd == -1)
		return CPP_FAILED;
	if (c->err_fd != -1 && (fstat(c->err_fd, &st) == -1 || st.st_size > 0)) {
		*why = "the preprocessor printed messages";
		return CPP_MESSAGES;
	}
	return look_at(c, a, why);
}

void
cpp_free(struct cpp *c)
{
	if (c->pid != 0)
		child_kill(c->pid);
	unmap(c);
	close_fd(&c->fd);
	close_fd(&c->err_fd);
	remove_file(c);
	free(c->gcc_version);
	c->gcc_version = NULL;
}
