/* SPDX-License-Identifier: GPL-2.0-or-later */
#include <stdlib.h>

#include "base/util.h"
#include "compiler/args.h"

/* What to say for each verdict; %s is the word. */
static const char *const texts[] = {
	[ARGS_OK] = "may travel",
	[ARGS_OPTION] = "%s keeps it here",
	[ARGS_UNKNOWN_OPTION] = "%s is no option that we know",
	[ARGS_NO_COMPILE] = "neither -c nor -S: it links, or has nothing to compile",
	[ARGS_PREPROCESS] = "%s only preprocesses",
	[ARGS_QUERY] = "%s only asks the compiler something",
	[ARGS_NO_SOURCE] = "no source file",
	[ARGS_TWO_SOURCES] = "more than one source: %s too",
	[ARGS_OTHER_INPUT] = "%s is an input that is no source",
	[ARGS_LANGUAGE] = "%s is not in C, C++ or Objective-C",
	[ARGS_STDIN] = "the source %s is no plain file",
	[ARGS_STDOUT] = "the output goes to standard output",
	[ARGS_TWO_OUTPUTS] = "more than one output: %s too",
	[ARGS_OUTPUT_DEVICE] = "the dependencies go to %s, which is no plain file",
	[ARGS_CONFTEST] = "%s is a test of a configure script",
	[ARGS_ENVIRONMENT] = "the variable %s changes what the compiler does",
	[ARGS_ATFILE] = "the options in %s cannot be read",
	[ARGS_MISSING_ARGUMENT] = "%s lacks its argument",
};

static char *
explain(enum args_why why, const char *word, const char *reason)
{
	const char *text = texts[why], *at = strstr(text, "%s");

	if (word == NULL)
		word = "";
	if (reason != NULL)
		return xasprintf("%s %s", word, reason);
	if (at == NULL)
		return xstrdup(text);
	return xasprintf("%.*s%s%s", (int)(at - text), text, word, at + 2);
}

char *
args_explain(const struct args *a)
{
	return explain(a->why, a->word, a->reason);
}

char *
args_explain_replica(const struct args *a)
{
	return explain(a->replica.why, a->replica.word, a->replica.reason);
}
