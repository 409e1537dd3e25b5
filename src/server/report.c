/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/report.h"

#include <stdio.h>
#include <sys/wait.h>

#include "base/log.h"

#define NAME_SHOWN 200

static const char *const words[] = {
	[COMPILE_OK] = "COMPILE_OK",
	[COMPILE_ERROR] = "COMPILE_ERROR",
	[COMPILE_TIMEOUT] = "COMPILE_TIMEOUT",
	[CLI_DISCONN] = "CLI_DISCONN",
	[REJ_BAD_REQ] = "REJ_BAD_REQ",
	[REJ_OVERLOAD] = "REJ_OVERLOAD",
	[OTHER] = "OTHER",
};

/* Bytes above 127 stay: names may be UTF-8. */
static void
show_name(const char *s, char out[NAME_SHOWN + 1])
{
	size_t n = 0;

	for (; s[n] != '\0' && n < NAME_SHOWN; n++) {
		unsigned char c = (unsigned char)s[n];

		out[n] = c < ' ' || c == 0x7f ? '?' : s[n];
	}
	out[n] = '\0';
}

void
report_format(const struct report *r, char out[REPORT_MAX])
{
	char compiler[NAME_SHOWN + 1] = "", source[NAME_SHOWN + 1] = "";
	int s = r->status;

	if (r->compiler != NULL)
		show_name(r->compiler, compiler);
	if (r->source != NULL)
		show_name(r->source, source);
	snprintf(out, REPORT_MAX, "client: %s %s exit:%d sig:%d core:%d ret:%d time:%lldms%s%s%s%s%s%s",
		 r->client, words[r->outcome], WIFEXITED(s) ? WEXITSTATUS(s) : 0, WIFSIGNALED(s) ? WTERMSIG(s) : 0,
		 WIFSIGNALED(s) && WCOREDUMP(s), r->ret, (long long)r->ms,
		 *compiler != '\0' ? " " : "", compiler, *source != '\0' ? " " : "", source,
		 r->mode != NULL ? " mode:" : "", r->mode != NULL ? r->mode : "");
}

void
report_log(const struct report *r)
{
	char line[REPORT_MAX];

	report_format(r, line);
	log_notice("%s", line);
}
