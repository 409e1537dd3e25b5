/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * For the suites: drives the sandbox without a network.
 *
 *	sandboxtool probe DIR			what is in force there; exit status 1 and the reason if it cannot be used
 *	sandboxtool run ROOT TREE CWD [NAME=VALUE...] -- PATH ARG0 [ARG...]
 *		run PATH inside, its stdout and stderr ours; then list what it has left: "MODE SIZE NAME", or "odd: ..."
 *
 *	sandboxtool root CACHE COMPILER [LINK=TARGET | DIR/]...
 *		the tool root of an allowed compiler, for a job's tree with these links and directories: "PATH", "SEARCH", "ROOT" on a line each
 *
 *	sandboxtool fill ROOT POOL PROGRAM	a tool root of any program in ROOT (empty), and POOL
 *
 * Options in front: -a a network of its own, -o the job's tree may have programs of any kind, -m BYTES memory, -f BYTES one file, -s BYTES all files, -p N processes, -t MS time, -n N runs (and as many
 * without a sandbox; the medians of their times are printed).  As root it becomes nobody first: the kernel does not limit root.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/path.h"
#include "base/proc.h"
#include "base/strv.h"
#include "base/util.h"
#include "compiler/identity.h"
#include "server/jobsig.h"
#include "server/privdrop.h"
#include "server/sandbox.h"
#include "server/sandbox_shared.h"
#include "server/toolchains.h"
#include "server/toolroot.h"

static int
probe(const char *dir)
{
	struct sandbox_caps caps;
	bool usable;

	sandbox_probe(dir, dir, &caps);
	usable = caps.usable;
	puts(usable ? caps.in_force : caps.why);
	sandbox_caps_free(&caps);
	return usable ? 0 : 1;
}

static void
list_outputs(const struct sandbox *sb)
{
	struct sandbox_output *v;
	size_t n;
	char *odd;

	if (!sandbox_outputs(sb, &v, &n, &odd))
		printf("odd: %s\n", odd);
	for (size_t i = 0; i < n; i++) {
		int fd = sandbox_output_open(sb, &v[i]);

		printf("%03o %llu %s%s\n", v[i].mode, (unsigned long long)v[i].size, v[i].name, fd == -1 ? " (unreadable)" : "");
		if (fd != -1)
			close(fd);
	}
	free(odd);
	sandbox_outputs_free(v, n);
}

static int
tell_end(enum compile_end end, int status, const char *why)
{
	static const char *const words[] = {"ended", "not started", "client gone", "too long", "stopped"};

	if (end != COMPILE_ENDED)
		printf("%s%s%s\n", words[end], why != NULL ? ": " : "", why != NULL ? why : "");
	else if (WIFSIGNALED(status))
		printf("signal %d\n", WTERMSIG(status));
	else
		printf("status %d\n", WEXITSTATUS(status));
	return end == COMPILE_ENDED ? 0 : 1;
}

/* The tree that words tell: "/lib=usr/lib", "/lib64/". */
static void
make_tree(char **words, struct tree *tree)
{
	const char *which;

	for (; *words != NULL; words++) {
		char *word = xstrdup(*words), *equals = strchr(word, '=');

		if (equals != NULL) {
			*equals = '\0';
			tree_add_link(tree, word, equals + 1);
		} else {
			word[strlen(word) - 1] = '\0';
			tree_add_dir(tree, word);
		}
		free(word);
	}
	if (!tree_sort(tree, &which))
		log_fatalx(2, "bad tree: %s", which);
}

static int
fill_root(char **argv)
{
	struct toolparts parts = {.programs = STRV_INIT};
	struct strv none = STRV_INIT, list = STRV_INIT;
	char *why = NULL;
	bool ok;

	strv_push(&parts.programs, argv[2]);
	ok = toolroot_fill(argv[0], argv[1], &parts, &none, &list, &why);
	if (!ok)
		printf("cannot fill: %s\n", why);
	for (size_t i = 0; i < list.n; i++)
		puts(list.v[i]);
	toolparts_free(&parts);
	strv_free(&list);
	free(why);
	return ok ? 0 : 1;
}

static int
show_root(char **argv)
{
	struct server s = {.cache_dir = argv[0], .search = getenv("PATH")};
	struct identity id;
	struct tree tree = TREE_INIT;
	struct toolchain *t = NULL;
	char *why = NULL;
	bool ok;

	s.commands = (struct cmdallow)CMDALLOW_INIT;
	strv_push(&s.commands.commands, argv[1]);
	make_tree(argv + 2, &tree);
	sandbox_probe(argv[0], argv[0], &s.sandbox);
	if (identity_of(argv[1], &id, &why) && (t = toolchains_find(&s, &id.digest[IDENTITY_C], argv[1], NULL, &why)) != NULL && toolchain_root(&s, t, &tree, NULL, &why))
		printf("%s\n%s\n%s\n", t->path, t->search, t->root);
	else
		printf("no root: %s\n", why);
	ok = t != NULL && t->root != NULL;
	toolchain_free(t);
	identity_free(&id);
	tree_free(&tree);
	cmdallow_free(&s.commands);
	sandbox_caps_free(&s.sandbox);
	free(why);
	return ok ? 0 : 1;
}

