/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What ccache is set up to do, as far as it decides which program runs next. */
#ifndef MASQ_CCACHECONF_H
#define MASQ_CCACHECONF_H

#include <stdbool.h>

struct ccacheconf {
	char *program;		/* NULL: there is no ccache */
	int major, minor;	/* 0.0: it did not say */
	/* Never NULL; "" means not set. */
	char *prefix;		/* prefix_command */
	char *path;		/* where compilers are looked for instead of PATH */
	char *compiler;		/* run instead of the one that was called */
	char *check;		/* compiler_check */
	char *prefix_cpp;	/* prefix_command_cpp: runs the preprocessor */
	char *second_cpp;	/* run_second_cpp, "true" or "false": the compiler is given the source, or preprocessed text */
	char *depend;		/* depend_mode, the same: ccache does not preprocess */
};

/* From CCACHE_PREFIX and the like. ccacheconf_free in every case. */
void ccacheconf_from_env(struct ccacheconf *c);

/*
 * Take over what "ccache --show-config" prints: "(where it is from) key = value" lines.  From 4.12 on there is no run_second_cpp: it is true
 * (ccache's release notes).
 */
void ccacheconf_parse(struct ccacheconf *c, const char *text);

/* "ccache version 4.7.5": false without a number. */
bool ccacheconf_parse_version(struct ccacheconf *c, const char *text);

/* Ask the program for version and settings; without an answer in time they stay as they are.  Copies program. */
void ccacheconf_ask(struct ccacheconf *c, const char *program);

void ccacheconf_free(struct ccacheconf *c);

#endif
