/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/report.h"

#include "tests/unit/check.h"

#define LONG200 \
	"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx" \
	"yyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyyy"

static const struct { struct report r; const char *line; } rows[] = {
	{{"10.0.0.5:4242", COMPILE_OK, 0, 0, 12, "gcc", "a.c", NULL},
	 "client: 10.0.0.5:4242 COMPILE_OK exit:0 sig:0 core:0 ret:0 time:12ms gcc a.c"},
	{{"[2001:db8::1]:9", COMPILE_ERROR, 1 << 8, 0, 7, "/usr/bin/g++", "dir/b.cc", NULL},
	 "client: [2001:db8::1]:9 COMPILE_ERROR exit:1 sig:0 core:0 ret:0 time:7ms /usr/bin/g++ dir/b.cc"},
	{{"a:1", COMPILE_ERROR, 11, 0, 7, "gcc", "a.c", NULL},
	 "client: a:1 COMPILE_ERROR exit:0 sig:11 core:0 ret:0 time:7ms gcc a.c"},
	{{"a:1", COMPILE_ERROR, 11 | 0x80, 0, 7, "gcc", "a.c", NULL},
	 "client: a:1 COMPILE_ERROR exit:0 sig:11 core:1 ret:0 time:7ms gcc a.c"},
	{{"a:1", COMPILE_TIMEOUT, 118 << 8, 118, 60000, "gcc", "a.c", NULL},
	 "client: a:1 COMPILE_TIMEOUT exit:118 sig:0 core:0 ret:118 time:60000ms gcc a.c"},
	{{"a:1", CLI_DISCONN, 9, 117, 3, "gcc", "a.c", NULL},
	 "client: a:1 CLI_DISCONN exit:0 sig:9 core:0 ret:117 time:3ms gcc a.c"},
	{{"a:1", REJ_BAD_REQ, 0, 109, 0, NULL, NULL, NULL},
	 "client: a:1 REJ_BAD_REQ exit:0 sig:0 core:0 ret:109 time:0ms"},
	{{"a:1", REJ_OVERLOAD, 0, 114, 0, NULL, NULL, NULL},
	 "client: a:1 REJ_OVERLOAD exit:0 sig:0 core:0 ret:114 time:0ms"},
	{{"a:1", OTHER, 0, 107, 5000000000, "gcc", NULL, NULL},
	 "client: a:1 OTHER exit:0 sig:0 core:0 ret:107 time:5000000000ms gcc"},
	{{"a:1", COMPILE_OK, 0, 0, 1, "gc\nc", "a\033[2J\x7f.c", NULL},
	 "client: a:1 COMPILE_OK exit:0 sig:0 core:0 ret:0 time:1ms gc?c a?[2J?.c"},
	{{"a:1", COMPILE_OK, 0, 0, 1, "gcc", "\xc3\xa4.c", NULL},
	 "client: a:1 COMPILE_OK exit:0 sig:0 core:0 ret:0 time:1ms gcc \xc3\xa4.c"},
	{{"a:1", COMPILE_OK, 0, 0, 1, LONG200 "zzz", LONG200 "zzz", NULL},
	 "client: a:1 COMPILE_OK exit:0 sig:0 core:0 ret:0 time:1ms " LONG200 " " LONG200},
	{{"a:1", COMPILE_OK, 0, 0, 12, "gcc", "a.c", "replica"},
	 "client: a:1 COMPILE_OK exit:0 sig:0 core:0 ret:0 time:12ms gcc a.c mode:replica"},
	{{"a:1", REJ_BAD_REQ, 0, 109, 0, NULL, NULL, "replica"},
	 "client: a:1 REJ_BAD_REQ exit:0 sig:0 core:0 ret:109 time:0ms mode:replica"},
};

int
main(void)
{
	for (size_t i = 0; i < countof(rows); i++) {
		char line[REPORT_MAX];

		report_format(&rows[i].r, line);
		CHECK_STR(rows[i].line, line);
	}
	return check_done();
}