static double
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* User and system time of us and all that we waited for. */
static double
cpu_ms(void)
{
	static const int who[] = {RUSAGE_SELF, RUSAGE_CHILDREN};
	double sum = 0;

	for (size_t i = 0; i < countof(who); i++) {
		struct rusage u;

		getrusage(who[i], &u);
		sum += (double)(u.ru_utime.tv_sec + u.ru_stime.tv_sec) * 1e3 + (double)(u.ru_utime.tv_usec + u.ru_stime.tv_usec) / 1e3;
	}
	return sum;
}

/* What many runs took. */
struct times {
	double *wall, *cpu;
	int n;
};

static void
add_time(struct times *t, double wall, double cpu)
{
	t->wall = xrealloc(t->wall, (size_t)(t->n + 1) * sizeof(double));
	t->cpu = xrealloc(t->cpu, (size_t)(t->n + 1) * sizeof(double));
	t->wall[t->n] = wall;
	t->cpu[t->n++] = cpu;
}

static void
show_times(const char *where, struct times *t)
{
	qsort(t->wall, (size_t)t->n, sizeof(double), compare);
	qsort(t->cpu, (size_t)t->n, sizeof(double), compare);
	printf("%s: median %.2f ms, %.2f ms CPU\n", where, t->wall[t->n / 2], t->cpu[t->n / 2]);
	free(t->wall);
	free(t->cpu);
}

/* The same command without a sandbox, to compare with. */
static void
run_outside(const struct sandbox *sb)
{
	struct proc_io io = {.in = PROC_NULL, .out = PROC_NULL, .err = PROC_NULL, .env = sb->env};
	pid_t pid = proc_spawn(sb->path, sb->argv, &io);
	int status;

	if (pid != -1)
		(void)proc_wait(pid, &status, NULL);
}

static int
run_once(struct sandbox *sb, long ms, bool show)
{
	enum compile_end end;
	int status, result;
	char *why;

	sb->until_ms = ms > 0 ? clock_ms() + ms : 0;
	end = sandbox_run(sb, NULL, &status, &why);
	result = show ? tell_end(end, status, why) : 0;
	if (show && sb->upper != -1)
		list_outputs(sb);
	free(why);
	sandbox_close(sb);
	return result;
}

static int
run(struct sandbox *sb, long ms, int times)
{
	struct times inside = {NULL}, outside = {NULL};

	for (int i = 0; times > 1 && i < times; i++) {
		double wall = now_ms(), cpu = cpu_ms();

		run_outside(sb);
		add_time(&outside, now_ms() - wall, cpu_ms() - cpu);
		wall = now_ms();
		cpu = cpu_ms();
		(void)run_once(sb, ms, false);
		add_time(&inside, now_ms() - wall, cpu_ms() - cpu);
	}
	if (times > 1) {
		show_times("inside", &inside);
		show_times("outside", &outside);
	}
	return run_once(sb, ms, true);
}

int
main(int argc, char *argv[])
{
	struct sandbox_caps caps = SANDBOX_CAPS_INIT;
	struct sandbox sb = SANDBOX_INIT;
	struct strv env = STRV_INIT;
	long ms = 0;
	bool alone = false;
	int opt, times = 1;

	log_init("sandboxtool");
	while ((opt = getopt(argc, argv, "+aom:f:s:p:t:n:")) != -1) {
		switch (opt) {
		case 'a': alone = true; break;
		case 'o': sb.own_programs = true; break;
		case 'm': sb.max_memory = strtoull(optarg, NULL, 10); break;
		case 'f': sb.max_file = strtoull(optarg, NULL, 10); break;
		case 's': sb.max_space = strtoull(optarg, NULL, 10); break;
		case 'p': sb.max_processes = atoi(optarg); break;
		case 't': ms = atol(optarg); break;
		case 'n': times = atoi(optarg); break;
		default: return 2;
		}
	}
	argv += optind;
	argc -= optind;
	if (!privdrop("nobody"))
		return 2;
	if (argc == 2 && streq(argv[0], "probe"))
		return probe(argv[1]);
	if (argc == 4 && streq(argv[0], "fill"))
		return fill_root(argv + 1);
	if (argc >= 3 && streq(argv[0], "root"))
		return show_root(argv + 1);
	if (argc < 6 || !streq(argv[0], "run"))
		return 2;
	caps.usable = caps.own_count = true;
	caps.base = path_dir(argv[2]);
	if (!alone && !sandbox_shared_make(caps.base, caps.shared))
		log_fatal(1, "cannot make the namespaces of all jobs");
	sb.caps = &caps;
	sb.tool_root = argv[1];
	sb.job_tree = argv[2];
	sb.cwd = argv[3];
	for (argv += 4; *argv != NULL && !streq(*argv, "--"); argv++)
		strv_push(&env, *argv);
	strv_pushf(&env, "SANDBOX=1");
	if (argv[0] == NULL || argv[1] == NULL || argv[2] == NULL)
		return 2;
	sb.env = env.v;
	sb.path = argv[1];
	sb.argv = argv + 2;
	sb.out_fd = STDOUT_FILENO;
	sb.err_fd = STDERR_FILENO;
	setvbuf(stdout, NULL, _IOLBF, 0);
	jobsig_init(true);
	jobsig_defer();
	return run(&sb, ms, times);
}
