/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "masq/portage.h"

#include <stdlib.h>

#include "base/path.h"
#include "base/util.h"
#include "config.h"
#include "masq/inroot.h"
#include "masq/native.h"
#include "masq/place.h"
#include "masq/settings.h"

/* True: the file is there, and p->hosts is what it says. */
static bool
take_hosts_file(struct portage *p, const char *path)
{
	struct buf text = BUF_INIT;
	bool missing = true;
	bool there = settings_read(path, &text, &missing) == 0 && !missing;

	if (there)
		p->c->parse_hosts(&p->hosts, path, text.p);
	buf_free(&text);
	return there;
}

static bool
take_portage_hosts(struct portage *p)
{
	const char *in_conf = makeconf_value(&p->conf.conf, "DISTCC_HOSTS", false), *here = getenv("DISTCC_HOSTS");
	char *dir = portconf_distcc_dir(&p->conf, p->c->root), *path = path_join(dir, "hosts");
	struct settings_files files;
	bool taken = true;

	settings_locate(&files, p->c->root, p->c->eprefix, SYSCONFDIR, NULL);
	if (here != NULL && p->c->root[0] == '\0')
		p->c->parse_hosts(&p->hosts, "DISTCC_HOSTS", here);
	else if (in_conf[0] != '\0')
		p->c->parse_hosts(&p->hosts, "DISTCC_HOSTS in make.conf", in_conf);
	else
		taken = take_hosts_file(p, path) || take_hosts_file(p, files.hosts);
	settings_files_free(&files);
	free(dir);
	free(path);
	return taken;
}

static void
look_at_hosts(struct portage *p)
{
	p->hosts_seen = take_portage_hosts(p);
	if (p->hosts_seen)
		return;
	if (p->c->root[0] == '\0')
		p->c->load_hosts(&p->hosts);
	else
		p->hosts = (struct command_hosts){.state = HOSTS_NONE, .text = xstrdup("there is no list of hosts")};
}

static bool
has_native(const struct makeconf *conf)
{
	for (size_t i = 0; i < conf->n; i++)
		if (native_find(conf->v[i].value) != NULL)
			return true;
	return false;
}

void
portage_look(struct portage *p, const struct command_conf *c)
{
	const char *config_root = getenv("PORTAGE_CONFIGROOT");
	bool other = c->root[0] == '\0' && config_root != NULL;
	char *ccache, *gcc;

	*p = (struct portage){.c = c};
	p->root = other ? place_root(config_root) : xstrdup(c->root);
	portconf_read(&p->conf, p->root, c->eprefix);
	look_at_hosts(p);
	if (c->root[0] != '\0') {
		ccache = place_in(c->root, c->eprefix, "/usr/bin/ccache");
		p->ccache = inroot_is_exec(c->root, ccache);
	} else {
		ccache = path_find("ccache", c->list);
		p->ccache = ccache != NULL;
		gcc = has_native(&p->conf.conf) ? path_find("gcc", c->list) : NULL;
		p->expanded = gcc != NULL ? native_ask(gcc) : NULL;
		free(gcc);
	}
	free(ccache);
}

void
portage_free(struct portage *p)
{
	portconf_free(&p->conf);
	command_hosts_free(&p->hosts);
	free(p->expanded);
	free(p->root);
}
