/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "client/why.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/strv.h"
#include "base/util.h"
#include "client/backoff.h"
#include "client/capability.h"
#include "client/configured.h"
#include "client/hostlist.h"
#include "client/output.h"
#include "client/replica.h"

char *
why_local(const struct args *a)
{
	const char *obstacle;

	if (a->why != ARGS_OK && (a->replica.why != ARGS_OK || a->why == ARGS_ATFILE))
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

/* What is found out about hosts. */
struct survey {
	const struct conf *conf;
	const struct args *args;
	struct backoff backoff;
	struct replica replica;
	bool ready;		/* replica_prepare went well */
	int replicas;		/* hosts that get the job in replica mode */
	struct buf usable, others;
};

/* Does a host that may be used get the job in any mode?  If not in the better one, it is said why. */
static bool
takes_job(struct survey *v, const struct hostspec *h, const char *label)
{
	const char *why;

	if (h->kind == HOST_LOCAL)
		return true;
	if (v->ready && capability_replica(v->conf->lock_dir, h, &v->replica.tool.digest, &why)) {
		v->replicas++;
		return true;
	}
	if (v->ready)
		buf_addf(&v->others, "%s: %s: %s\n", v->args->why == ARGS_OK ? "classic mode only" : "not used", label, why);
	return v->args->why == ARGS_OK;
}

/* Sort the hosts into those that would be tried and those that would not, with the reason. */
static void
sort_hosts(const struct hostlist *l, struct survey *v)
{
	const struct hostspec *h;
	char *label, *why;

	for (size_t i = 0; i < l->n; i++) {
		h = &l->v[i];
		label = hostspec_label(h);
		why = backoff_explain(&v->backoff, h);
		if (why != NULL)
			buf_addf(&v->others, "not used: %s: %s\n", label, why);
		else if (takes_job(v, h, label))
			buf_addf(&v->usable, " %s/%d%s", label, h->slots, h->lzo ? ",lzo" : "");
		free(why);
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
print_replica(const struct survey *v)
{
	uint64_t bytes = 0;

	for (size_t i = 0; i < v->replica.in.tree.n; i++)
		bytes += v->replica.in.tree.v[i].size;
	printf("compiler: %s, %s\n", v->replica.cc->path, v->replica.tool.summary);
	printf("it may read: %zu files, links and directories, %llu KiB; distcc --scan-includes lists them\n", v->replica.in.tree.n,
		(unsigned long long)(bytes + 1023) / 1024);
}

static void
print_classic(struct survey *v)
{
	const struct args *a = v->args;
	enum cpp_mode mode = args_cpp_mode(a);
	struct strv argv = STRV_INIT;
	struct args configured;
	char *why = NULL;

	if (!v->ready)
		printf("not in replica mode: %s\n", v->replica.why);
	printf("compiler: %s, asked for as %s\n", v->replica.cc->path, v->backoff.compiler);
	if (mode != CPP_NONE) {
		args_cpp_command(a, mode, a->deps ? a->dep_file : NULL, &argv);
		print_command("preprocess here", &argv);
	}
	if (configured_args(&v->replica, &configured, &why)) {
		args_remote_command(configured.argv.n > 0 ? &configured : a, mode, v->backoff.compiler, ".", &argv);
		print_command("compile there", &argv);
	} else {
		printf("compile here: %s\n", why);
	}
	args_free(&configured);
	free(why);
}

/* In neither mode. */
static void
print_local(const struct survey *v)
{
	char *why = args_explain(v->args);

	printf("local: %s\nnot in replica mode: %s\n", why, v->replica.why);
	free(why);
}

static int
print_survey(struct survey *v)
{
	bool used = v->usable.n > 0;

	if (used)
		printf("distribute: %s -> %s, %s, hosts:%s\n", v->args->source, v->args->output, v->replicas > 0 ? "replica" : "classic", v->usable.p);
	else
		printf("local: no host can be used now\n");
	if (v->others.n > 0)
		fputs(v->others.p, stdout);
	if (used && v->replicas > 0)
		print_replica(v);
	else if (used)
		print_classic(v);
	return used ? 0 : 1;
}

static int
report_hosts(const struct conf *conf, const struct ccname *cc, const struct args *a, const struct hostlist *l)
{
	char *wire_name = ccname_wire(cc, conf->rewrite_name, getenv("PATH"));
	struct survey v = {.conf = conf, .args = a, .backoff = {conf->lock_dir, conf->backoff_s, wire_name, conf->proxy}};
	int status = 1;

	replica_init(&v.replica, conf, cc, a, a->argv.v);
	v.ready = replica_prepare(&v.replica) == REPLICA_READY;
	sort_hosts(l, &v);
	if (!v.ready && a->why != ARGS_OK)
		print_local(&v);
	else
		status = print_survey(&v);
	replica_free(&v.replica);
	buf_free(&v.usable);
	buf_free(&v.others);
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
