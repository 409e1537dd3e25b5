/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/confcheck.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "base/num.h"
#include "base/util.h"
#include "masq/native.h"

#define APPLY "distcc-config --make-conf --apply"

#define ERROR(code, text, cure) findings_add(f, SEVERITY_ERROR, code, text, cure)
#define WARNING(code, text, cure) findings_add(f, SEVERITY_WARNING, code, text, cure)

static const struct makeconf_var *
find(const struct confcheck *in, const char *name)
{
	return makeconf_find(in->conf, name, false);
}

static bool
has_feature(const struct confcheck *in, const char *feature)
{
	return makeconf_has(makeconf_value(in->conf, "FEATURES", false), feature);
}

static void
check_syntax(struct findings *f, const struct confcheck *in)
{
	for (size_t i = 0; i < in->conf->nproblems; i++) {
		const struct makeconf_problem *p = &in->conf->problems[i];
		bool fatal = p->trouble == MAKECONF_QUOTE || p->trouble == MAKECONF_JUNK;

		findings_add(f, fatal ? SEVERITY_ERROR : SEVERITY_WARNING, "make-conf-syntax",
			xasprintf("%s:%u: %s%s%s", p->file, p->line, p->word, p->word[0] != '\0' ? ": " : "", makeconf_explain(p->trouble)),
			xstrdup(p->trouble == MAKECONF_APPEND ? "NAME=\"${NAME} more\"" : "NAME=\"value\""));
	}
	for (size_t i = 0; i < in->conf->n; i++) {
		const struct makeconf_var *v = &in->conf->v[i];

		if (strstr(v->literal, "$(") != NULL || strchr(v->literal, '`') != NULL)
			ERROR("make-conf-substitution", xasprintf("%s:%u: %s=\"%s\": Portage runs no commands in make.conf", v->file, v->line,
				v->name, v->literal), xstrdup("write the number itself; \"distcc-config --make-conf\" tells it"));
	}
}

static void
check_features(struct findings *f, const struct confcheck *in)
{
	if (!has_feature(in, "distcc"))
		WARNING("features-without-distcc", xstrdup("FEATURES in make.conf does not have distcc: emerge does not use it"), xstrdup(APPLY));
	if (has_feature(in, "distcc-pump"))
		WARNING("features-pump", xstrdup("FEATURES has distcc-pump, which Portage has not known since 2019"), xstrdup("remove it from FEATURES"));
	if (has_feature(in, "ccache") && !in->ccache)
		WARNING("features-ccache", xstrdup("FEATURES has ccache, and ccache is not installed"), xstrdup("emerge dev-util/ccache"));
}

int
confcheck_number(const char *makeopts, char option, int dflt)
{
	static const struct {
		char option;
		const char *words[2];
	} names[] = {{'j', {"--jobs", "-j"}}, {'l', {"--load-average", "-l"}}};
	int found = -1;

	for (const char *p = makeopts; *p != '\0'; p += strcspn(p, " \t")) {
		p += strspn(p, " \t");
		for (size_t i = 0; i < 4; i++) {
			const char *word = names[i / 2].words[i % 2], *digits = p + strlen(word);
			size_t len;
			long n;

			if (names[i / 2].option != option || !starts_with(p, word))
				continue;
			digits += *digits == '=' ? 1 : strspn(digits, " \t");
			len = strcspn(digits, " \t.");
			found = num_parse_n(digits, len, 0, INT_MAX, &n) ? (int)n : dflt;
			break;
		}
	}
	return found;
}

static void
check_jobs(struct findings *f, const struct confcheck *in)
{
	const struct makeconf_var *v = find(in, "MAKEOPTS");
	int jobs, load;

	if (v == NULL) {
		WARNING("makeopts-missing", xstrdup("MAKEOPTS is not set: Portage starts as many jobs as this machine has processors, "
			"and none above that load, however many slots the volunteers have"), xstrdup(APPLY));
		return;
	}
	jobs = confcheck_number(v->value, 'j', INT_MAX);
	load = confcheck_number(v->value, 'l', -1);
	if (jobs == INT_MAX)
		WARNING("makeopts-unlimited", xasprintf("%s:%u: MAKEOPTS=\"%s\" starts jobs without limit", v->file, v->line, v->value),
			xstrdup(APPLY));
	else if (jobs < in->slots)
		WARNING("makeopts-small", xasprintf("%s:%u: MAKEOPTS=\"%s\", but the volunteers take %d jobs at once", v->file, v->line,
			v->value, in->slots), xstrdup(APPLY));
	if (load == -1)
		WARNING("makeopts-load", xasprintf("%s:%u: MAKEOPTS=\"%s\" has no -l: a package that is not distributed swamps this machine",
			v->file, v->line, v->value), xstrdup(APPLY));
}

