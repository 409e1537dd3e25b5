/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/seek_opts.h"

#include <stddef.h>

#include "base/num.h"
#include "base/util.h"
#include "client/hostspec.h"

/* Milliseconds of all of them together are an int. */
#define MAX_MS 100000000

static const struct {
	char letter;
	size_t at;
	int dflt, min, max;
} numbers[] = {
	{'P', offsetof(struct seek_opts, version), 1, 1, 3},
	{'c', offsetof(struct seek_opts, connect_ms), 900, 0, MAX_MS},
	{'g', offsetof(struct seek_opts, gaps), 0, 0, 10000},
	{'h', offsetof(struct seek_opts, query_ms), 500, 0, MAX_MS},
	{'k', offsetof(struct seek_opts, compile_ms), 1500, 0, MAX_MS},
	{'m', offsetof(struct seek_opts, bits), 0, 0, 128},
	{'o', offsetof(struct seek_opts, overlap), 1, 0, 100},
	{'r', offsetof(struct seek_opts, port), HOSTSPEC_PORT_DEFAULT, 1, 65535},
	{'t', offsetof(struct seek_opts, total_s), 7, 1, MAX_MS / 1000},
};

static const struct {
	char letter;
	size_t at;
} flags[] = {
	{'d', offsetof(struct seek_opts, domain)},
	{'l', offsetof(struct seek_opts, latency)},
	{'n', offsetof(struct seek_opts, numeric)},
	{'v', offsetof(struct seek_opts, verbose)},
	{'x', offsetof(struct seek_opts, dead)},
};

static bool
take_flag(struct seek_opts *o, char letter)
{
	for (size_t i = 0; i < countof(flags); i++) {
		if (flags[i].letter == letter) {
			*(bool *)((char *)o + flags[i].at) = true;
			return true;
		}
	}
	return false;
}

static enum seek_opts_err
take_number(struct seek_opts *o, struct seek_opts_bad *bad)
{
	long n;

	for (size_t i = 0; i < countof(numbers); i++) {
		if (numbers[i].letter != bad->letter)
			continue;
		bad->min = numbers[i].min;
		bad->max = numbers[i].max;
		if (bad->value == NULL)
			return SEEK_OPTS_MISSING;
		if (!num_parse(bad->value, bad->min, bad->max, &n))
			return SEEK_OPTS_RANGE;
		*(int *)((char *)o + numbers[i].at) = (int)n;
		return SEEK_OPTS_OK;
	}
	return SEEK_OPTS_UNKNOWN;
}

/* The letters of one word.  *next: the word behind it, which moves on if it is a value. */
static enum seek_opts_err
take_letters(struct seek_opts *o, char *const **next, struct seek_opts_bad *bad)
{
	const char *p = bad->word + 1;
	enum seek_opts_err err;
	bool glued;

	while (*p != '\0' && take_flag(o, *p))
		p++;
	if (*p == '\0')
		return SEEK_OPTS_OK;
	bad->letter = *p++;
	glued = *p != '\0';
	bad->value = glued ? p : **next;
	if (bad->letter == 'p') {
		o->compiler = bad->value;
		err = o->compiler != NULL && o->compiler[0] != '\0' ? SEEK_OPTS_OK : SEEK_OPTS_MISSING;
	} else {
		err = take_number(o, bad);
	}
	if (err == SEEK_OPTS_OK && !glued)
		(*next)++;
	return err;
}

static enum seek_opts_err
take_word(struct seek_opts *o, char *const **next, struct seek_opts_bad *bad)
{
	const char *word = bad->word;

	if (streq(word, "--help"))
		o->show = SEEK_SHOW_HELP;
	else if (streq(word, "--version"))
		o->show = SEEK_SHOW_VERSION;
	else if (word[0] != '-')
		strv_push(&o->operands, word);
	else if (word[1] == '\0' || word[1] == '-')
		return SEEK_OPTS_UNKNOWN;
	else
		return take_letters(o, next, bad);
	return SEEK_OPTS_OK;
}

enum seek_opts_err
seek_opts_parse(char *const *argv, struct seek_opts *o, struct seek_opts_bad *bad)
{
	char *const *next = argv[0] != NULL ? argv + 1 : argv;
	enum seek_opts_err err = SEEK_OPTS_OK;

	*o = (struct seek_opts){.operands = STRV_INIT};
	for (size_t i = 0; i < countof(numbers); i++)
		*(int *)((char *)o + numbers[i].at) = numbers[i].dflt;
	while (*next != NULL && err == SEEK_OPTS_OK && o->show == SEEK_SHOW_SERVERS) {
		*bad = (struct seek_opts_bad){.word = *next++};
		if (streq(bad->word, "--")) {
			strv_push_all(&o->operands, next);
			break;
		}
		err = take_word(o, &next, bad);
	}
	return err;
}

void
seek_opts_free(struct seek_opts *o)
{
	strv_free(&o->operands);
}
