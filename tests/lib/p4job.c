/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "tests/lib/p4job.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/num.h"
#include "base/util.h"
#include "wire/proto4.h"

void
die(const char *what, const char *which)
{
	fprintf(stderr, "p4tool: %s: %s\n", what, which);
	exit(1);
}

void
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

char **
p4job_parse(struct job *j, char **word)
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

void
p4job_free(struct job *j)
{
	p4_request_free(&j->r);
	tree_free(&j->tree);
	strv_free(&j->content);
	strv_free(&j->blobs);
	buf_free(&j->old);
}

void
p4job_finish_tree(struct job *j)
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

uint32_t
p4job_index_of(const struct job *j, const char *word)
{
	for (uint32_t i = 0; i < j->tree.n; i++) {
		if (streq(j->tree.v[i].path, word))
			return i;
	}
	return (uint32_t)strtoul(word, NULL, 0);
}

void
p4job_add_blob(const struct job *j, struct buf *b, uint32_t i)
{
	int fd;

	if (i >= j->tree.n)
		die("no such entry", "of the tree");
	fd = open_content(j, j->tree.v[i].path);
	must(p4_add_blob_fd(b, i, fd, j->tree.v[i].size), j->tree.v[i].path);
	close(fd);
}

void
p4job_first_flight(struct job *j, struct buf *b)
{
	p4job_finish_tree(j);
	must(p4_add_request(b, &j->r), "request");
	for (size_t i = 0; i < j->blobs.n; i++)
		p4job_add_blob(j, b, p4job_index_of(j, j->blobs.v[i]));
	if (!j->no_sent)
		p4_add_sent(b);
}
