/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <ctype.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/util.h"
#include "compiler/args.h"
#include "compiler/args_word.h"

#define DEPTH_MAX 32
#define FILES_MAX 2000
#define BYTES_MAX (8u << 20)

/* How much all files of a command have used so far. */
struct expansion {
	struct strv *out;
	size_t files;
	size_t bytes;
};

static int expand_words(char *const *words, int depth, struct expansion *e);

/*
 * 1: text is the file, 0: it cannot be read, -1: too big.  Only regular files: what comes out of a pipe would
 * be gone when the compiler itself wants it.
 */
static int
read_regular(const char *path, size_t max, struct buf *text)
{
	struct stat st;
	int fd, ret = 0;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
	if (fd == -1)
		return 0;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
		if (st.st_size > (off_t)max)
			ret = -1;
		else
			ret = buf_read_fd(text, fd, max) == 0 ? 1 : -1;
	}
	close(fd);
	return ret;
}

/* One word from *p, which is not at white space: quotes are dropped, a backslash keeps the next character as it is. */
static char *
next_word(const char **p)
{
	struct buf word = BUF_INIT;
	const char *s = *p;
	char quote = '\0';

	buf_adds(&word, "");
	for (; *s != '\0' && (quote != '\0' || !isspace((unsigned char)*s)); s++) {
		if (*s == '\\') {
			if (s[1] == '\0') {
				s++;
				break;
			}
			buf_add(&word, ++s, 1);
		} else if (quote == '\0' && (*s == '\'' || *s == '"')) {
			quote = *s;
		} else if (*s == quote) {
			quote = '\0';
		} else {
			buf_add(&word, s, 1);
		}
	}
	*p = s;
	return word.p;
}

void
args_split(const char *text, struct strv *out)
{
	for (;;) {
		while (isspace((unsigned char)*text))
			text++;
		if (*text == '\0')
			return;
		strv_push_own(out, next_word(&text));
	}
}

static int
expand_file(const char *path, int depth, struct expansion *e)
{
	struct strv words = STRV_INIT;
	struct buf text = BUF_INIT;
	int ret = -1;

	switch (read_regular(path, BYTES_MAX - e->bytes, &text)) {
	case 0:
		strv_pushf(e->out, "@%s", path);
		return 0;
	case -1:
		goto free_text;
	}
	e->bytes += text.n;
	if (depth == DEPTH_MAX || ++e->files > FILES_MAX)
		goto free_text;
	if (text.p != NULL) {
		if (memchr(text.p, '\0', text.n) != NULL)
			goto free_text;
		args_split(text.p, &words);
	}
	ret = words.v == NULL ? 0 : expand_words(words.v, depth + 1, e);
	strv_free(&words);

free_text:
	buf_free(&text);
	return ret;
}

static int
expand_words(char *const *words, int depth, struct expansion *e)
{
	for (; *words != NULL; words++) {
		if (words[0][0] != '@')
			strv_push(e->out, words[0]);
		else if (expand_file(words[0] + 1, depth, e) == -1)
			return -1;
	}
	return 0;
}

int
args_expand(char *const *argv, struct strv *out)
{
	struct expansion e = {out, 0, 0};

	if (argv[0] == NULL)
		return 0;
	strv_push(out, argv[0]);
	return expand_words(argv + 1, 0, &e);
}
