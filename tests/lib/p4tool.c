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
#include "compiler/identity.h"
#include "tests/lib/p4job.h"
#include "wire/bulk.h"
#include "wire/proto4.h"

#define PATIENCE_MS 60000

static const struct io_limit patience = {PATIENCE_MS, 0};

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
	if (o.same && out != -1 && write(out, j->old.p, j->old.n) != (ssize_t)j->old.n)
		die("cannot write", o.name);
	else if (o.same)
		;
	else if (o.base != 0)
		must(p4_read_body_near(fd, o.stored, out, o.size, j->old.p, j->old.n, &patience), "body");
	else
		must(p4_read_body(fd, o.stored, out, o.size, &patience), "body");
	if (!quiet)
		printf("OUT %s %o %llu%s\n", o.name, o.mode, (unsigned long long)o.size, o.same ? " same" : o.base != 0 ? " near" : "");
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
	p4job_first_flight(j, &b);
	must(p4_flush(fd, &b, &patience), "send");
	while (more) {
		more = take_answer(fd, &a, j, quiet);
		if (a.said == P4_SAID_WANT && a.n_want > 0) {
			for (size_t i = 0; i < a.n_want; i++)
				p4job_add_blob(j, &b, a.want[i]);
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
	for (word = p4job_parse(&j, word + 3); *word != NULL; word++)
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
	p4job_free(&j);
	return 0;
}

static int
identity(const char *compiler)
{
	char hex[DIGEST_HEX_LEN + 1], *why;
	struct identity id;

	if (!identity_of(compiler, &id, &why))
		die(compiler, why);
	digest_hex(&id.digest[IDENTITY_C], hex);
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
	word = p4job_parse(&j, argv + 2);
	if (streq(argv[1], "request")) {
		for (; *word != NULL; word++)
			strv_push(&j.r.argv, *word);
		p4job_first_flight(&j, &b);
	} else if (streq(argv[1], "blobs")) {
		p4job_finish_tree(&j);
		for (; *word != NULL; word++)
			p4job_add_blob(&j, &b, p4job_index_of(&j, *word));
		p4_add_sent(&b);
	}
	put_out(&b);
	buf_free(&b);
	p4job_free(&j);
	return 0;
}
