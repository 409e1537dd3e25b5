/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Show what becomes of a compiler's name, and what is wrong. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/path.h"
#include "base/util.h"
#include "config.h"
#include "masq/check.h"
#include "masq/command.h"
#include "masq/inspect.h"
#include "masq/links.h"
#include "masq/place.h"
#include "masq/probe.h"
#include "masq/report.h"
#include "masq/scan.h"

#define PROBE_MS 1000

struct view {
	const struct command_conf *c;
	struct scan scan;
	struct links links;
	struct ccacheconf ccache;
	struct inspect in;
	struct findings findings;
	struct route route;
	char *program;
};

static void
begin(struct view *v, const struct command_conf *c)
{
	struct scan_from from = {.root = c->root, .eprefix = c->eprefix, .list = c->list, .masq = c->dir};

	*v = (struct view){.c = c};
	v->program = place_program(c->root, c->eprefix, PKGLIBDIR, c->chain ? "distcc-chain" : "distcc", c->list);
	from.program = v->program;
	scan_compilers(&v->scan, &from);
	links_read(&v->links, c->root, c->dir, &v->scan);
	v->in = (struct inspect){
		.list = c->list, .masq = c->dir, .scan = &v->scan, .links = &v->links, .ccache = &v->ccache, .pkglibdir = PKGLIBDIR,
		.update = c->update,
	};
}

static int
end(struct view *v, const char *compiler)
{
	struct report report = {.compiler = compiler, .findings = &v->findings};
	bool ok = findings_ok(&v->findings);
	struct buf out = BUF_INIT;

	if (v->c->json) {
		report.route = compiler != NULL ? &v->route : NULL;
		report.directory = v->c->dir;
		report.links = &v->links;
		report_json(&out, &report);
	} else {
		if (compiler != NULL)
			report_route(&out, compiler, &v->route);
		report_findings(&out, &v->findings);
		buf_adds(&out, ok ? "it works\n" : "it does not work\n");
	}
	fputs(out.p, stdout);
	buf_free(&out);
	route_free(&v->route);
	findings_free(&v->findings);
	ccacheconf_free(&v->ccache);
	links_free(&v->links);
	scan_compilers_free(&v->scan);
	free(v->program);
	return ok ? 0 : 1;
}

static void
probe(struct findings *f, const struct command_hosts *h)
{
	struct probe *asked = xcalloc(h->n, sizeof(*asked));
	struct check_daemon *daemons = xcalloc(h->n, sizeof(*daemons));

	for (size_t i = 0; i < h->n; i++)
		asked[i] = (struct probe){.host = h->v[i].host, .port = h->v[i].port};
	probe_all(asked, h->n, PROBE_MS);
	for (size_t i = 0; i < h->n; i++)
		daemons[i] = (struct check_daemon){.label = h->v[i].label, .why = asked[i].why};
	check_daemons(f, daemons, h->n);
	free(asked);
	free(daemons);
}

static void
look_at_hosts(struct view *v)
{
	struct command_hosts hosts;

	v->c->load_hosts(&hosts);
	check_hosts(&v->findings, hosts.state, hosts.text);
	if (v->c->probe)
		probe(&v->findings, &hosts);
	command_hosts_free(&hosts);
}

/* Another system's: its file only. */
static void
look_at_hosts_file(struct view *v)
{
	const struct command_conf *c = v->c;
	struct settings_files files;
	struct buf text = BUF_INIT;
	bool missing = false;
	char *wrong = NULL;

	settings_locate(&files, c->root, c->eprefix, SYSCONFDIR, NULL);
	if (settings_read(files.hosts, &text, &missing) == -1)
		wrong = xasprintf("%s: %s", files.hosts, strerror(errno));
	else
		wrong = missing ? xasprintf("no hosts: there is no %s", files.hosts) : c->complain_hosts(text.p);
	check_hosts(&v->findings, wrong == NULL ? HOSTS_OK : missing ? HOSTS_NONE : HOSTS_BAD, wrong);
	free(wrong);
	buf_free(&text);
	settings_files_free(&files);
}

int
command_show_chain(const struct command_conf *c, const char *compiler)
{
	struct view v;

	begin(&v, c);
	inspect_ccache(&v.ccache, c->list);
	if (compiler == NULL)
		compiler = inspect_default(c->list);
	inspect_compiler(&v.in, compiler, true, &v.findings, &v.route);
	inspect_path(&v.in, &v.findings);
	inspect_commands(&v.in, &v.findings);
	look_at_hosts(&v);
	return end(&v, compiler);
}

static void
look_at_links(struct view *v)
{
	struct strv wanted = STRV_INIT;
	struct check_dir dir = {
		.dir = v->c->dir, .missing = access(v->c->dir, F_OK) == -1, .present = &v->links, .wanted = &wanted,
		.update = v->c->update,
	};
	bool plain = false, some = false;

	/* a directory without plain names was made so on purpose */
	for (size_t i = 0; i < v->links.n; i++) {
		some |= v->links.v[i].kind == LINK_OURS;
		plain |= v->links.v[i].kind == LINK_OURS && !v->links.v[i].prefixed;
	}
	for (size_t i = 0; i < v->scan.n; i++) {
		if (v->scan.v[i].prefixed || plain || !some)
			strv_push(&wanted, v->scan.v[i].name);
	}
	check_links(&v->findings, &dir);
	strv_free(&wanted);
}

/* What each link that has a compiler becomes. */
static void
look_at_compilers(struct view *v, const char *usual)
{
	struct findings more = {0};
	struct route route;

	for (size_t i = 0; i < v->links.n; i++) {
		if (v->links.v[i].kind != LINK_OURS || v->links.v[i].behind == NULL || streq(v->links.v[i].name, usual))
			continue;
		inspect_compiler(&v->in, v->links.v[i].name, false, &more, &route);
		route_free(&route);
	}
	findings_merge(&v->findings, &more);
	findings_free(&more);
}

int
command_check(const struct command_conf *c)
{
	const char *usual = NULL;
	struct view v;

	begin(&v, c);
	look_at_links(&v);
	if (c->root[0] == '\0') {
		usual = inspect_default(c->list);
		inspect_ccache(&v.ccache, c->list);
		inspect_compiler(&v.in, usual, true, &v.findings, &v.route);
		look_at_compilers(&v, usual);
		inspect_path(&v.in, &v.findings);
		inspect_commands(&v.in, &v.findings);
		look_at_hosts(&v);
	} else {
		look_at_hosts_file(&v);
	}
	command_check_portage(c, &v.findings);
	return end(&v, usual);
}
