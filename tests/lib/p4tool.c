/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Protocol 4 for the suites: p4tool COMMAND [OPTION...] [-- ARGUMENT...]
 *
 *	identity COMPILER		its digest in hexadecimal
 *	request OPTION... -- ARGV...	a first flight, to stdout
 *	blobs OPTION... INDEX...	the contents of these entries and SENT, to stdout
 *	show FILE [DIRECTORY]		what a daemon has said, in words; outputs are written to DIRECTORY/base-name
 *	run ADDRESS PORT COUNT OPTION... -- ARGV...
 *					whole jobs, one after the other, as a client does them; shows the last answer, and
 *					the milliseconds of the fastest and the median job if there are several
 *
 * Options: --tool HEX, --cwd DIR, --env NAME=VALUE, --flags BITS; the tree: --file PATH[=CONTENT-FILE], --dir PATH, --link PATH=TARGET,
 * --files-of FILE (a path on each line), --listing FILE (raw, in place of a tree);
 * --blob INDEX-OR-PATH (in the first flight), --have PATH=FILE, --no-sent; --out DIRECTORY for run.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/num.h"
#include "base/path.h"
#include "base/sock.h"
#include "base/util.h"
#include "cas/tree.h"
#include "compiler/identity.h"
#include "wire/bulk.h"
#include "wire/proto4.h"

#define PATIENCE_MS 60000

static const struct io_limit patience = {PATIENCE_MS, 0};

struct job {
	struct p4_request r;
	struct tree tree;
	struct strv content;	/* "PATH=FILE" where the content is not at PATH */
	struct strv blobs;
	struct buf old;		/* of --have */
	const char *listing, *out;
	bool no_sent;
};

static void __attribute__((noreturn))
die(const char *what, const char *which)
{
	fprintf(stderr, "p4tool: %s: %s\n", what, which);
	exit(1);
}

static void
must(enum wire_err err, const char *what)
{
	if (err != WIRE_OK)
		die(what, wire_strerror(err));
}

static int
open_content(const struct job *j, const char *path)
{
	size_t n = strlen(path);
	int fd;

	for (size_t i = 0; i < j->content.n; i++) {
		if (strncmp(j->content.v[i], path, n) == 0 && j->content.v[i][n] == '=') {
			path = j->content.v[i] + n + 1;
			break;
		}
	}
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		die("cannot read", path);
	return fd;
}

static void
add_file(struct job *j, const char *word)
{
	char *path = xstrdup(word), *eq = strchr(path, '=');
	struct digest d;
	struct stat st;
	uint64_t size;
	int fd;

	if (eq != NULL) {
		strv_push(&j->content, word);
		*eq = '\0';
	}
	fd = open_content(j, path);
	if (fstat(fd, &st) == -1 || digest_fd(&d, fd, &size) == -1)
		die("cannot digest", path);
	close(fd);
	tree_add_file(&j->tree, path, &d, size, (st.st_mode & 0100) != 0);
	tree_identify(&j->tree, st.st_dev, st.st_ino, st.st_mtime);
	free(path);
}

static void
add_files_of(struct job *j, const char *name)
{
	FILE *f = fopen(name, "r");
	char line[5000];

	if (f == NULL)
		die("cannot read", name);
	while (fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		add_file(j, line);
	}
	fclose(f);
}

static void
add_link(struct job *j, const char *word)
{
	char *path = xstrdup(word), *eq = strchr(path, '=');

	*eq = '\0';
	tree_add_link(&j->tree, path, eq + 1);
	free(path);
}

static void
add_have(struct job *j, const char *word)
{
	char *path = xstrdup(word), *eq = strchr(path, '=');

	*eq = '\0';
	if (buf_read_file(&j->old, eq + 1, 1u << 22) == -1)
		die("cannot read", eq + 1);
	j->r.have = xcalloc(1, sizeof(*j->r.have));
	j->r.n_have = 1;
	j->r.have->name = path;
	digest_mem(&j->r.have->digest, j->old.p, j->old.n);
}

