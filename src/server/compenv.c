/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "server/compenv.h"

#include <string.h>

#include "base/util.h"
#include "masq/realcc.h"

static const char *const drop_prefixes[] = {
	"CCC_", "CLANG_", "DISTCC_", "GCC_", "LD_", "_DISTCC_",
};

static const char *const drop_names[] = {
	"CCACHE_PREFIX", "COMPILER_PATH", "CPATH", "CPLUS_INCLUDE_PATH", "C_INCLUDE_PATH", "DEPENDENCIES_OUTPUT",
	"DISTCCD_PATH", "GNUMAKEFLAGS", "LIBRARY_PATH", "MAKEFLAGS", "MFLAGS", "OBJCPLUS_INCLUDE_PATH", "OBJC_INCLUDE_PATH",
	"OLDPWD", "PATH", "PWD", "SOURCE_DATE_EPOCH", "SUNPRO_DEPENDENCIES", "TMPDIR",
};

bool
compenv_keep(const char *var)
{
	size_t len = strcspn(var, "=");

	for (size_t i = 0; i < countof(drop_prefixes); i++) {
		if (starts_with(var, drop_prefixes[i]))
			return false;
	}
	for (size_t i = 0; i < countof(drop_names); i++) {
		if (strlen(drop_names[i]) == len && strncmp(drop_names[i], var, len) == 0)
			return false;
	}
	return true;
}

void
compenv_make(char *const *env, const char *search, const char *dir, struct strv *out)
{
	for (; *env != NULL; env++) {
		if (compenv_keep(*env))
			strv_push(out, *env);
	}
	strv_pushf(out, "PATH=%s", search);
	strv_pushf(out, "TMPDIR=%s", dir);
	strv_pushf(out, "%s=1", REALCC_GUARD);
}