static void
check_native(struct findings *f, const struct confcheck *in)
{
	static const char *const names[] = {"COMMON_FLAGS", "CFLAGS", "CXXFLAGS", "OBJCFLAGS", "OBJCXXFLAGS"};

	for (size_t i = 0; i < countof(names); i++) {
		const struct makeconf_var *v = find(in, names[i]);
		const char *option = v != NULL ? native_find(v->value) : NULL;

		/* one that only repeats another variable is cured with that */
		if (option == NULL || native_find(v->literal) == NULL)
			continue;
		WARNING("flags-native", xasprintf("%s:%u: %s has %s, which means another processor on each volunteer (but for those of distcc 4, on x86)",
			v->file, v->line, v->name, option), in->expanded != NULL ? xasprintf("in its place: %s", in->expanded) :
			xstrdup("write what app-misc/resolve-march-native prints"));
	}
}

static bool
names_distcc(const char *command)
{
	const char *p = strstr(command, "distcc");

	return p != NULL && (p == command || p[-1] == ' ' || p[-1] == '/');
}

/* Variables that are none of Portage's business, or fight with FEATURES. */
static void
check_variables(struct findings *f, const struct confcheck *in)
{
	static const char *const compilers[] = {"CC", "CXX"};
	const struct makeconf_var *v;

	for (size_t i = 0; i < countof(compilers); i++) {
		v = find(in, compilers[i]);
		if (v != NULL && names_distcc(v->value))
			ERROR("compiler-names-distcc", xasprintf("%s:%u: %s=\"%s\" names distcc: builds that take it for a name of a file fail", v->file,
				v->line, v->name, v->value), xasprintf("remove it; FEATURES=\"distcc\" is all that is needed"));
	}
	v = find(in, "CCACHE_PREFIX");
	if (v != NULL && names_distcc(v->value) && has_feature(in, "distcc"))
		ERROR("ccache-prefix", xasprintf("%s:%u: CCACHE_PREFIX=\"%s\" together with FEATURES=distcc: one of them is too much", v->file,
			v->line, v->value), xstrdup("remove CCACHE_PREFIX"));
	v = find(in, "PATH");
	if (v != NULL)
		WARNING("make-conf-path", xasprintf("%s:%u: Portage makes PATH anew for each phase: PATH in make.conf has no effect", v->file,
			v->line), xstrdup("remove it"));
	if (strcmp(makeconf_value(in->conf, "DISTCC_VERBOSE", false), "1") == 0 && find(in, "DISTCC_LOG") == NULL)
		WARNING("verbose-without-log", xstrdup("DISTCC_VERBOSE=1 without DISTCC_LOG: each package gets a log of its own, which goes with it"),
			xstrdup("DISTCC_LOG=\"/var/log/distcc/portage.log\" in a directory that portage may write to"));
	v = find(in, "DISTCC_DIR");
	if (v != NULL && strstr(v->value, "/portage/") == NULL)
		WARNING("distcc-dir", xasprintf("%s:%u: DISTCC_DIR=\"%s\": the sandbox lets only configure and compile phases write there", v->file,
			v->line, v->value), xstrdup("remove it: Portage makes one by itself"));
}

static void
check_hosts_for_portage(struct findings *f, const struct confcheck *in)
{
	if (in->hosts_for_portage || !has_feature(in, "distcc"))
		return;
	if (in->hosts_elsewhere)
		ERROR("hosts-unseen", xstrdup("the list of hosts is in a home directory or in this shell: emerge does not see it"),
			xstrdup("as root: distcc-config --set-hosts 'HOST/SLOTS ...'"));
	else
		ERROR("hosts-missing", xstrdup("there is no list of hosts that emerge would see"),
			xstrdup("as root: distcc-config --set-hosts 'HOST/SLOTS ...'"));
}

/* Our block is there, but something behind it wins. */
static void
check_block(struct findings *f, const struct confcheck *in)
{
	for (size_t i = 0; i < in->conf->n; i++) {
		const struct makeconf_var *ours = &in->conf->v[i], *last = find(in, ours->name);

		if (ours->ours && !last->ours && strstr(last->literal, ours->name) == NULL)
			WARNING("block-overridden", xasprintf("%s:%u: %s is set again, and distcc-config's in %s:%u has no effect", last->file,
				last->line, last->name, ours->file, ours->line),
				xstrdup("remove one of them; \"distcc-config --make-conf --revert\" and --apply put the block last"));
	}
}

void
confcheck(struct findings *f, const struct confcheck *in)
{
	check_syntax(f, in);
	check_features(f, in);
	if (has_feature(in, "distcc")) {
		check_jobs(f, in);
		check_native(f, in);
	}
	check_variables(f, in);
	check_hosts_for_portage(f, in);
	check_block(f, in);
	if (in->shadow != NULL)
		ERROR("directory-shadowed", xasprintf("Portage looks at %s before %s", in->shadow, in->masq),
			xasprintf("remove %s if no package owns it", in->shadow));
}