/* Returns the first word that is no option's. */
static char **
parse(struct job *j, char **word)
{
	*j = (struct job){.r.cwd = xstrdup("/")};
	for (; *word != NULL && starts_with(*word, "--") && !streq(*word, "--"); word++) {
		const char *o = *word + 2;

		if (streq(o, "no-sent")) {
			j->no_sent = true;
			continue;
		}
		if (*++word == NULL)
			die("lacks its value", o);
		if (streq(o, "tool") && !digest_from_hex(&j->r.tool, *word))
			die("no digest", *word);
		else if (streq(o, "cwd"))
			memcpy(j->r.cwd = xrealloc(j->r.cwd, strlen(*word) + 1), *word, strlen(*word) + 1);
		else if (streq(o, "env"))
			strv_push(&j->r.env, *word);
		else if (streq(o, "flags"))
			j->r.flags = (uint32_t)atoi(*word);
		else if (streq(o, "file"))
			add_file(j, *word);
		else if (streq(o, "files-of"))
			add_files_of(j, *word);
		else if (streq(o, "dir"))
			tree_add_dir(&j->tree, *word);
		else if (streq(o, "link"))
			add_link(j, *word);
		else if (streq(o, "listing"))
			j->listing = *word;
		else if (streq(o, "blob"))
			strv_push(&j->blobs, *word);
		else if (streq(o, "have"))
			add_have(j, *word);
		else if (streq(o, "out"))
			j->out = *word;
	}
	return *word != NULL && streq(*word, "--") ? word + 1 : word;
}

static void
job_free(struct job *j)
{
	p4_request_free(&j->r);
	tree_free(&j->tree);
	strv_free(&j->content);
	strv_free(&j->blobs);
	buf_free(&j->old);
}

static void
finish_tree(struct job *j)
{
	const char *which;

	if (!tree_sort(&j->tree, &which))
		die("a conflict in the tree", which);
	j->r.tree.n = 0;
	if (j->listing == NULL)
		j->r.tree_head = tree_encode(&j->tree, &j->r.tree);
	else if (buf_read_file(&j->r.tree, j->listing, P4_MAX_TREE) == -1)
		die("cannot read", j->listing);
}

static uint32_t
index_of(const struct job *j, const char *word)
{
	for (uint32_t i = 0; i < j->tree.n; i++) {
		if (streq(j->tree.v[i].path, word))
			return i;
	}
	return (uint32_t)strtoul(word, NULL, 0);
}

static void
add_blob(const struct job *j, struct buf *b, uint32_t i)
{
	int fd;

	if (i >= j->tree.n)
		die("no such entry", "of the tree");
	fd = open_content(j, j->tree.v[i].path);
	must(p4_add_blob_fd(b, i, fd, j->tree.v[i].size), j->tree.v[i].path);
	close(fd);
}

static void
add_first_flight(struct job *j, struct buf *b)
{
	finish_tree(j);
	must(p4_add_request(b, &j->r), "request");
	for (size_t i = 0; i < j->blobs.n; i++)
		add_blob(j, b, index_of(j, j->blobs.v[i]));
	if (!j->no_sent)
		p4_add_sent(b);
}

static void
put_out(const struct buf *b)
{
	if (fwrite(b->p, 1, b->n, stdout) != b->n || fflush(stdout) != 0)
		die("cannot write", "stdout");
}

static void
take_output(int fd, const struct job *j, bool quiet)
{
	struct p4_output o;
	int out = -1;

	must(p4_read_output_head(fd, j->r.n_have, &o, &patience), "output");
	if (j->out != NULL) {
		char *path = path_join(j->out, path_base(o.name));

		out = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
		free(path);
	}
	if (o.base != 0)
		must(p4_read_body_near(fd, o.stored, out, o.size, j->old.p, j->old.n, &patience), "body");
	else
		must(p4_read_body(fd, o.stored, out, o.size, &patience), "body");
	if (!quiet)
		printf("OUT %s %o %llu%s\n", o.name, o.mode, (unsigned long long)o.size, o.base != 0 ? " near" : "");
	if (out != -1)
		close(out);
	free(o.name);
}

static void
take_result(int fd, const struct job *j, bool quiet)
{
	struct p4_result r;
	char *info;

	must(p4_read_result(fd, &r, &patience), "result");
	if (!quiet)
		printf("DONE %d\nSERR %s\nSOUT %s\n", r.status, r.err.n > 0 ? r.err.p : "", r.out.n > 0 ? r.out.p : "");
	for (uint32_t i = 0; i < r.outputs; i++)
		take_output(fd, j, quiet);
	must(p4_read_info(fd, &info, &patience), "info");
	if (!quiet)
		printf("INFO\n%s", info);
	free(info);
	p4_result_free(&r);
}

static void
show_want(const struct p4_answer *a)
{
	printf("WANT");
	for (size_t i = 0; i < a->n_want; i++)
		printf(" %u", a->want[i]);
	putchar('\n');
}

