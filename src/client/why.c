/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/why.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/strv.h"
#include "base/util.h"
#include "client/backoff.h"
#include "client/hostlist.h"
#include "client/output.h"

char *
why_local(const struct args *a)
{
	const char *obstacle;

	if (a->why != ARGS_OK)
		return args_explain(a);
	obstacle = output_obstacle(a);
	return obstacle != NULL ? xstrdup(obstacle) : NULL;
}

const char *
why_subject(const struct args *a)
{
	if (a->source != NULL)
		return a->source;
	if (a->output_given && a->output != NULL)
		return a->output;
	return a->argv.n > 0 ? a->argv.v[0] : "compiler";
}

/* Sort the hosts into those that would be tried and those that would not, with the reason. */
static void
sort_hosts(const struct hostlist *l, const struct backoff *b, struct buf *usable, struct buf *others)
{
	struct backoff_state s;
	const struct hostspec *h;
	char *label;

	for (size_t i = 0; i < l->n; i++) {
		h = &l->v[i];
		label = hostspec_label(h);
		backoff_look(b, h, &s);
		if (h->down)
			buf_addf(others, "not used: %s: it is marked as down\n", label);
		else if (s.left_s[BACKOFF_HOST] > 0)
			buf_addf(others, "not used: %s: it failed, and is left alone for %d s\n", label, s.left_s[BACKOFF_HOST]);
		else if (s.left_s[BACKOFF_COMPILER] > 0)
			buf_addf(others, "not used: %s: it cannot run %s, and is not asked for %d s\n", label, b->compiler,
				s.left_s[BACKOFF_COMPILER]);
		else if (s.left_s[BACKOFF_PROXY] > 0)
			buf_addf(others, "not used: %s: the proxy %s failed, and is left alone for %d s\n", label, b->proxy,
				s.left_s[BACKOFF_PROXY]);
		else
			buf_addf(usable, " %s/%d%s", label, h->slots, h->lzo ? ",lzo" : "");
		free(label);
	}
}

static void
print_command(const char *what, struct strv *argv)
{
	char *text = strv_join(argv->v);

	printf("%s: %s\n", what, text);
	free(text);
	strv_free(argv);
}

static void
print_details(const struct ccname *cc, const struct args *a, const char *wire_name)
{
	enum cpp_mode mode = args_cpp_mode(a);
	struct strv argv = STRV_INIT;

	printf("compiler: %s, asked for as %s\n", cc->path, wire_name);
	if (mode != CPP_NONE) {
		args_cpp_command(a, mode, a->deps ? a->dep_file : NULL, &argv);
		print_command("preprocess here", &argv);
	}
	args_remote_command(a, mode, wire_name, ".", &argv);
	print_command("compile there", &argv);
}

static int
report_hosts(const struct conf *conf, const struct ccname *cc, const struct args *a, const struct hostlist *l)
{
	char *wire_name = ccname_wire(cc, conf->rewrite_name, getenv("PATH"));
	struct backoff b = {conf->lock_dir, conf->backoff_s, wire_name, conf->proxy};
	struct buf usable = BUF_INIT, others = BUF_INIT;
	int status = 1;

	sort_hosts(l, &b, &usable, &others);
	if (usable.n > 0) {
		printf("distribute: %s -> %s, classic, hosts:%s\n", a->source, a->output, usable.p);
		status = 0;
	} else {
		printf("local: no host can be used now\n");
	}
	if (others.n > 0)
		fputs(others.p, stdout);
	if (status == 0)
		print_details(cc, a, wire_name);
	buf_free(&usable);
	buf_free(&others);
	free(wire_name);
	return status;
}

int
why_report(const struct conf *conf, const struct ccname *cc, const struct args *a)
{
	struct hostlist hosts = {0};
	char *why = why_local(a);
	enum hostlist_err err = HOSTLIST_OK;
	int status = 1;

	if (why == NULL) {
		err = hostlist_load(&hosts, conf->dir);
		if (err != HOSTLIST_OK)
			why = hostlist_explain(&hosts, err);
	}
	if (why != NULL)
		printf("local: %s\n", why);
	else
		status = report_hosts(conf, cc, a, &hosts);
	hostlist_free(&hosts);
	free(why);
	return status;
}
