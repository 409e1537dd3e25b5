/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/report.h"

#include <stdio.h>
#include <sys/wait.h>

#include "base/log.h"
#include "server/stats_feed.h"

#define NAME_SHOWN 200

static const char *const words[] = {
	[COMPILE_OK] = "COMPILE_OK",
	[COMPILE_ERROR] = "COMPILE_ERROR",
	[COMPILE_TIMEOUT] = "COMPILE_TIMEOUT",
	[CLI_DISCONN] = "CLI_DISCONN",
	[REJ_BAD_REQ] = "REJ_BAD_REQ",
	[REJ_OVERLOAD] = "REJ_OVERLOAD",
	[OTHER] = "OTHER",
	[ASKED] = "ASKED",
};

/* Bytes above 127 stay: names may be UTF-8. */
void
report_name(const char *name, char *out, size_t size)
{
	size_t n = 0;

	for (; name != NULL && name[n] != '\0' && n < size - 1; n++) {
		unsigned char c = (unsigned char)name[n];

		out[n] = c < ' ' || c == 0x7f ? '?' : name[n];
	}
	out[n] = '\0';
}

void
report_format(const struct report *r, char out[REPORT_MAX])
{
	char compiler[NAME_SHOWN + 1], source[NAME_SHOWN + 1];
	int s = r->status;

	report_name(r->compiler, compiler, sizeof(compiler));
	report_name(r->source, source, sizeof(source));
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
	stats_feed_put(r);
}
