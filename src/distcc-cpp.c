/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * distcc-cpp: the preprocessor for a ccache that has distcc behind it (prefix_command_cpp).  Preprocesses as distcc would,
 * tells ccache what identifies the text, and leaves the text for the distcc that ccache calls if it does not know the
 * result.  Whatever is not such a call, or not for distcc, is handed to the compiler as it is.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/exitcode.h"
#include "base/io.h"
#include "base/log.h"
#include "base/path.h"
#include "base/strv.h"
#include "base/tmp.h"
#include "base/util.h"
#include "client/capability.h"
#include "client/child.h"
#include "client/command.h"
#include "client/conf.h"
#include "client/cpp.h"
#include "client/handover.h"
#include "client/hostlist.h"
#include "client/local.h"
#include "client/replica.h"
#include "client/slots.h"
#include "client/state.h"
#include "client/treeask.h"
#include "client/treesum.h"
#include "compiler/args_word.h"
#include "compiler/cppsum.h"
#include "compiler/lang.h"
#include "config.h"
#include "masq/realcc.h"

#define MAX_CMDLINE (1u << 22)
#define MAX_DEPS (1u << 24)

static const char usage[] =
	"Usage: distcc-cpp COMPILER [ARGUMENT]... -E [-o FILE] SOURCE\n"
	"       distcc-cpp --help | --version\n"
	"\n"
	"For ccache, which runs it in front of the compiler to preprocess a source:\n"
	"  prefix_command_cpp = distcc-cpp       (or CCACHE_PREFIX_CPP)\n"
	"  run_second_cpp = true                 (or CCACHE_CPP2=1)\n"
	"What it prints is no source, but what ccache can tell sources apart by; the text itself\n"
	"is kept for distcc, which then need not preprocess again.  For volunteers that serve replica\n"
	"mode nothing is preprocessed here; of many headers one of them tells which are read.\n"
	"Called by anything else it becomes the compiler.\n"
	"distcc-chain sets ccache up by itself.\n";

/* The command ccache gave, and what is made of it. */
struct work {
	const struct conf *conf;
	struct ccname cc;
	struct strv given;	/* argv for the compiler, as given */
	struct strv compile;	/* the compile that the text is for, as far as the preprocessor is concerned */
	const char *output;	/* ccache's file; NULL: stdout */
	struct args args;
	struct hostlist hosts;
	struct cpp cpp;
	const char *deps;	/* the dependency file; NULL without */
};

/* given without -E and -o to compile.  False: it does not preprocess one file for ccache. */
static bool
split_command(struct work *w)
{
	bool preprocess = false;

	for (size_t i = 0; i < w->given.n; i++) {
		const char *word = w->given.v[i];

		if (streq(word, "-E")) {
			preprocess = true;
		} else if (streq(word, "-o") && i + 1 < w->given.n) {
			w->output = w->given.v[++i];
		} else if (streq(word, "-C") || streq(word, "-CC") || streq(word, "-P")) {
			return false;	/* ccache shall hash the very text */
		} else {
			strv_push(&w->compile, word);
		}
	}
	return preprocess && (w->output == NULL || !streq(w->output, "-"));
}

/* ccache's own command: what it was called for. */
static bool
parent_command(struct strv *out)
{
	struct buf text = BUF_INIT;
	struct strv words = STRV_INIT;
	char path[32];
	bool ok;

	snprintf(path, sizeof(path), "/proc/%ld/cmdline", (long)getppid());
	ok = buf_read_file(&text, path, MAX_CMDLINE) == 0 && text.n > 0;
	for (size_t at = 0; ok && at < text.n; at += strlen(text.p + at) + 1)
		strv_push(&words, text.p + at);
	ok = ok && args_expand(words.v, out) == 0;
	strv_free(&words);
	buf_free(&text);
	return ok;
}

