/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/advice.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/util.h"
#include "masq/native.h"

/* What a compile needs here, and one that is distributed: the preprocessor and its text. */
#define LOCAL_JOB_MIB 2048
#define REMOTE_JOB_MIB 256

#define WIDTH 100
#define MAX_TOLD 20	/* hosts by name */

static const char *const flag_variables[] = {"COMMON_FLAGS", "CFLAGS", "CXXFLAGS", "OBJCFLAGS", "OBJCXXFLAGS"};

/* A comment, broken into lines between words. */
static void
add_comment(struct buf *out, const char *text)
{
	size_t column = 0, len;

	for (const char *p = text + strspn(text, " "); *p != '\0'; p += len + strspn(p + len, " ")) {
		len = strcspn(p, " ");
		if (column == 0 || column + 1 + len > WIDTH) {
			buf_adds(out, column == 0 ? "#" : "\n#");
			column = 1;
		}
		buf_adds(out, " ");
		buf_add(out, p, len);
		column += 1 + len;
	}
	buf_adds(out, "\n");
}

static void
take_comment(struct buf *out, char *text)
{
	add_comment(out, text);
	free(text);
}

void
advice_jobs(const struct advice *a, struct advice_jobs *out)
{
	long local = a->memory_mib / LOCAL_JOB_MIB, most = a->memory_mib / REMOTE_JOB_MIB;

	*out = (struct advice_jobs){0};
	for (size_t i = 0; i < a->nhosts; i++)
		out->remote += a->hosts[i].why == NULL ? a->hosts[i].slots : 0;
	if (local > a->processors)
		local = a->processors;
	out->local = local > 0 ? (int)local : 1;
	out->load = out->local;
	out->jobs = out->remote + out->local;
	out->memory_bound = out->local < a->processors;
	if (most < out->local)
		most = out->local;
	if (out->jobs > most) {
		out->jobs = (int)most;
		out->memory_bound = true;
	}
}

/* Features: those that are missing; what is there stays. */
static void
add_features(struct buf *out, const struct advice *a)
{
	const char *have = makeconf_value(a->conf, "FEATURES", true);
	bool distcc = makeconf_has(have, "distcc"), ccache = !a->ccache || makeconf_has(have, "ccache");

	if (distcc && ccache) {
		add_comment(out, a->ccache ? "FEATURES has distcc and ccache already." : "FEATURES has distcc already.");
	} else {
		add_comment(out, "Portage puts the directories of links first on PATH itself, ccache's before distcc's.");
		buf_addf(out, "FEATURES=\"${FEATURES}%s%s\"\n", distcc ? "" : " distcc", ccache ? "" : " ccache");
	}
	if (!a->ccache)
		add_comment(out, "With dev-util/ccache installed, also: ccache. Only what it does not have is compiled then.");
}

static void
list_hosts(struct buf *line, const struct advice *a)
{
	const char *before = "";

	for (size_t i = 0; i < a->nhosts && i < MAX_TOLD; i++) {
		if (a->hosts[i].why != NULL)
			continue;
		buf_addf(line, "%s%s %d%s", before, a->hosts[i].label, a->hosts[i].slots, a->hosts[i].ssh ? " (ssh, not asked)" : "");
		before = ", ";
	}
	if (a->nhosts > MAX_TOLD)
		buf_adds(line, "...");
}

static void
add_silent_hosts(struct buf *out, const struct advice *a)
{
	for (size_t i = 0; i < a->nhosts && i < MAX_TOLD; i++)
		if (a->hosts[i].why != NULL)
			take_comment(out, xasprintf("Not counted: %s does not answer (%s).", a->hosts[i].label, a->hosts[i].why));
}

static void
add_jobs(struct buf *out, const struct advice *a)
{
	struct advice_jobs j;
	struct buf line = BUF_INIT;

	advice_jobs(a, &j);
	if (j.remote > 0) {
		buf_addf(&line, "-j: %d jobs that volunteers take at once (", j.remote);
		list_hosts(&line, a);
		buf_addf(&line, "), and %d here.", j.local);
	} else {
		buf_addf(&line, "-j: only %d jobs here, because %s.", j.local, a->no_hosts != NULL ? a->no_hosts : "no volunteer answers");
	}
	add_comment(out, line.p);
	buf_free(&line);
	add_silent_hosts(out, a);
	take_comment(out, xasprintf("-l: what is not distributed shall not swamp this machine: %d processors, %ld GiB of memory%s.",
		a->processors, (a->memory_mib + 512) / 1024,
		j.memory_bound ? ", which bounds it (2 GiB for a compile, 0.25 GiB for a distributed one)" : ""));
	buf_addf(out, "MAKEOPTS=\"-j%d -l%d\"\n", j.jobs, j.load);
}

static void
add_setting(struct buf *out, const struct advice *a, const char *name, const char *value, const char *why)
{
	const struct makeconf_var *v = makeconf_find(a->conf, name, true);

	if (v != NULL) {
		take_comment(out, xasprintf("%s is set in %s:%u.", name, v->file, v->line));
		return;
	}
	add_comment(out, why);
	buf_addf(out, "%s=\"%s\"\n", name, value);
}

static void
add_ccache(struct buf *out, const struct advice *a)
{
	if (!a->ccache)
		return;
	add_setting(out, a, "CCACHE_DIR", "/var/cache/ccache", "One cache for all packages, on a disk that stays.");
	add_setting(out, a, "CCACHE_UMASK", "002", "Root and portage share it.");
	add_setting(out, a, "CCACHE_COMPILERCHECK", "distcc-chain --identity %compiler%",
		"ccache sees distcc's file in the place of the compiler's: let it ask the compiler, or an upgrade goes unnoticed.");
}

/* The assignment in which an option such as -march=native was written, and the option. */
static const struct makeconf_var *
find_native(const struct makeconf *conf, const char **option)
{
	for (size_t i = 0; i < countof(flag_variables); i++) {
		const struct makeconf_var *v = makeconf_find(conf, flag_variables[i], true);

		*option = v != NULL ? native_find(v->value) : NULL;
		if (*option != NULL)
			return v;
	}
	return NULL;
}

static void
add_native(struct buf *out, const struct advice *a)
{
	const char *option;
	const struct makeconf_var *v = find_native(a->conf, &option);

	if (v == NULL)
		return;
	take_comment(out, xasprintf("%s in %s (%s:%u) means this machine's processor, which distcc can tell volunteers of its own version and gcc on x86; for others replace it there%s",
		option, v->name, v->file, v->line, a->expanded != NULL && streq(option, "-march=native") ? " by" :
		a->expanded != NULL ? "; -march=native would be" : " by what app-misc/resolve-march-native prints."));
	if (a->expanded != NULL)
		buf_addf(out, "#   %s\n", a->expanded);
}

char *
advice_text(const struct advice *a)
{
	struct buf out = BUF_INIT;

	add_features(&out, a);
	add_jobs(&out, a);
	add_ccache(&out, a);
	add_native(&out, a);
	return out.p;
}
