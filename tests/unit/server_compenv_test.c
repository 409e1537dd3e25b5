/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/compenv.h"

#include "tests/unit/check.h"

static const struct { const char *var; bool keep; } rows[] = {
	{"LANG=de_DE.UTF-8", true}, {"LC_ALL=C", true}, {"HOME=/x", true}, {"USER=x", true}, {"CPATHS=x", true},
	{"PATHX=1", true}, {"CCACHE_DIR=/x", true}, {"CC=gcc", true}, {"GCCX=1", true}, {"LDX=1", true}, {"A=LD_PRELOAD", true},
	{"GCC_EXEC_PREFIX=/x", false}, {"GCC_COMPARE_DEBUG=1", false}, {"GCC_COLORS=", false}, {"COMPILER_PATH=/x", false},
	{"CPATH=/x", false}, {"C_INCLUDE_PATH=/x", false}, {"CPLUS_INCLUDE_PATH=/x", false}, {"OBJC_INCLUDE_PATH=/x", false},
	{"LIBRARY_PATH=/x", false}, {"DEPENDENCIES_OUTPUT=/x", false}, {"SUNPRO_DEPENDENCIES=/x", false},
	{"CCC_OVERRIDE_OPTIONS=x", false}, {"CLANG_X=1", false}, {"LD_PRELOAD=x", false}, {"LD_LIBRARY_PATH=x", false},
	{"DISTCC_HOSTS=x", false}, {"DISTCC_CMDLIST=x", false}, {"DISTCCD_PATH=x", false}, {"_DISTCC_SAFEGUARD=5", false},
	{"PATH=/x", false}, {"TMPDIR=/x", false}, {"PWD=/x", false}, {"MAKEFLAGS=-j --jobserver-auth=3,4", false},
	{"CPATH", false}, {"LANG", true},
};

int
main(void)
{
	static const char *const before[] = {"LANG=C", "PATH=/old", "LD_PRELOAD=x", "HOME=/h", "TMPDIR=/old", "_DISTCC_SAFEGUARD=3"};
	struct strv env = STRV_INIT, out = STRV_INIT;

	for (size_t i = 0; i < countof(rows); i++)
		CHECK_ROW(rows[i].var, compenv_keep(rows[i].var) == rows[i].keep);
	for (size_t i = 0; i < countof(before); i++)
		strv_push(&env, before[i]);
	compenv_make(env.v, "/a:/b", "/job", &out);
	CHECK_INT(5, out.n);
	CHECK(strv_has(&out, "LANG=C"));
	CHECK(strv_has(&out, "HOME=/h"));
	CHECK(strv_has(&out, "PATH=/a:/b"));
	CHECK(strv_has(&out, "TMPDIR=/job"));
	CHECK(strv_has(&out, "_DISTCC_SAFEGUARD=1"));
	strv_free(&env);
	strv_free(&out);
	return check_done();
}