/* ccache keeps the options for dependencies from its preprocessor run; distcc gets them from the preprocessor. */
static bool
add_parent_options(struct strv *compile, enum cc_kind kind)
{
	struct strv parent = STRV_INIT;
	struct args_word w;
	bool ok = parent_command(&parent);

	for (size_t i = 1; ok && i < parent.n; i += w.n) {
		args_word_at(parent.v, i, args_kinds(kind), false, &w);
		switch (w.opt != NULL ? w.opt->id : OPT_ID_NONE) {
		case OPT_ID_WP:
			if (strstr(w.word, ",-M") == NULL)
				break;
			/* fall through */
		case OPT_ID_O:
		case OPT_ID_MD:
		case OPT_ID_MMD:
		case OPT_ID_MF:
		case OPT_ID_MT:
		case OPT_ID_MQ:
		case OPT_ID_MP:
			for (size_t k = 0; k < w.n; k++)
				strv_push(compile, parent.v[i + k]);
			break;
		default:
			break;
		}
	}
	strv_free(&parent);
	return ok;
}

static bool
is_for_us(struct work *w)
{
	if (!handover_below_ccache() || getenv("CCACHE_NOCPP2") != NULL || !split_command(w))
		return false;
	if (!add_parent_options(&w->compile, w->cc.kind))
		return false;
	strv_push(&w->compile, "-c");
	command_scan(w->compile.v, w->cc.kind, &w->args);
	return w->args.source != NULL && w->args.lang != LANG_ASM && !lang_is_preprocessed(w->args.lang) &&
		(w->args.why == ARGS_OK || w->args.replica.why == ARGS_OK);
}

/* Is replica mode what the hosts are known for?  tool: for this compiler; NULL: for any. */
static bool
hosts_take_replica(const struct work *w, const struct digest *tool)
{
	const char *dir = w->conf->lock_dir, *why;
	bool known = false;

	for (size_t i = 0; i < w->hosts.n; i++) {
		const struct hostspec *h = &w->hosts.v[i];

		if (h->kind != HOST_TCP && h->kind != HOST_SSH)
			continue;
		if (!(tool != NULL ? capability_replica(dir, h, tool, &why) : capability_host(dir, h, &why)))
			return false;
		known = known || capability_speaks(dir, h);
	}
	return known;
}

static bool
open_deps(struct work *w)
{
	char *prefix;
	int fd;

	if (!w->args.deps)
		return true;
	prefix = tmp_prefix("distcc_");
	fd = tmp_create(prefix, ".d", &w->deps);
	free(prefix);
	if (fd != -1)
		close(fd);
	return fd != -1;
}

static bool
preprocess(struct work *w)
{
	enum cpp_result result;
	const char *why;

	cpp_start(&w->cpp, &w->args, &w->cc, w->conf, args_cpp_mode(&w->args), w->deps);
	result = cpp_finish(&w->cpp, &w->args, &why);
	if (result == CPP_AGAIN) {
		cpp_start(&w->cpp, &w->args, &w->cc, w->conf, CPP_FULL, w->deps);
		result = cpp_finish(&w->cpp, &w->args, &why);
	}
	if (result != CPP_TEXT)
		log_info("%s: not preprocessed for ccache: %s", w->args.source, why);
	return result == CPP_TEXT;
}

/* ccache's file is empty.  It is not opened with O_TRUNC: some file systems write such a file to the disk at once. */
static int
open_output(const struct work *w)
{
	struct stat st;
	int fd;

	if (w->output == NULL)
		return 1;
	fd = open(w->output, O_WRONLY | O_CREAT | O_CLOEXEC, 0666);
	if (fd != -1 && (fstat(fd, &st) == -1 || (st.st_size > 0 && ftruncate(fd, 0) == -1))) {
		close(fd);
		return -1;
	}
	return fd;
}

static bool
write_output(const struct work *w, const struct buf *sum)
{
	int fd = open_output(w);
	bool ok = fd != -1 && io_write_full(fd, sum->p, sum->n, &IO_FOREVER) == IO_OK;

	return (fd <= 1 || close(fd) == 0) && ok;
}

/* For a job in replica mode distcc will not preprocess, so nobody need do it. */
static bool
describe_inputs(struct work *w)
{
	struct buf sum = BUF_INIT;
	bool *unread = NULL, ok;
	struct digest files;
	struct replica r;

	if (w->args.replica.why != ARGS_OK || !hosts_take_replica(w, NULL))
		return false;
	replica_init(&r, w->conf, &w->cc, &w->args, w->compile.v);
	ok = replica_describe(&r) && hosts_take_replica(w, &r.tool.digest);
	if (ok) {
		unread = treeask(&r, &w->hosts);
		ok = treesum_write(&r, unread, &sum);
	}
	if (ok) {
		treesum_files(&r, &files);
		log_debug("%s: its inputs are described to ccache", w->args.source);
		ok = handover_leave_files(&files) && write_output(w, &sum);
	}
	replica_free(&r);
	buf_free(&sum);
	free(unread);
	return ok;
}