/* The next thing but beats and an empty WANT.  False: it was the end. */
static bool
take_answer(int fd, struct p4_answer *a, const struct job *j, bool quiet)
{
	must(p4_read_answer(fd, TREE_MAX_ENTRIES, a, &patience), "answer");
	switch (a->said) {
	case P4_SAID_BEAT:
		if (!quiet)
			puts("BEAT");
		return true;
	case P4_SAID_WANT:
		if (!quiet)
			show_want(a);
		return true;
	case P4_SAID_NOPE:
		printf("NOPE %d %s\n", a->code, a->reason);
		return false;
	case P4_SAID_DONE:
		take_result(fd, j, quiet);
		return false;
	}
	return false;
}

static int
show(const char *file, const char *dir)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);
	struct job j = {.out = dir};
	struct p4_answer a;
	bool more = true;
	char c;

	if (fd == -1)
		die("cannot read", file);
	while (more) {
		more = take_answer(fd, &a, &j, false);
		p4_answer_free(&a);
	}
	if (read(fd, &c, 1) != 0)
		puts("MORE");
	close(fd);
	return 0;
}

static double
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6;
}

static void
run_once(struct job *j, const struct addrinfo *ai, bool quiet)
{
	struct buf b = BUF_INIT;
	struct p4_answer a;
	bool more = true;
	int fd = sock_connect_start(ai);

	if (fd == -1 || sock_connect_finish(fd, PATIENCE_MS) == -1)
		die("cannot connect", "");
	add_first_flight(j, &b);
	must(p4_flush(fd, &b, &patience), "send");
	while (more) {
		more = take_answer(fd, &a, j, quiet);
		if (a.said == P4_SAID_WANT && a.n_want > 0) {
			for (size_t i = 0; i < a.n_want; i++)
				add_blob(j, &b, a.want[i]);
			p4_add_sent(&b);
			must(p4_flush(fd, &b, &patience), "send");
		}
		p4_answer_free(&a);
	}
	close(fd);
	buf_free(&b);
}

static int
by_value(const void *a, const void *b)
{
	const double *x = a, *y = b;

	return (*x > *y) - (*x < *y);
}

static int
run(char **word)
{
	int count = atoi(word[2]);
	double *ms = xcalloc((size_t)count, sizeof(*ms));
	struct addrinfo *ai;
	struct job j;
	long port;

	if (!num_parse(word[1], 1, 65535, &port) || sock_resolve(word[0], (int)port, false, &ai) != 0)
		die("no address", word[0]);
	for (word = parse(&j, word + 3); *word != NULL; word++)
		strv_push(&j.r.argv, *word);
	for (int i = 0; i < count; i++) {
		double began = now_ms();

		run_once(&j, ai, i < count - 1);
		ms[i] = now_ms() - began;
	}
	if (count > 1) {
		qsort(ms, (size_t)count, sizeof(*ms), by_value);
		printf("TIME %.2f %.2f\nBYTES %llu %llu\n", ms[0], ms[count / 2], (unsigned long long)bulk_bytes_sent / (unsigned)count,
		       (unsigned long long)bulk_bytes_received / (unsigned)count);
	}
	freeaddrinfo(ai);
	free(ms);
	job_free(&j);
	return 0;
}

static int
identity(const char *compiler)
{
	char hex[DIGEST_HEX_LEN + 1], *why;
	struct identity id;

	if (!identity_of(compiler, &id, &why))
		die(compiler, why);
	digest_hex(&id.digest, hex);
	puts(hex);
	identity_free(&id);
	return 0;
}

int
main(int argc, char *argv[])
{
	struct buf b = BUF_INIT;
	struct job j;
	char **word;

	if (argc < 3)
		die("usage", "see p4tool.c");
	if (streq(argv[1], "identity"))
		return identity(argv[2]);
	if (streq(argv[1], "show"))
		return show(argv[2], argv[3]);
	if (streq(argv[1], "run") && argc > 5)
		return run(argv + 2);
	word = parse(&j, argv + 2);
	if (streq(argv[1], "request")) {
		for (; *word != NULL; word++)
			strv_push(&j.r.argv, *word);
		add_first_flight(&j, &b);
	} else if (streq(argv[1], "blobs")) {
		finish_tree(&j);
		for (; *word != NULL; word++)
			add_blob(&j, &b, index_of(&j, *word));
		p4_add_sent(&b);
	}
	put_out(&b);
	buf_free(&b);
	job_free(&j);
	return 0;
}