static bool
write_sum(const struct work *w)
{
	struct strv words = STRV_INIT;
	struct buf sum = BUF_INIT;
	const char *text;
	bool ok;

	text = mmap(NULL, w->cpp.size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, w->cpp.fd, 0);
	if (text == MAP_FAILED)
		return false;
	args_cpp_command(&w->args, w->cpp.mode, NULL, &words);
	cppsum_write(text, w->cpp.size, words.v + 1, &sum);
	munmap((void *)text, w->cpp.size);
	ok = write_output(w, &sum);
	strv_free(&words);
	buf_free(&sum);
	return ok;
}

static void
leave_text(struct work *w)
{
	struct buf deps = BUF_INIT;

	if (w->deps == NULL || buf_read_file(&deps, w->deps, MAX_DEPS) == 0)
		handover_leave(&w->args, &w->cpp, deps.p, deps.n);
	buf_free(&deps);
}

static void
blocked(void *arg)
{
	(void)arg;
	state_phase(STATE_BLOCKED);
}

/* The text itself. */
static bool
hand_over(struct work *w)
{
	char *dir = handover_dir();
	struct slot slot = SLOT_NONE;
	bool ok;

	w->cpp.dir = dir;
	slots_take_local(w->conf->lock_dir, QUEUE_CPP, w->hosts.local_cpp_slots, blocked, NULL, &slot);
	state_begin(w->conf->state_dir, w->args.source);
	state_host("localhost", slot.number);
	state_phase(STATE_CPP);
	ok = open_deps(w) && preprocess(w) && write_sum(w);
	slots_release(&slot);
	if (ok)
		leave_text(w);
	state_end();
	cpp_free(&w->cpp);
	if (w->deps != NULL)
		tmp_remove(w->deps);
	free(dir);
	return ok;
}

/* False: the compiler must do it. */
static bool
work(struct work *w)
{
	bool ok;

	hostlist_load(&w->hosts, w->conf->dir);
	ok = describe_inputs(w) || (w->args.why == ARGS_OK && args_cpp_mode(&w->args) != CPP_NONE && hand_over(w));
	hostlist_free(&w->hosts);
	return ok;
}

static int
run(char *const *words, const struct conf *conf)
{
	struct work w = {.conf = conf, .cpp = CPP_NOTHING};
	int depth = realcc_depth(), status;
	bool done = false;

	/* "ccache distcc gcc": what ccache takes for the compiler is distcc */
	while (words[0] != NULL && words[1] != NULL && realcc_is_own_name(path_base(words[0])))
		words++;
	if (words[0] == NULL) {
		fputs(usage, stderr);
		return EXIT_BAD_ARGUMENTS;
	}
	if (!command_find(words[0], false, &w.cc))
		return EXIT_COMPILER_MISSING;
	realcc_set_depth(depth);
	strv_push(&w.given, w.cc.name);
	strv_push_all(&w.given, words + 1);
	if (depth == 0 && is_for_us(&w)) {
		child_catch_signals();
		done = work(&w);
	}
	status = done ? 0 : local_exec(&w.cc, w.given.v);
	args_free(&w.args);
	strv_free(&w.compile);
	strv_free(&w.given);
	ccname_free(&w.cc);
	return status;
}

int
main(int argc, char *argv[])
{
	struct conf conf;
	const char *bad;
	int status;

	if (argc > 1 && streq(argv[1], "--help")) {
		fputs(usage, stdout);
		return 0;
	}
	if (argc > 1 && streq(argv[1], "--version")) {
		printf("distcc-cpp %s %s\n", DISTCC_VERSION, DISTCC_HOST_TRIPLE);
		return 0;
	}
	log_init("distcc-cpp");
	conf_open_log();
	if (!conf_from_env(&conf, &bad)) {
		log_errx("%s=%s makes no sense", bad, getenv(bad));
		return EXIT_BAD_ARGUMENTS;
	}
	status = run(argv + 1, &conf);
	conf_free(&conf);
	return status;
}
